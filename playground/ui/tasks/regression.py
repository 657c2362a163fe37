"""A number for each text: a line with both answers on it, expected against answered as points, and rows with their errors. Pure."""

from __future__ import annotations

from html import escape
from typing import Final

from playground.compare import ComparedRow, Comparison
from playground.data.meaning.spelled import to_number
from playground.runs.types import Prediction
from playground.ui import format
from playground.ui.charts import tick_text, ticks
from playground.ui.marks import heading, moved
from playground.ui.names import short_name
from playground.ui.scales import CORRELATION, ERROR
from playground.ui.scatter import Panel, scatter_html
from playground.ui.tasks.parts import article, number, row_heads, row_html
from playground.ui.tasks.types import Context, TaskView
from playground.words import Language, say

#: Answers closer than this share of the whole range read as the same.
_SAME: Final = 0.01
#: The line goes this share of its range beyond the farthest mark.
_PAD: Final = 0.05


def answer_html(prediction: Prediction, context: Context) -> str:
    """One text, both answers as marks on one line over the range of the held-out rows, and the difference in words."""
    base, tuned = number(prediction.base), number(prediction.tuned)
    expected = [to_number(row.label) for row in _rows(context.comparison)]
    low, high = min([*expected, base, tuned]), max([*expected, base, tuned])
    pad = (high - low) * _PAD or 1.0
    same = abs(tuned - base) <= _SAME * (high - low)
    key = "compare.number.same" if same else "compare.number.higher" if tuned > base else "compare.number.lower"
    said = say(key, context.language, base=figure(base), tuned=figure(tuned), delta=figure(abs(tuned - base)))
    line = _line(base, tuned, low - pad, high + pad, context)
    return article(prediction.text, line, "same" if same else "other", said, context)


def figure(value: float) -> str:
    """A number as the data would write it: 3.5, 1,204, −0.25."""
    return format.measure(value).rstrip("0").rstrip(".") if abs(value) < 100 else format.measure(value)


def _line(base: float, tuned: float, low: float, high: float, context: Context) -> str:
    def place(value: float) -> float:
        return 100 * (value - low) / (high - low)

    language, comparison = context.language, context.comparison
    names = (
        f"{say('compare.answer.base', language)} ({short_name(comparison.base_name, comparison.task, language)})",
        say("compare.answer.tuned", language),
    )
    marks = "".join(
        f'<span class="at {kind}{" left" if place(value) > 60 else ""}" style="left:{place(value):.2f}%"><i></i>'
        f"<b>{figure(value)}</b> <small>{escape(name)}</small></span>"
        for kind, value, name in (("base", base, names[0]), ("tuned", tuned, names[1]))
    )
    values = ticks(low, high)
    scale = "".join(f'<span style="left:{place(value):.2f}%">{tick_text(value, values)}</span>' for value in values)
    return f'<div class="number-line">{marks}<div class="axis" aria-hidden="true">{scale}</div></div>'


def detail_html(comparison: Comparison, language: Language) -> str:
    """Expected against answered, for base and for the fine-tuned model."""
    rows = _rows(comparison)
    panels = [
        Panel(
            style=kind,
            title=say(f"compare.answer.{kind}", language),
            note=f"{say('metric.pearson', language)} {CORRELATION.shown(metrics.values.get('pearson', float('nan')))}",
            points=tuple((to_number(row.label), to_number(getattr(row, kind))) for row in rows),
            summary=say("compare.scatter.summary", language, count=len(rows), name=say(f"compare.answer.{kind}", language)),
        )
        for kind, metrics in (("base", comparison.base), ("tuned", comparison.tuned))
    ]
    chart = scatter_html(panels, say("compare.scatter.expected", language), say("compare.scatter.answer", language))
    return f'<section class="clouds">{heading(say("compare.scatter", language), say("compare.scatter.line", language))}{chart}</section>'


def held_out_html(row: ComparedRow, context: Context) -> str:
    """A row with its number, both answers with how far off they are, and how much nearer the fine-tuned one is."""
    expected = to_number(row.label)
    cells = []
    for answer in (row.base, row.tuned):
        value = to_number(answer)
        off = say("compare.number.off", context.language, value=figure(abs(value - expected)))
        cells.append(f'{figure(value)} <small class="quiet">{escape(off)}</small>')
    nearer = abs(to_number(row.base) - expected) - abs(to_number(row.tuned) - expected)
    said = ""
    if gain := -ERROR.gain(nearer):
        word = say("compare.number.nearer" if gain > 0 else "compare.number.farther", context.language, value=figure(abs(nearer)))
        said = f'<p class="moved">{moved(gain, word)}</p>'
    return row_html(row, figure(expected), ("", cells[0]), ("", cells[1] + said), heads(context.language))


def heads(language: Language) -> list[str]:
    """Columns of a row."""
    return row_heads(language, "compare.rows.expected")


def _rows(comparison: Comparison) -> tuple[ComparedRow, ...]:
    """The held-out rows; those both answers hit exactly are in none of the lists."""
    return comparison.fixed + comparison.broken + comparison.both_wrong


_SCALES: Final = {"pearson": CORRELATION, "spearman": CORRELATION, "mae": ERROR}
VIEW: Final = TaskView("texts", answer_html, detail_html, held_out_html, heads, _SCALES)
