"""Labels as a whole: rare ones, uneven ones, several spellings of one, names that say nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from playground.data.findings.common import CLASSES, NAMES_SHOWN, Examples, first_rows, named
from playground.data.types import Finding, Fix, Severity, Step
from playground.words import Fact

#: Labels with fewer rows than this are learned from hardly anything.
RARE_ROWS: Final = 5
#: Beyond this share of one label, always answering it looks good.
_IMBALANCE_SHARE: Final = 0.8
_MANY_LABELS: Final = 50
_ROWS_PER_MANY_LABELS: Final = 10
#: Labels a fix names; a file with more of them has another problem.
_MOST_FIXED_LABELS: Final = 200
#: Fewer kept labels than this leave nothing to tell apart.
_FEWEST_LABELS: Final = 2
#: 0 and 1, A and B, label_3, class1, 类别2: names a model's own knowledge cannot be asked about.
_NAMELESS: Final = re.compile(
    r"[-+]?\d+(?:\.0+)?|[A-Za-z]|(?:label|class|cls|category|cat|类别|标签|类)[-_ ]?(?:\d+|[A-Za-z])", re.IGNORECASE
)
_UNSEEN: Final = re.compile("[\\s_\\-\u00ad\u200b-\u200f\u2060\ufeff]+")


def check_labels(examples: Examples) -> Iterator[Finding]:
    """Warnings about the labels; for several labels a row and for entities only those that make sense there."""
    counts = examples.counts
    if counts.empty:
        return
    yield from _rare(examples, counts)
    if examples.task in CLASSES:
        yield from _uneven(examples, counts)
    yield from _variants(examples, counts)
    names = [str(label) for label in counts.index]
    # Three numbers and more may be steps of a scale; that they were taken as classes is said already.
    scale = len(names) > 2 and all(name.isdecimal() for name in names)
    if examples.task != "token-classification" and len(names) > 1 and not scale and all(map(_NAMELESS.fullmatch, names)):
        yield Finding("labels_without_names", "info", {"labels": named(sorted(names))})


def _rare(examples: Examples, counts: pd.Series[int]) -> Iterator[Finding]:
    """Labels with one row and labels with a few, and what to do with either."""
    if len(counts) < _FEWEST_LABELS:
        return
    yield from _about_rare("single_labels", "warning", examples, counts[counts == 1])
    yield from _about_rare("rare_labels", "warning", examples, counts[(counts > 1) & (counts < RARE_ROWS)])


def _about_rare(code: str, severity: Severity, examples: Examples, rare: pd.Series[int]) -> Iterator[Finding]:
    if len(rare):
        rows = rows_of_labels(examples, rare.index)
        facts: dict[str, Fact] = {"count": len(rare), "labels": named(rare.index), "fewest": RARE_ROWS}
        yield Finding(code, severity, facts, first_rows(rows), _rare_fixes(examples, examples.counts, rare))


def _rare_fixes(examples: Examples, counts: pd.Series[int], rare: pd.Series[int]) -> tuple[Fix, ...]:
    names = [str(name) for name in rare.index]
    if len(names) > _MOST_FIXED_LABELS:
        return ()
    fixes = []
    if examples.task in CLASSES and len(names) > 1 and len(counts) > len(names):
        other = "其他" if any("\u3400" <= character <= "\u9fff" for character in "".join(map(str, counts.index[:20]))) else "other"
        merge = Step("rename_labels", facts={name: other for name in names if name != other})
        fixes.append(Fix("merge_rare", (merge,), {"count": len(names), "label": other}))
    if len(counts) - len(names) >= _FEWEST_LABELS:
        fixes.append(Fix("drop_labels", (Step("drop_labels", facts=dict.fromkeys(names, "")),), {"count": len(names)}))
    return tuple(fixes)


def _uneven(examples: Examples, counts: pd.Series[int]) -> Iterator[Finding]:
    rows = len(examples.usable)
    share = float(counts.iloc[0]) / rows
    if len(counts) > 1 and share >= _IMBALANCE_SHARE:
        yield Finding("imbalance", "warning", {"label": str(counts.index[0]), "percent": round(100 * share)})
    if len(counts) > _MANY_LABELS and rows < _ROWS_PER_MANY_LABELS * len(counts):
        yield Finding("many_labels", "warning", {"labels": len(counts), "rows": rows})


def _variants(examples: Examples, counts: pd.Series[int]) -> Iterator[Finding]:
    """Labels that differ only by case, width, Unicode form, space or invisible characters: one to a person, several to a model."""
    spelled: dict[str, list[str]] = {}
    for label in map(str, counts.index):  # most frequent first
        spelled.setdefault(plain_label(label), []).append(label)
    groups = [group for group in spelled.values() if len(group) > 1]
    if not groups:
        return
    groups = [sorted(group, key=lambda label: _visible(label) != label) for group in groups]  # a spelling all can see first
    renamed = {label: group[0] for group in groups for label in group[1:]}
    rows = rows_of_labels(examples, list(renamed))
    shown = "; ".join(" = ".join(map(_visible, group)) for group in groups[:NAMES_SHOWN])
    merge = Fix("merge_labels", (Step("rename_labels", facts=renamed),), {"count": len(groups)})
    facts: dict[str, Fact] = {"count": len(groups), "labels": shown}
    yield Finding("label_variants", "warning", facts, first_rows(rows), (merge,) if len(renamed) <= _MOST_FIXED_LABELS else ())


def plain_label(label: str) -> str:
    """A label without what nobody reads: equal results are one label to a person."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", label).casefold()) or label


def _visible(label: str) -> str:
    """A label with its invisible characters spelled out, so that two that look alike can be told apart."""
    return "".join(
        f"[U+{ord(character):04X}]" if unicodedata.category(character) in ("Cf", "Cc", "Zs") and character != " " else character
        for character in label
    )


def rows_of_labels(examples: Examples, names: Any) -> pd.Index[Any]:
    """The rows that carry one of these labels."""
    return examples.labels.index[examples.labels.isin(names).to_numpy(dtype=bool)].unique()
