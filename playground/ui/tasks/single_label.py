"""One label a text or a pair of texts: bars per label, a confusion matrix, and rows with right and wrong answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Final

from playground.compare import ComparedRow, Comparison
from playground.runs.types import Prediction
from playground.ui import format
from playground.ui.confusion_views import confusion_html
from playground.ui.label_views import classes_html
from playground.ui.marks import track
from playground.ui.tasks.parts import RIGHT, WRONG, article, row_heads, row_html, shares, sides
from playground.ui.tasks.types import Context, TaskView
from playground.words import Language, say

#: Labels with a bar of their own, in each of the two columns.
_BARS: Final = 6
#: Shares closer than this read as equally sure.
_SAME_SHARE: Final = 0.02


def answer_html(prediction: Prediction, context: Context) -> str:
    """One text, two columns of bars per label, and what changed in words."""
    base, tuned = shares(prediction.base), shares(prediction.tuned)
    kind, said = change_words(base, tuned, context.language)
    shown = _order(base, tuned)
    before, after = _bars(base, shown, context.language), _bars(tuned, shown, context.language)
    return article(prediction.text, sides(before, after, context), "other" if kind == "other" else "same", said, context)


def change_words(base: Mapping[str, float], tuned: Mapping[str, float], language: Language) -> tuple[str, str]:
    """How the answer changed ("other", "surer", "less_sure" or "same"), and that in one sentence."""
    before, after = _top(base), _top(tuned)
    if before != after:
        kind = "other"
    else:
        gain = tuned[after] - base[after]
        kind = "same" if abs(gain) < _SAME_SHARE else "surer" if gain > 0 else "less_sure"
    return kind, say(
        f"compare.change.{kind}", language, base=before, base_share=format.percent(base[before], language),
        tuned=after, tuned_share=format.percent(tuned[after], language),
    )  # fmt: skip


def _top(scores: Mapping[str, float]) -> str:
    return max(scores, key=lambda label: scores[label])


def _order(base: Mapping[str, float], tuned: Mapping[str, float]) -> list[str]:
    """The same labels in the same order on both sides, so that bars can be compared across: the likeliest of either."""
    likely = sorted(tuned, key=lambda label: -max(tuned[label], base.get(label, 0.0)))
    return sorted(likely[:_BARS], key=lambda label: -tuned[label])


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


def detail_html(comparison: Comparison, language: Language) -> str:
    """Label by label, and which is taken for which."""
    return classes_html(comparison, language) + confusion_html(comparison, language)


def held_out_html(row: ComparedRow, context: Context) -> str:
    """A row with its true label and both answers, each marked right or wrong."""
    cells = []
    for answer in (row.base, row.tuned):
        kind, sign = RIGHT if answer == row.label else WRONG
        cells.append((kind, f'<span aria-hidden="true">{sign}</span> {escape(answer)}'))
    return row_html(row, escape(row.label), cells[0], cells[1], row_heads(context.language))


VIEW: Final = TaskView("texts", answer_html, detail_html, held_out_html, row_heads)
#: The same with two texts.
PAIR_VIEW: Final = replace(VIEW, tries="pair")
