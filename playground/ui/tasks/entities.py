"""Entities in a text: marked in it, base above fine-tuned, with what differs; scores of each kind; rows with what was expected. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playground.compare import ComparedRow, Comparison
from playground.runs.types import Prediction
from playground.ui.entity_marks import Span, compared, judged, marked_html, spans_of, tagged
from playground.ui.label_views import classes_html
from playground.ui.tasks.parts import article, side, stacked_html
from playground.ui.tasks.types import Context, TaskView
from playground.words import Language, say

#: Entities named in the sentence about a text; more are counted.
_NAMED: Final = 5


def answer_html(prediction: Prediction, context: Context) -> str:
    """One text twice, base above fine-tuned, with the entities each found, and what differs in words."""
    text, language = prediction.text, context.language
    base, tuned = spans_of(prediction.base, text), spans_of(prediction.tuned, text)
    new = [span for span in tuned if span not in base]
    gone = [span for span in base if span not in tuned]
    lines = side("base", marked_html(text, compared(base, tuned, "gone"), language), context)
    lines += side("tuned", marked_html(text, compared(tuned, base, "new"), language), context)
    said = _difference(text, new, gone, len(tuned), language)
    return article("", f'<div class="above">{lines}</div>', "other" if new or gone else "same", said, context)


def _difference(text: str, new: Sequence[Span], gone: Sequence[Span], found: int, language: Language) -> str:
    if not new and not gone:
        return say("compare.entities.agree" if found else "compare.entities.none", language, count=found)
    parts = [say("compare.entities.also", language, names=_names(text, new, language))] if new else []
    parts += [say("compare.entities.left", language, names=_names(text, gone, language))] if gone else []
    return (" " if language == "en" else "").join(parts)


def _names(text: str, spans: Sequence[Span], language: Language) -> str:
    names = [f"{text[span.start : span.end]} ({span.kind})" for span in spans[:_NAMED]]
    if len(spans) > _NAMED:
        names.append(say("compare.entities.more", language, count=len(spans) - _NAMED))
    return ("、" if language == "zh" else ", ").join(names)


def detail_html(comparison: Comparison, language: Language) -> str:
    """F1 of each kind of entity."""
    kinds = {*comparison.base.per_class, *comparison.tuned.per_class}
    return classes_html(comparison, language, kinds, "entities") if kinds else ""


def held_out_html(row: ComparedRow, context: Context) -> str:
    """A row three times: what was expected, and what base and fine-tuned made of it, right, wrong and missed."""
    language = context.language
    seen = tagged(row.text, row.label, row.base, row.tuned)
    lines = [
        (
            "expected",
            say("compare.rows.expected", language),
            marked_html(seen.text, compared(seen.expected, seen.expected, "same"), language),
        ),
        ("base", say("compare.answer.base", language), marked_html(seen.text, judged(seen.expected, seen.base), language)),
        ("tuned", say("compare.answer.tuned", language), marked_html(seen.text, judged(seen.expected, seen.tuned), language)),
    ]
    return stacked_html("", lines)


def _no_heads(language: Language) -> list[str]:
    return []


VIEW: Final = TaskView("texts", answer_html, detail_html, held_out_html, _no_heads)
