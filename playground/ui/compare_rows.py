"""Held-out rows the fine-tune got right that base got wrong, the other way round, and those that both got wrong. Pure.

Where answers are good to a degree (a number, a text) the three lists are: better than before, worse than before, as bad as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, Literal

from playground.compare import ComparedRow, Comparison
from playground.tasks import get_task
from playground.ui import format
from playground.ui.marks import column_heads, heading
from playground.ui.tasks import Context, view_of
from playground.words import Language, say

RowKind = Literal["fixed", "broken", "both_wrong"]
ROW_KINDS: Final[tuple[RowKind, ...]] = ("fixed", "broken", "both_wrong")
PAGE_ROWS: Final = 10


def rows_html(comparison: Comparison, kind: RowKind, page: int, language: Language) -> str:
    """Three lists behind three buttons, a page at a time."""
    lists: Mapping[RowKind, Sequence[ComparedRow]] = {
        "fixed": comparison.fixed,
        "broken": comparison.broken,
        "both_wrong": comparison.both_wrong,
    }
    counts = {name: len(rows) for name, rows in lists.items()}
    words = "compare.graded" if get_task(comparison.task).graded else "compare.rows"
    summary = say(
        f"{words}.summary", language, total=comparison.verdict.rows,
        fixed=counts["fixed"], broken=counts["broken"], both_wrong=counts["both_wrong"],
    )  # fmt: skip
    buttons = "".join(_kind_button(name, counts[name], name == kind, words, language) for name in ROW_KINDS)
    nothing = f'<p class="quiet nothing">{escape(say(f"{words}.none.{kind}", language))}</p>'
    shown = _rows_page(lists[kind], kind, page, Context(comparison, language)) if lists[kind] else nothing
    return (
        f'<section class="row-lists">{heading(say("compare.rows", language), summary)}'
        f'<div class="kinds" role="tablist">{buttons}</div>{shown}</section>'
    )


def _kind_button(kind: RowKind, count: int, chosen: bool, words: str, language: Language) -> str:
    selected, title = "true" if chosen else "false", escape(say(f"{words}.{kind}.help", language))
    name = escape(say(f"{words}.{kind}", language))
    return (
        f'<button type="button" role="tab" class="{kind}" aria-selected="{selected}" data-kind="{kind}" data-page="0" title="{title}">'
        f"{name} <b>{format.count(count)}</b></button>"
    )


def _rows_page(rows: Sequence[ComparedRow], kind: RowKind, page: int, context: Context) -> str:
    view = view_of(context.comparison.task)
    last = (len(rows) - 1) // PAGE_ROWS
    page = min(max(page, 0), last)
    body = "".join(view.row(row, context) for row in rows[page * PAGE_ROWS : (page + 1) * PAGE_ROWS])
    heads = view.heads(context.language)
    head = column_heads(heads) if heads else ""
    stacked = "" if heads else ' class="stacked"'
    return f"<table{stacked}>{head}<tbody>{body}</tbody></table>{_pager(kind, page, last, len(rows), context.language)}"


def _pager(kind: RowKind, page: int, last: int, total: int, language: Language) -> str:
    if last == 0:
        return ""
    where = say("compare.rows.page", language, first=page * PAGE_ROWS + 1, last=min((page + 1) * PAGE_ROWS, total), total=total)
    buttons = []
    for name, to in (("previous", page - 1), ("next", page + 1)):
        off, shown = "" if 0 <= to <= last else " disabled", escape(say(f"compare.rows.{name}", language))
        buttons.append(f'<button type="button" data-kind="{kind}" data-page="{to}"{off}>{shown}</button>')
    return f'<nav class="pager">{buttons[0]}<span>{escape(where)}</span>{buttons[1]}</nav>'
