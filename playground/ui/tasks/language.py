"""Running text: how well a model foresees it, before and after; the rows that gained most and least; words for a gap. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from playground.compare import ComparedRow, Comparison
from playground.runs.types import Prediction
from playground.tasks.likelihood import Likelihood
from playground.ui.format import percent
from playground.ui.marks import metric_term, moved, track
from playground.ui.scales import ERROR, PERPLEXITY
from playground.ui.tasks.generation import perplexity_of
from playground.ui.tasks.parts import Kind, article, shares, sides
from playground.ui.tasks.types import Context, TaskView
from playground.words import Language, say


def answer_html(prediction: Prediction, context: Context) -> str:
    """A sentence with a gap, and the words that both models expect there, each in its own order."""
    base, tuned = shares(prediction.base), shares(prediction.tuned)
    first, now = next(iter(base), ""), next(iter(tuned), "")
    kind: Kind = "same" if first == now else "other"
    said = say(f"compare.gap.{kind}", context.language, base=first, tuned=now)
    columns = sides(_bars(base, context.language), _bars(tuned, context.language), context)
    return article(prediction.text, columns, kind, said, context)


def _bars(words: Mapping[str, float], language: Language) -> str:
    items = (
        f'<li{" class=top" if place == 0 else ""}><span class="name">{escape(word)}</span>{track(share)}'
        f"<b>{escape(percent(share, language))}</b></li>"
        for place, (word, share) in enumerate(words.items())
    )
    return f'<ul class="bars">{"".join(items)}</ul>'


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


VIEW: Final = TaskView("gap", answer_html, detail_html, held_out_html, heads, {"perplexity": PERPLEXITY, "bits_per_token": ERROR})
