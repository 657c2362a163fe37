"""The table of every row: filtered, searched, a page at a time, its cells open for mending. Pure: rows in, HTML out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from playground.data.types import ColumnChoice, Finding, Inspection, TaskName
from playground.ui.data_cells import MOST_CHARACTERS, cell_html, readable, short, typed
from playground.ui.html import esc
from playground.words import Language, say

ROWS_A_PAGE: Final = 25
#: Columns shown, the file's others included.
MOST_COLUMNS: Final = 5
#: Characters of a cell that can still be edited in place.
_MOST_EDITED: Final = 20_000
#: Labels offered while a label is typed.
_MOST_OFFERED: Final = 300
#: What the columns of the examples are called; anything else in them is shown as it is.
_PARTS: Final = ("text", "text_pair", "label", "split")
#: What a part is called in tasks where its usual name would puzzle.
_ROLES: Final[Mapping[tuple[TaskName, str], str]] = {
    ("generation", "text"): "prompt", ("generation", "label"): "answer", ("token-classification", "text"): "tokens",
    ("token-classification", "label"): "tags", ("regression", "label"): "number",
}  # fmt: skip
_EDITED: Final = frozenset({"text", "text_pair", "label"})


@dataclass(frozen=True, slots=True)
class Ask:
    """What a person wants to see of the rows."""

    #: Only the rows of this finding.
    finding: Finding | None = None
    #: Rows that hold this, in whatever case.
    search: str = ""
    #: Counted from 0; beyond the last it is the last.
    page: int = 0
    #: A row of the file to turn to and mark, whatever the page.
    row: int | None = None


@dataclass(frozen=True, slots=True)
class RowsPage:
    """One page of rows."""

    #: The rows of this page, by their number in the file.
    part: pd.DataFrame
    page: int
    pages: int
    #: Rows on all pages together.
    total: int
    marked: int | None = None


def finding_keys(findings: Sequence[Finding]) -> tuple[str, ...]:
    """A name for each finding that survives mending better than its place: its code and how many of that code came before."""
    seen: dict[str, int] = {}
    keys = []
    for finding in findings:
        seen[finding.code] = seen.get(finding.code, -1) + 1
        keys.append(f"{finding.code}.{seen[finding.code]}")
    return tuple(keys)


def page_of(rows: pd.DataFrame, ask: Ask) -> RowsPage:
    """The page a person asked for, or the nearest there is."""
    found = rows
    if ask.finding is not None:
        found = found[found.index.isin(ask.finding.rows)]
    if ask.search.strip():
        found = found[_holds(found, ask.search.strip())]
    pages = max(1, -(-len(found) // ROWS_A_PAGE))
    place = int(found.index.get_indexer(pd.Index([ask.row]))[0]) if ask.row is not None else -1
    page = min(max(0, place // ROWS_A_PAGE if place >= 0 else ask.page), pages - 1)
    part = found.iloc[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    return RowsPage(part, page, pages, len(found), ask.row if place >= 0 else None)


def _holds(rows: pd.DataFrame, search: str) -> pd.Series[bool]:
    mask = pd.Series(False, index=rows.index)
    for column in rows.columns:
        mask |= rows[column].str.contains(search, case=False, regex=False)
    return mask


def rows_html(shown: RowsPage, inspection: Inspection, language: Language, *, mendable: bool = True, stamp: str = "") -> str:
    """One page as a table.

    :param mendable: whether cells can be edited and rows left out.
    :param stamp: differs from drawing to drawing, so that a field somebody typed into is drawn anew even if nothing changed.
    """
    mendable = mendable and inspection.choice is not None
    parts, others = _columns(shown.part, inspection)
    names = {**_names(inspection.choice), "split": ""}
    head = '<th class="pg-num" scope="col">#</th>' + "".join(
        _heading(part, names.get(part, ""), inspection.task, language) for part in parts
    )
    head += "".join(f'<th scope="col">{esc(short(name))}</th>' for name in others)
    head += f"<th>{_hidden('data.table.drop.head', language)}</th>" if mendable else ""
    kinds = list(inspection.labels or {}) if inspection.task == "token-classification" else []
    beside = inspection.table.frame.loc[shown.part.index, others] if others else None
    lines = ""
    for place, (row, values) in enumerate(zip(shown.part.index, shown.part[parts].itertuples(index=False), strict=True)):
        extra = [str(value) for value in beside.iloc[place]] if beside is not None else []
        cells = dict(zip(parts, map(str, values), strict=True))
        lines += _line(int(row), cells, extra, kinds, inspection.task, mendable, row == shown.marked, language)
    if not len(shown.part):
        lines = f'<tr><td class="pg-muted" colspan="{2 + len(parts) + len(others)}">{esc(say("data.table.nothing", language))}</td></tr>'
    hidden = inspection.table.frame.shape[1] - len(others) - len(set(names.values()) - {""} if inspection.choice else parts)
    note = f'<p class="pg-muted">{esc(say("data.table.hidden", language, count=hidden))}</p>' if hidden > 0 else ""
    label = esc(say("data.table", language))
    busy = esc(say("data.steps.busy", language, count=inspection.rows))
    offered = _offered(inspection) if mendable else ""
    hint = f'<p class="pg-muted pg-hint">{esc(say("data.table.hint", language))}</p>' if mendable and len(shown.part) else ""
    return (
        f'<section id="data-rows" data-page="{shown.page}" data-stamp="{esc(stamp)}" data-busy="{busy}"><div class="pg-tall">'
        f'<table class="pg-table pg-grid" role="grid" aria-label="{label}"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'
        f"</div>{offered}{note}{_pager(shown, language)}{hint}</section>"
    )


def _columns(part: pd.DataFrame, inspection: Inspection) -> tuple[list[str], list[str]]:
    """The columns of the examples, then the file's others as far as there is room."""
    if inspection.choice is None:
        return [str(column) for column in part.columns][:MOST_COLUMNS], []
    parts = [name for name in _PARTS if name in part.columns and not (name == "label" and inspection.task == "language-modeling")]
    if inspection.task == "generation" and not inspection.choice.label:  # what else a chat's row has, it was mostly made of
        return parts, []
    used = set(_names(inspection.choice).values())
    others = [str(column) for column in inspection.table.frame.columns if column not in used]
    return parts, others[: max(0, MOST_COLUMNS - len(parts))]


def _names(choice: ColumnChoice | None) -> dict[str, str]:
    """Part -> the file's column for it."""
    if choice is None:
        return {}
    parts = {"text": choice.text, "text_pair": choice.text_pair, "label": choice.label}
    return {part: name for part, name in parts.items() if name}


def _heading(part: str, name: str, task: TaskName, language: Language) -> str:
    if part not in _PARTS:
        return f'<th scope="col">{esc(short(part))}</th>'
    role = say(f"data.table.{_ROLES.get((task, part), part)}", language)
    if not name or name in (part, role):
        return f'<th scope="col" class="pg-chosen">{esc(short(name) or role)}</th>'
    return f'<th scope="col" class="pg-chosen">{esc(short(name))}<span class="pg-role">{esc(role)}</span></th>'


def _line(
    row: int, values: Mapping[str, str], extra: Sequence[str], kinds: Sequence[str], task: TaskName, mendable: bool, marked: bool,
    language: Language,
) -> str:  # fmt: skip
    cells = ""
    for part in values:
        cells += _cell(row, part, values, cell_html(task, part, values, kinds, language), task, mendable and part in _EDITED, language)
    cells += "".join(f'<td><div class="pg-cell" dir="auto">{esc(short(value))}</div></td>' for value in extra)
    mark = ' class="pg-marked" aria-current="true"' if marked else ""
    drop = f'<td class="pg-num">{_drop(row, language)}</td>' if mendable else ""
    return f'<tr{mark} data-row="{row}"><td class="pg-num">{row + 1:,}</td>{cells}{drop}</tr>'


def _cell(row: int, part: str, values: Mapping[str, str], html: str, task: TaskName, editable: bool, language: Language) -> str:
    value, shown = values[part], short(readable(task, part, values[part]))
    inside = f'<div class="pg-cell" dir="auto">{html}</div>'
    chosen = ' class="pg-chosen"' if part in _PARTS else ""
    field = typed(task, part, value)
    if not editable or len(field) > _MOST_EDITED:
        return f"<td{chosen}>{inside}</td>"
    full = f' data-full="{esc(field)}"' if field != shown or html != esc(shown) else ""
    name = esc(say(f"data.table.edit.{part}", language, row=row + 1))
    empty = ' data-empty="1"' if not value else ""
    return f'<td{chosen} role="gridcell" tabindex="-1" data-edit="{part}" title="{name}"{full}{empty}>{inside}</td>'


def _drop(row: int, language: Language) -> str:
    name = esc(say("data.table.drop", language, row=row + 1))
    return f'<button type="button" class="pg-x" data-do="drop" data-row="{row}" tabindex="-1" aria-label="{name}" title="{name}">×</button>'


def _offered(inspection: Inspection) -> str:
    names = list(inspection.labels or {})[:_MOST_OFFERED]
    options = "".join(f'<option value="{esc(name)}"></option>' for name in names if len(name) <= MOST_CHARACTERS)
    return f'<datalist id="data-label-names">{options}</datalist>'


def _pager(shown: RowsPage, language: Language) -> str:
    first = shown.page * ROWS_A_PAGE + 1
    span = say("data.table.range", language, first=min(first, shown.total), last=first + len(shown.part) - 1, count=shown.total)
    now = f'<span class="pg-page-now" aria-live="polite">{esc(span)}</span>'
    if shown.pages < 2:
        return f'<div class="pg-pager">{now}</div>' if shown.total else ""
    turns = ((0, "first", "⇤"), (shown.page - 1, "previous", "←"), (shown.page + 1, "next", "→"), (shown.pages - 1, "last", "⇥"))
    buttons = "".join(_turn(page, name, sign, shown, language) for page, name, sign in turns)
    return f'<div class="pg-pager">{now}{buttons}</div>'


def _turn(page: int, name: str, sign: str, shown: RowsPage, language: Language) -> str:
    label = esc(say(f"data.table.{name}", language))
    off = "" if 0 <= page < shown.pages and page != shown.page else " disabled"
    said = f'data-turn="{name}" aria-label="{label}" title="{label}"'
    return f'<button type="button" data-do="turn" data-page="{page}" {said}{off}>{sign}</button>'


def _hidden(key: str, language: Language) -> str:
    return f'<span class="pg-hidden">{esc(say(key, language))}</span>'
