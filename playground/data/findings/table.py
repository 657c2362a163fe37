"""The one table of all findings, FINDINGS.md: made from the words and from where the source raises them.

``python -m playground.data.findings.table`` writes it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from playground.words import Language, entries

PATH: Final = Path(__file__).parents[1] / "FINDINGS.md"
_HOUSE: Final = Path(__file__).parents[2]
_RAISED: Final = re.compile(r'"(\w+)",\s*"(error|warning|info)"')
#: Where it depends on how much is at stake.
_EITHER: Final = re.compile(r'Finding\("(\w+)", severity')
_HEADS: Final = re.compile(r"finding\.(\w+)")
_ORDER: Final = ("error", "warning", "info")
#: What can be done about a finding with a click, the gentlest first.
FIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "empty_text": ("drop_rows",),
    "empty_label": ("drop_rows",),
    "damaged_labels": ("restore_labels", "drop_rows"),
    "long_text": ("shorten",),
    "odd_characters": ("clean_characters",),
    "odd_characters_sampled": ("clean_characters",),
    "control_tokens": ("clean_characters",),
    "control_tokens_sampled": ("clean_characters",),
    "short_texts": ("drop_rows",),
    "single_labels": ("merge_rare", "drop_labels"),
    "rare_labels": ("merge_rare", "drop_labels"),
    "label_variants": ("merge_labels",),
    "conflicting_labels": ("keep_majority", "drop_conflicts"),
    "duplicate_texts": ("drop_duplicates",),
    "near_duplicates": ("drop_near",),
    "near_duplicates_sampled": ("drop_near",),
    "leaked_texts": ("move_to_train", "drop_rows"),
    "nearly_leaked_texts": ("move_to_train", "drop_rows"),
    "no_training_rows": ("move_to_train",),
    "unseen_labels": ("move_to_train", "drop_rows"),
    "tag_lengths": ("drop_rows",),
    "odd_tags": ("drop_rows",),
    "inside_without_begin": ("repair_tags", "drop_rows"),
    "spans_unreadable": ("drop_rows",),
    "span_out_of_range": ("drop_rows",),
    "span_text_differs": ("drop_rows",),
    "spans_overlap": ("drop_rows",),
    "not_numbers": ("drop_rows",),
    "empty_answers": ("drop_rows",),
    "bad_roles": ("drop_rows",),
    "turns_in_a_row": ("drop_rows",),
    "personal_data": ("mask_personal",),
    "personal_data_sampled": ("mask_personal",),
    "likely_label_errors": ("use_suggested_labels", "drop_suspects"),
    "near_by_meaning": ("keep_one_of_near",),
    "outliers": ("drop_outliers",),
}
_INTRODUCTION: Final = """# Findings

What the playground notices about a file, before anything is trained. An error means that training on it is impossible; a warning
that the result will be worse or not mean what it seems to; an info is good to know. Buttons change the examples by recorded steps
that can be undone; the file stays as it is. `{name}` stands for what was found in the file.

This table is made by `python -m playground.data.findings.table`.
"""


def findings_table() -> str:
    """The whole document, as Markdown."""
    lines = [_INTRODUCTION, "| code | severity | what is the case | what to do | buttons |", "|---|---|---|---|---|"]
    raised = severities()
    for code in sorted(set(codes()) & set(raised), key=lambda code: (_ORDER.index(raised[code].split()[0]), code)):
        buttons = "<br>".join(f"{_both(f'fix.{fix}')}" for fix in FIXES.get(code, ()))
        lines.append(f"| `{code}` | {raised[code]} | {_both(f'finding.{code}')} | {_both(f'finding.{code}.remedy')} | {buttons} |")
    return "\n".join(lines) + "\n"


def codes() -> list[str]:
    """Every finding that has words."""
    return [match[1] for key in entries() if (match := _HEADS.fullmatch(key))]


@cache
def severities() -> Mapping[str, str]:
    """Code -> severity, as the source raises it."""
    sources = (path.read_text(encoding="utf-8") for path in sorted(_HOUSE.rglob("*.py")))
    found: dict[str, set[str]] = {}
    for source in sources:
        for code, severity in [*_RAISED.findall(source), *((code, kind) for code in _EITHER.findall(source) for kind in _ORDER[1:])]:
            found.setdefault(code, set()).add(severity)
    return {code: " or ".join(sorted(kinds, key=_ORDER.index)) for code, kinds in found.items()}


def _both(key: str) -> str:
    languages: tuple[Language, ...] = ("en", "zh")
    return "<br>".join(entries()[key][language].replace("|", "\\|") for language in languages)


if __name__ == "__main__":
    PATH.write_text(findings_table(), encoding="utf-8")
