"""Running text: how well a model foresees it, before and after; the rows that gained most and least. Nothing can be typed. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Final

from playground.compare import ComparedRow, Comparison
from playground.tasks.likelihood import Likelihood
from playground.ui.marks import metric_term, moved
from playground.ui.scales import ERROR, PERPLEXITY
from playground.ui.tasks.generation import perplexity_of
from playground.ui.tasks.types import Context, TaskView
from playground.words import Language, say


def detail_html(comparison: Comparison, language: Language) -> str:
    """Nothing beyond the perplexities, which stand on the ladder."""
    return ""


def heads(language: Language) -> Sequence[str]:
    """Columns of a row: text, perplexity before and after, the change."""
    names = (f"{escape(say(f'compare.answer.{side}', language))} {metric_term('perplexity', language)}" for side in ("base", "tuned"))
    return [escape(say("compare.rows.text", language)), *names, escape(say("compare.classes.change", language))]


def held_out_html(row: ComparedRow, context: Context) -> str:
    """A row with its perplexity before and after."""
    base, tuned = (perplexity_of(Likelihood.of(cell)) for cell in (row.base, row.tuned))
    said = "" if math.isnan(base) or math.isnan(tuned) else _factor(base, tuned)
    names = [escape(say(f"compare.answer.{side}", context.language)) for side in ("base", "tuned")]
    cells = "".join(
        f'<td data-name="{name}" class="number">{PERPLEXITY.shown(value)}</td>' for name, value in zip(names, (base, tuned), strict=True)
    )
    return f'<tr><td class="text">{escape(row.text)}</td>{cells}<td class="number">{said}</td></tr>'


def _factor(base: float, tuned: float) -> str:
    """The change of a perplexity as what it was divided or multiplied by: rows are ordered by that, and it means the same at any level."""
    falls = tuned < base
    shown = PERPLEXITY.shown(max(base, tuned) / min(base, tuned))
    return moved(0, "× 1") if base == tuned else moved(1 if falls else -1, f"{'÷' if falls else '×'} {shown}")


VIEW: Final = TaskView("none", None, detail_html, held_out_html, heads, {"perplexity": PERPLEXITY, "bits_per_token": ERROR})
