"""What the Data tab says about a file: what it is, what is wrong with it, how the labels are spread, its first rows.

Dataclasses in, HTML out; no server, no files. Every text of a file is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from playground.data.types import ColumnChoice, Dataset, Finding, Inspection
from playground.ui.format import count, percent
from playground.ui.html import SIGNS, esc
from playground.words import Language, say

#: Labels drawn as bars; the rest is one bar "others" and the full table a click away.
MOST_BARS: Final = 30
#: Rows of the preview, and of one page of it.
MOST_ROWS: Final = 200
ROWS_A_PAGE: Final = 25
#: Columns of the preview.
MOST_COLUMNS: Final = 5
#: Rows a finding shows, and characters of a cell anywhere.
MOST_FINDING_ROWS: Final = 10
MOST_CHARACTERS: Final = 280

_DELIMITERS: Final[Mapping[str, str]] = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}
_FORMATS: Final[Mapping[str, str]] = {"csv": "CSV", "json": "JSON", "jsonl": "JSON Lines", "xlsx": "Excel", "parquet": "Parquet"}
_ENCODINGS: Final[Mapping[str, str]] = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32",
    "gb18030": "GB18030", "gbk": "GBK", "big5": "Big5", "big5hkscs": "Big5", "shift_jis": "Shift JIS", "cp932": "Shift JIS",
    "euc_kr": "EUC-KR", "cp949": "EUC-KR", "cp1252": "Windows-1252", "latin-1": "Latin-1", "iso8859-1": "Latin-1", "ascii": "ASCII",
}  # fmt: skip


def found_html(inspection: Inspection, language: Language) -> str:
    """What the file turned out to be, in one sentence, and why these columns."""
    labels = say("data.labels", language, count=len(inspection.labels or {}))
    parts = [_reading(inspection, language), _rows(inspection, language)]
    if inspection.choice:
        text, label = (f"<b>{esc(column)}</b>" for column in (inspection.choice.text, inspection.choice.label))
        parts.append(say("data.columns", language, text=text, label=label, labels=labels))
    else:
        parts.append(say("data.no_columns", language))
    why = " · ".join(esc(say(key, language, **facts)) for key, facts in inspection.reasons)
    reasons = f'<p class="pg-why">{why}</p>' if why else ""
    return f'<div class="pg-found" id="data-found">{_name(inspection.table.name)}{" · ".join(parts)}{reasons}</div>'


def kept_html(dataset: Dataset, language: Language) -> str:
    """A dataset from the store: the format and columns of the file it came from are not known any more."""
    rows = say("data.rows", language, count=dataset.rows)
    labels = say("data.labels", language, count=len(dataset.labels))
    return f'<div class="pg-found" id="data-found">{_name(dataset.name)}{say("data.kept", language, rows=rows, labels=labels)}</div>'


def _name(name: str) -> str:
    return f'<span class="pg-file">{esc(name)}</span>'


def _reading(inspection: Inspection, language: Language) -> str:
    table = inspection.table
    words = [_FORMATS.get(table.format, table.format.upper())]
    if table.format == "csv" and table.delimiter == "\t":
        words[0] = "TSV"
    if table.encoding:
        words.append(_ENCODINGS.get(table.encoding, table.encoding.upper()))
    if table.format == "csv" and table.delimiter not in (None, "\t"):
        words.append(delimiter_name(str(table.delimiter), language))
    return esc(("，" if language == "zh" else ", ").join(words))


def delimiter_name(mark: str, language: Language) -> str:
    """A delimiter as a word: "," -> "comma"."""
    if mark in _DELIMITERS:
        return say(f"data.delimiter.{_DELIMITERS[mark]}", language)
    return say("data.delimiter.other", language, mark=mark)


def _rows(inspection: Inspection, language: Language) -> str:
    rows = say("data.rows", language, count=inspection.rows)
    if inspection.choice is None or inspection.usable_rows == inspection.rows:
        return rows
    usable = say("data.usable", language, count=inspection.usable_rows)
    return f"{rows}（{usable}）" if language == "zh" else f"{rows} ({usable})"


def findings_html(inspection: Inspection, language: Language) -> str:
    """Every finding, worst first, with its sign, its remedy and the rows it is about."""
    if not inspection.findings:
        return f'<p class="pg-ok" id="data-findings">✓ {esc(say("data.findings.none", language))}</p>'
    items = "".join(_finding(finding, inspection.table.frame, inspection.choice, language) for finding in inspection.findings)
    return f'<ul class="pg-findings" id="data-findings">{items}</ul>'


def _finding(finding: Finding, frame: pd.DataFrame, choice: ColumnChoice | None, language: Language) -> str:
    rows = [row for row in finding.rows if 0 <= row < len(frame)]
    shown = "".join(
        f'<li><span class="pg-num">{row + 1:,}</span><span>{esc(_line(frame, row, choice))}</span></li>' for row in rows[:MOST_FINDING_ROWS]
    )
    if len(rows) > MOST_FINDING_ROWS:
        shown += f'<li class="pg-muted">{esc(say("data.findings.more", language, count=len(rows) - MOST_FINDING_ROWS))}</li>'
    summary = esc(say("data.findings.show", language, count=len(rows)))
    details = f'<details><summary>{summary}</summary><ul class="pg-row-list">{shown}</ul></details>' if rows else ""
    return (
        f'<li class="pg-{finding.severity}"><span class="pg-sign" aria-hidden="true">{SIGNS[finding.severity]}</span>'
        f'<div><p>{esc(finding.message(language))}</p><p class="pg-remedy">{esc(finding.remedy(language))}</p>{details}</div></li>'
    )


def _line(frame: pd.DataFrame, row: int, choice: ColumnChoice | None) -> str:
    columns = [choice.label, choice.text] if choice else list(frame.columns[:3])
    return "  ·  ".join(_short(str(frame.iloc[row][column])) or "—" for column in columns)


def labels_html(labels: Mapping[str, int], language: Language) -> str:
    """Rows of each label as bars, the most frequent first; beyond ``MOST_BARS`` one bar for the others and the full table in a fold."""
    total = sum(labels.values())
    largest = max(labels.values(), default=0)
    entries = list(labels.items())
    top, rest = (entries, []) if len(entries) <= MOST_BARS else (entries[: MOST_BARS - 1], entries[MOST_BARS - 1 :])
    bars = "".join(_bar(esc(name), rows, largest, total, language) for name, rows in top)
    table = ""
    if rest:
        others = sum(rows for _, rows in rest)
        name = f"<i>{esc(say('data.bars.others', language, count=len(rest)))}</i>"
        bars += _bar(name, others, max(largest, others), total, language)
        lines = "".join(f'<tr><td>{esc(label)}</td><td class="pg-num">{count(rows)}</td></tr>' for label, rows in entries)
        summary = esc(say("data.bars.all", language, count=len(entries)))
        full = f'<div class="pg-tall"><table class="pg-table"><tbody>{lines}</tbody></table></div>'
        table = f"<details><summary>{summary}</summary>{full}</details>"
    title = esc(say("data.bars", language))
    return (
        f'<section class="pg-card" id="data-labels"><h3 class="pg-h3">{title}</h3>'
        f'<div class="pg-tall"><div class="pg-bars">{bars}</div></div>{table}</section>'
    )


def _bar(name: str, rows: int, largest: int, total: int, language: Language) -> str:
    width = 100 * rows / largest if largest else 0
    share = percent(rows / total, language) if total else ""
    title = "" if name.startswith("<") else f' title="{name}"'
    return (
        f'<span class="pg-name"{title}>{name}</span><span class="pg-track"><span class="pg-fill" style="width:{width:.1f}%"></span></span>'
        f'<span class="pg-num">{count(rows)}</span><span class="pg-num pg-muted">{share}</span>'
    )


def rows_html(frame: pd.DataFrame, choice: ColumnChoice | None, language: Language) -> str:
    """The first rows of the file, ``ROWS_A_PAGE`` at a time; the chosen columns first and marked."""
    columns = _shown_columns(frame, choice)
    roles = {choice.text: "text", choice.label: "label"} if choice else {}
    head = '<th class="pg-num">#</th>' + "".join(_heading(column, roles.get(column), language) for column in columns)
    shown = frame.head(MOST_ROWS)
    pages = [shown.iloc[start : start + ROWS_A_PAGE] for start in range(0, len(shown), ROWS_A_PAGE)]
    bodies = "".join(_page(part, index, columns, roles, len(frame), language) for index, part in enumerate(pages))
    hidden = frame.shape[1] - len(columns)
    note = f'<p class="pg-muted">{esc(say("data.table.hidden", language, count=hidden))}</p>' if hidden else ""
    title = esc(say("data.table", language))
    return (
        f'<section class="pg-card pg-paged" id="data-rows"><h3 class="pg-h3">{title}</h3>'
        f'<div class="pg-tall" tabindex="0"><table class="pg-table"><thead><tr>{head}</tr></thead>{bodies}</table></div>{note}'
        f"{_pager(len(pages), len(frame), language)}</section>"
    )


def _shown_columns(frame: pd.DataFrame, choice: ColumnChoice | None) -> list[str]:
    chosen = [choice.text, choice.label] if choice else []
    others = [str(column) for column in frame.columns if column not in chosen]
    return (chosen + others)[:MOST_COLUMNS]


def _heading(column: str, role: str | None, language: Language) -> str:
    if role is None or column == role:
        return f"<th{' class=pg-chosen' if role else ''}>{esc(_short(column))}</th>"
    return f'<th class="pg-chosen">{esc(_short(column))}<span class="pg-role">{esc(say(f"data.table.{role}", language))}</span></th>'


def _page(part: pd.DataFrame, index: int, columns: Sequence[str], roles: Mapping[str, str], total: int, language: Language) -> str:
    first = index * ROWS_A_PAGE
    lines = ""
    for number, row in enumerate(part[list(columns)].itertuples(index=False), first + 1):
        cells = "".join(_cell(str(value), column in roles) for value, column in zip(row, columns, strict=True))
        lines += f'<tr><td class="pg-num">{number:,}</td>{cells}</tr>'
    span = say("data.table.range", language, first=first + 1, last=first + len(part), count=total)
    return f'<tbody data-range="{esc(span)}"{" hidden" if index else ""}>{lines}</tbody>'


def _cell(value: str, chosen: bool) -> str:
    title = f' title="{esc(value[:1000])}"' if len(value) > 120 else ""
    return f'<td{" class=pg-chosen" if chosen else ""}{title}><div class="pg-cell">{esc(_short(value))}</div></td>'


def _pager(pages: int, total: int, language: Language) -> str:
    first = say("data.table.range", language, first=min(1, total), last=min(ROWS_A_PAGE, total), count=total)
    if pages < 2:
        return f'<div class="pg-pager"><span class="pg-page-now">{esc(first)}</span></div>' if total else ""
    previous, following = (esc(say(f"data.table.{name}", language)) for name in ("previous", "next"))
    return (
        f'<div class="pg-pager"><span class="pg-page-now">{esc(first)}</span>'
        f'<button type="button" data-pg-turn="-1" aria-label="{previous}" disabled>←</button>'
        f'<button type="button" data-pg-turn="1" aria-label="{following}">→</button></div>'
    )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MOST_CHARACTERS else flat[: MOST_CHARACTERS - 1] + "…"


def status_line(rows: int, labels: int, language: Language) -> str:
    """What stands under the tab's title once there is data."""
    return say("data.status", language, count=rows, labels=labels)
