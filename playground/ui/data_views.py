"""What the Data tab says about a file: what it is, what is wrong with it and what to press, how the labels are spread.

Dataclasses in, HTML out; no server, no files. Every text of a file is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from playground.data.plain import plain
from playground.data.types import ColumnChoice, Dataset, Finding, Fix, Inspection
from playground.ui.data_cells import readable, short
from playground.ui.data_rows import finding_keys
from playground.ui.html import SIGNS, esc
from playground.words import Language, say

#: Findings that stand open; from one more on, the last ones are folded.
MOST_FINDINGS: Final = 8
#: Rows a finding shows in place.
MOST_FINDING_ROWS: Final = 10

_DELIMITERS: Final[Mapping[str, str]] = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe", " ": "space"}
_FORMATS: Final[Mapping[str, str]] = {
    "csv": "CSV", "json": "JSON", "jsonl": "JSON Lines", "xlsx": "Excel", "xls": "Excel", "ods": "ODS", "parquet": "Parquet",
    "arrow": "Arrow", "feather": "Arrow", "txt": "TXT", "conll": "CoNLL", "fasttext": "fastText", "zip": "ZIP",
}  # fmt: skip
_ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32",
    "utf-32-le": "UTF-32", "utf-32-be": "UTF-32", "gb18030": "GB18030", "gbk": "GBK", "big5": "Big5", "big5hkscs": "Big5",
    "shift_jis": "Shift JIS", "cp932": "Shift JIS", "euc_jp": "EUC-JP", "euc_kr": "EUC-KR", "cp949": "EUC-KR", "latin-1": "Latin-1",
    "iso8859-1": "Latin-1", "ascii": "ASCII", **{f"cp125{n}": f"Windows-125{n}" for n in range(9)},
}  # fmt: skip
#: Tasks whose labels are counted under "labels" in the sentence.
_COUNTED: Final = frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "token-classification"})


def found_html(inspection: Inspection, language: Language) -> str:
    """What the file turned out to be, in one sentence, and why these columns."""
    parts = [_reading(inspection, language), _rows(inspection, language)]
    if inspection.task != "text-classification":
        parts.append(esc(say(f"data.task.{inspection.task}", language)))
    parts.append(_columns(inspection, inspection.choice, language) if inspection.choice else esc(say("data.no_columns", language)))
    reasons_said = [plain(say(key, language, **facts)) for key, facts in inspection.reasons]
    if inspection.confidence not in (None, "clear"):
        reasons_said.append(say(f"confidence.{inspection.confidence}", language))
    why = " · ".join(map(esc, reasons_said))
    reasons = f'<p class="pg-why">{why}</p>' if why else ""
    return f'<div class="pg-found" id="data-found">{_name(inspection.table.name)}{" · ".join(parts)}{reasons}</div>'


def _columns(inspection: Inspection, choice: ColumnChoice, language: Language) -> str:
    names = {"text": choice.text, "pair": choice.text_pair or "", "label": choice.label}
    bold = {part: f"<b>{esc(plain(name))}</b>" for part, name in names.items()}
    if inspection.task in _COUNTED:
        bold["labels"] = counted(inspection.task, len(inspection.labels or {}), language)
    key = f"data.columns.{inspection.task}"
    if not choice.label and inspection.task != "language-modeling":
        return say("data.columns.flags" if "labels" in bold else "data.columns.text_only", language, **bold)
    if choice.text_pair and inspection.task != "text-pair-classification":
        key += ".pair"
    return say(key, language, **bold)


def kept_html(dataset: Dataset, language: Language) -> str:
    """A dataset from the store: the format and columns of the file it came from are not known any more."""
    parts = [say("data.rows", language, count=dataset.rows)]
    parts += [esc(say(f"data.task.{dataset.task}", language))] if dataset.task != "text-classification" else []
    parts += [counted(dataset.task, len(dataset.labels), language)] if dataset.labels else []
    said = say("data.kept", language, what=" · ".join(parts))
    return f'<div class="pg-found" id="data-found">{_name(dataset.name)}{said}</div>'


def counted(task: str, labels: int, language: Language) -> str:
    """So many labels, or so many kinds of entities."""
    return say("data.kinds" if task == "token-classification" else "data.labels", language, count=labels)


def _name(name: str) -> str:
    return f'<span class="pg-file">{esc(plain(name))}</span>'


def _reading(inspection: Inspection, language: Language) -> str:
    table = inspection.table
    words = [_FORMATS.get(table.format, table.format.upper())]
    if table.format == "csv" and table.delimiter == "\t":
        words[0] = "TSV"
    if table.sheet and len(table.sheets) > 1:
        words.append(say("data.sheet", language, name=plain(table.sheet)))
    if table.encoding:
        words.append(encoding_name(table.encoding))
    if table.format == "csv" and table.delimiter not in (None, "\t"):
        words.append(delimiter_name(str(table.delimiter), language))
    return esc(("，" if language == "zh" else ", ").join(words))


def encoding_name(codec: str) -> str:
    """A codec as people know it: "gb18030" -> "GB18030", "cp1252" -> "Windows-1252"."""
    spelled = codec.lower()
    return _ENCODINGS.get(spelled) or _ENCODINGS.get(spelled.replace("_", "-")) or codec.upper()


def delimiter_name(mark: str, language: Language) -> str:
    """A delimiter as a word: "," -> "comma"."""
    if mark in _DELIMITERS:
        return say(f"data.delimiter.{_DELIMITERS[mark]}", language)
    return say("data.delimiter.other", language, mark=plain(mark))


def _rows(inspection: Inspection, language: Language) -> str:
    rows = say("data.rows", language, count=inspection.rows)
    if inspection.choice is None or inspection.usable_rows == inspection.rows:
        return rows
    usable = say("data.usable", language, count=inspection.usable_rows)
    return f"{rows}（{usable}）" if language == "zh" else f"{rows} ({usable})"


def findings_html(inspection: Inspection, rows: pd.DataFrame, language: Language) -> str:
    """Every finding of the file, worst first."""
    if not inspection.findings:
        return f'<p class="pg-ok" id="data-findings">✓ {esc(say("data.findings.none", language))}</p>'
    return f'<ul class="pg-findings" id="data-findings">{list_findings(inspection.findings, inspection, rows, language)}</ul>'


def list_findings(findings: Sequence[Finding], inspection: Inspection, rows: pd.DataFrame, language: Language, source: str = "file") -> str:
    """Findings as list items, each with its sign, what can be done about it with a click, and the rows it is about; the last ones folded.

    :param rows: the examples as mended so far.
    :param source: "file", or "survey" for what a closer look found; goes with the buttons.
    """
    items = [
        _finding(finding, f"{source}:{key}", inspection, rows, language)
        for finding, key in zip(findings, finding_keys(findings), strict=True)
    ]
    if len(items) <= MOST_FINDINGS:
        return "".join(items)
    summary = esc(say("data.findings.others", language, count=len(items) - MOST_FINDINGS + 1))
    rest = "".join(items[MOST_FINDINGS - 1 :])
    fold = f'<li class="pg-rest"><details><summary>{summary}</summary><ul class="pg-findings">{rest}</ul></details></li>'
    return "".join(items[: MOST_FINDINGS - 1]) + fold


def _finding(finding: Finding, key: str, inspection: Inspection, rows: pd.DataFrame, language: Language) -> str:
    buttons = "".join(_button(fix, f"{key}/{index}", inspection, language) for index, fix in enumerate(finding.fixes))
    known = [row for row in finding.rows if 0 <= row < inspection.rows]
    shown = _shown_rows(known, key, inspection, rows, language)
    actions = f'<div class="pg-fixes">{buttons}{shown}</div>' if buttons or shown else ""
    return (
        f'<li class="pg-{finding.severity}"><span class="pg-sign" aria-hidden="true">{SIGNS[finding.severity]}</span>'
        f'<div><p>{esc(plain(finding.message(language)))}</p><p class="pg-remedy">{esc(plain(finding.remedy(language)))}</p>'
        f"{actions}</div></li>"
    )


def _button(fix: Fix, key: str, inspection: Inspection, language: Language) -> str:
    label = esc(plain(fix.label(language)))
    said = f'data-key="{esc(key)}" data-code="{esc(fix.code)}" data-seen="{len(inspection.steps)}"'
    return f'<button type="button" data-do="fix" {said}>{label}</button>'


def _shown_rows(known: Sequence[int], key: str, inspection: Inspection, rows: pd.DataFrame, language: Language) -> str:
    """The first rows of a finding in a fold, and the way to all of them in the table."""
    if not known:
        return ""
    shown = "".join(
        f'<li><span class="pg-num">{row + 1:,}</span><span dir="auto">{esc(_line(inspection, rows, row))}</span></li>'
        for row in known[:MOST_FINDING_ROWS]
    )
    if len(known) > MOST_FINDING_ROWS:
        shown += f'<li class="pg-muted">{esc(say("data.findings.more", language, count=len(known) - MOST_FINDING_ROWS))}</li>'
    summary = esc(say("data.findings.show", language, count=len(known)))
    table = ""
    if inspection.choice and any(row in rows.index for row in known):
        say_table = esc(say("data.findings.table", language))
        table = f'<button type="button" class="pg-quiet" data-do="show" data-key="{esc(key)}">{say_table}</button>'
    return f'<details><summary>{summary}</summary><ul class="pg-row-list">{shown}</ul>{table}</details>'


def _line(inspection: Inspection, rows: pd.DataFrame, row: int) -> str:
    """A row as it stands now, or as the file has it if it is no example any more."""
    if inspection.choice and row in rows.index:
        parts = [part for part in ("label", "text", "text_pair") if part in rows.columns]
        cells = [readable(inspection.task, part, str(rows.at[row, part])) for part in parts]
    else:
        columns = _chosen(inspection.choice) or [str(column) for column in inspection.table.frame.columns[:3]]
        cells = [str(inspection.table.frame.iloc[row][column]) for column in columns if column in inspection.table.frame.columns]
    return "  ·  ".join(short(cell) or "—" for cell in cells)


def _chosen(choice: ColumnChoice | None) -> list[str]:
    return [name for name in (choice.label, choice.text, choice.text_pair) if name] if choice else []


def status_line(dataset: Dataset, language: Language) -> str:
    """What stands under the tab's title once there is data."""
    rows = say("data.status.rows", language, count=dataset.rows)
    return f"{rows} · {counted(dataset.task, len(dataset.labels), language)}" if dataset.labels else rows
