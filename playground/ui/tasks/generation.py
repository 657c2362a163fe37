"""Written answers: base and fine-tuned beside each other as they are written, and held-out prompts with the answer expected. Pure."""

from __future__ import annotations

import math
from html import escape
from typing import Final

import numpy as np

from playground.compare import ComparedRow, Comparison
from playground.data.meaning.cells import messages_of
from playground.runs.types import Prediction
from playground.tasks.generation import Written
from playground.tasks.likelihood import Likelihood, perplexity
from playground.ui.scales import PERPLEXITY
from playground.ui.tasks.parts import article, sides, stacked_html, written
from playground.ui.tasks.types import Context, TaskView
from playground.words import Language, say

#: Roles with words of their own.
_ROLES: Final = ("system", "user", "assistant")


def answer_html(prediction: Prediction, context: Context, *, stopped: bool = False) -> str:
    """One prompt and both answers.

    :param stopped: whether a person stopped the writing, so that the answers are not whole.
    """
    base, tuned = written(prediction.base), written(prediction.tuned)
    same = base.strip() == tuned.strip()
    body = sides(_written(base, False, context.language), _written(tuned, False, context.language), context)
    said = say("compare.chat.stopped", context.language) if stopped else _said(base, tuned, context)
    return article(prediction.text, body, "same" if same else "other", said, context)


def writing_html(prompt: str, base: str, tuned: str, context: Context) -> str:
    """The same while the answers are still being written."""
    columns = (_written(base, True, context.language), _written(tuned, True, context.language))
    said = escape(say("compare.chat.writing", context.language))
    body = sides(*columns, context)
    return f'<article class="answer"><blockquote>{escape(prompt)}</blockquote>{body}<p class="working" role="status">{said}</p></article>'


def _said(base: str, tuned: str, context: Context) -> str:
    if base.strip() == tuned.strip():
        return say("compare.chat.same", context.language)
    return say("compare.chat.other", context.language, base=len(base.strip()), tuned=len(tuned.strip()))


def _written(text: str, going_on: bool, language: Language) -> str:
    """An answer as it was written, line breaks kept."""
    caret = '<span class="caret" aria-hidden="true"></span>' if going_on else ""
    nothing = "" if going_on else f'<span class="quiet">{escape(say("compare.chat.empty", language))}</span>'
    return f'<div class="written">{escape(text) or nothing}{caret}</div>'


def detail_html(comparison: Comparison, language: Language) -> str:
    """Nothing beyond the metrics, which every task has."""
    return ""


def held_out_html(row: ComparedRow, context: Context) -> str:
    """A prompt with the answer expected and both answers, one below the other."""
    language = context.language
    lines = [("expected", say("compare.rows.expected", language), _written(row.label, False, language))]
    for kind, cell in (("base", row.base), ("tuned", row.tuned)):
        answer = Written.of(cell)
        right = " right" if answer.text.split() == row.label.split() else ""
        note = _surprise(perplexity_of(answer.likelihood), language)
        lines.append((kind + right, say(f"compare.answer.{kind}", language), _written(answer.text, False, language) + note))
    return stacked_html(f'<div class="prompt">{prompt_html(row.text, language)}</div>', lines)


def perplexity_of(likelihood: Likelihood | None) -> float:
    """How surprised an answerer was by what it should have written; NaN where nobody knows."""
    if likelihood is None or not likelihood.tokens:
        return math.nan
    return float(perplexity(np.array([[likelihood.nll, likelihood.tokens]]))[0])


def _surprise(value: float, language: Language) -> str:
    if math.isnan(value):
        return ""
    return f'<small class="quiet">{escape(say("compare.rows.perplexity", language, value=PERPLEXITY.shown(value)))}</small>'


def prompt_html(cell: str, language: Language) -> str:
    """The messages before an answer; a single question stands alone, more say who speaks."""
    messages = messages_of(cell)
    if len(messages) <= 1:
        return f"<p>{escape(messages[0]['content'] if messages else cell)}</p>"
    named = ((say(f"compare.role.{one['role']}", language) if one["role"] in _ROLES else one["role"], one["content"]) for one in messages)
    return "".join(f'<p><span class="quiet">{escape(name)}</span> {escape(content)}</p>' for name, content in named)


def _no_heads(language: Language) -> list[str]:
    return []


VIEW: Final = TaskView("chat", answer_html, detail_html, held_out_html, _no_heads, {"perplexity": PERPLEXITY})
