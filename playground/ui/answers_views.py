"""What base and fine-tuned answer to a person's own texts, and the held-out rows that changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, Literal

from playground.compare import ComparedRow, Comparison
from playground.runs.types import Prediction
from playground.ui import format
from playground.ui.marks import column_heads, heading, track
from playground.words import Language, say

RowKind = Literal["fixed", "broken", "both_wrong"]
ROW_KINDS: Final[tuple[RowKind, ...]] = ("fixed", "broken", "both_wrong")
PAGE_ROWS: Final = 10
#: Texts answered at once.
MOST_TEXTS: Final = 50
#: Labels with a bar of their own, in each of the two columns.
_BARS: Final = 6
#: Shares closer than this read as equally sure.
_SAME_SHARE: Final = 0.02


def texts_of(typed: str) -> tuple[str, ...]:
    """The texts a person typed: one a line, empty lines left out."""
    return tuple(line.strip() for line in typed.splitlines() if line.strip())


def answers_html(predictions: Sequence[Prediction], base_name: str, language: Language, *, cut: bool = False) -> str:
    """Each text with base on the left and fine-tuned on the right.

    :param base_name: the reference shown as base.
    :param cut: whether there were more texts than are answered at once.
    """
    note = f'<p class="quiet">{escape(say("compare.try.cut", language, count=len(predictions)))}</p>' if cut else ""
    cards = "".join(answer_html(prediction, base_name, language) for prediction in predictions)
    return f'<section class="answers">{note}{cards}</section>'


def answer_html(prediction: Prediction, base_name: str, language: Language) -> str:
    """One text, two columns of bars per label, and what changed in words."""
    before, after = _top(prediction.base), _top(prediction.tuned)
    kind = "other" if before != after else "same"
    shown = _order(prediction)
    named = f" <small>{escape(say(f'compare.base.{base_name}', language))}</small>"
    columns = "".join(
        f'<div class="side {side}"><h4>{escape(say(f"compare.answer.{side}", language))}{small}</h4>{_bars(scores, shown, language)}</div>'
        for side, small, scores in (("base", named, prediction.base), ("tuned", "", prediction.tuned))
    )
    sign = f'<span class="tag">{escape(say(f"compare.change.sign.{kind}", language))}</span>'
    return (
        f'<article class="answer" data-change="{kind}"><blockquote>{escape(prediction.text)}</blockquote><div class="sides">{columns}</div>'
        f'<p class="changed">{sign} {escape(change_words(prediction, language))}</p></article>'
    )


def change_words(prediction: Prediction, language: Language) -> str:
    """What the fine-tune changed about this text, in one sentence."""
    before, after = _top(prediction.base), _top(prediction.tuned)
    gain = prediction.tuned[after] - prediction.base.get(after, 0.0)
    if before != after:
        return say(
            "compare.change.other", language, base=before, base_share=format.percent(prediction.base[before], language),
            tuned=after, tuned_share=format.percent(prediction.tuned[after], language),
        )  # fmt: skip
    kind = "same" if abs(gain) < _SAME_SHARE else "surer" if gain > 0 else "less_sure"
    return say(
        f"compare.change.{kind}", language, tuned=after,
        base_share=format.percent(prediction.base[after], language), tuned_share=format.percent(prediction.tuned[after], language),
    )  # fmt: skip


def _top(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda label: scores[label])


def _order(prediction: Prediction) -> list[str]:
    """The same labels in the same order on both sides, so that bars can be compared across: the likeliest of either."""
    likely = sorted(prediction.tuned, key=lambda label: -max(prediction.tuned[label], prediction.base.get(label, 0.0)))
    return sorted(likely[:_BARS], key=lambda label: -prediction.tuned[label])


def _bars(scores: Mapping[str, float], shown: Sequence[str], language: Language) -> str:
    top = _top(scores)
    rows = [_bar(label, scores.get(label, 0.0), label == top, language) for label in shown]
    hidden = [share for label, share in scores.items() if label not in shown]
    if hidden:
        more = say("compare.try.more", language, count=len(hidden), share=format.percent(sum(hidden), language))
        rows.append(f'<li class="more">{escape(more)}</li>')
    return f'<ul class="bars">{"".join(rows)}</ul>'


def _bar(label: str, share: float, top: bool, language: Language) -> str:
    name = f'<span class="name" title="{escape(label)}">{escape(label)}</span>'
    return f"<li{' class=top' if top else ''}>{name}{track(share)}<b>{escape(format.percent(share, language))}</b></li>"


def rows_html(comparison: Comparison, kind: RowKind, page: int, language: Language) -> str:
    """Held-out rows the fine-tune fixed, broke, or left wrong: three lists behind three buttons, a page at a time."""
    lists: Mapping[RowKind, Sequence[ComparedRow]] = {
        "fixed": comparison.fixed,
        "broken": comparison.broken,
        "both_wrong": comparison.both_wrong,
    }
    counts = {name: len(rows) for name, rows in lists.items()}
    summary = say(
        "compare.rows.summary", language, total=comparison.verdict.rows,
        fixed=counts["fixed"], broken=counts["broken"], both_wrong=counts["both_wrong"],
    )  # fmt: skip
    buttons = "".join(_kind_button(name, counts[name], name == kind, language) for name in ROW_KINDS)
    return (
        f'<section class="row-lists">{heading(say("compare.rows", language), summary)}'
        f'<div class="kinds" role="tablist">{buttons}</div>{_rows_page(lists[kind], kind, page, language)}</section>'
    )


def _kind_button(kind: RowKind, count: int, chosen: bool, language: Language) -> str:
    selected, title = "true" if chosen else "false", escape(say(f"compare.rows.{kind}.help", language))
    name = escape(say(f"compare.rows.{kind}", language))
    return (
        f'<button type="button" role="tab" class="{kind}" aria-selected="{selected}" data-kind="{kind}" data-page="0" title="{title}">'
        f"{name} <b>{format.count(count)}</b></button>"
    )


def _rows_page(rows: Sequence[ComparedRow], kind: RowKind, page: int, language: Language) -> str:
    if not rows:
        return f'<p class="quiet nothing">{escape(say(f"compare.rows.none.{kind}", language))}</p>'
    last = (len(rows) - 1) // PAGE_ROWS
    page = min(max(page, 0), last)
    part = rows[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
    names = [say(key, language) for key in ("compare.rows.text", "compare.rows.label", "compare.answer.base", "compare.answer.tuned")]
    body = "".join(_row(row, names) for row in part)
    return f"<table>{column_heads(map(escape, names))}<tbody>{body}</tbody></table>{_pager(kind, page, last, len(rows), language)}"


def _row(row: ComparedRow, names: Sequence[str]) -> str:
    answers = ""
    for name, answer in zip(names[2:], (row.base, row.tuned), strict=True):
        kind, sign = ("right", "✓") if answer == row.label else ("wrong", "✕")
        answers += f'<td data-name="{escape(name)}" class="{kind}"><span aria-hidden="true">{sign}</span> {escape(answer)}</td>'
    return f'<tr><td class="text">{escape(row.text)}</td><td data-name="{escape(names[1])}">{escape(row.label)}</td>{answers}</tr>'


def _pager(kind: RowKind, page: int, last: int, total: int, language: Language) -> str:
    if last == 0:
        return ""
    where = say("compare.rows.page", language, first=page * PAGE_ROWS + 1, last=min((page + 1) * PAGE_ROWS, total), total=total)
    buttons = []
    for name, to in (("previous", page - 1), ("next", page + 1)):
        off, shown = "" if 0 <= to <= last else " disabled", escape(say(f"compare.rows.{name}", language))
        buttons.append(f'<button type="button" data-kind="{kind}" data-page="{to}"{off}>{shown}</button>')
    return f'<nav class="pager">{buttons[0]}<span>{escape(where)}</span>{buttons[1]}</nav>'
