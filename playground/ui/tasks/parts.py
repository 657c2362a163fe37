"""Pieces that the views of several tasks share: reading an answer, the frame around two answers, the cells of a held-out row. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, Literal

from playground.compare import ComparedRow
from playground.runs.types import Answer
from playground.ui.marks import quote
from playground.ui.names import short_name
from playground.ui.tasks.types import Context
from playground.words import Language, say

#: Whether the two answers differ, for the sign beside the sentence about it.
Kind = Literal["same", "other"]
#: Class and sign of a right and of a wrong answer, so that colour never speaks alone.
RIGHT: Final = ("right", "✓")
WRONG: Final = ("wrong", "✕")


def shares(answer: Answer) -> Mapping[str, float]:
    """Label -> probability. :raises TypeError: if the answer is of another kind."""
    if not isinstance(answer, Mapping):
        raise TypeError(f"no shares of labels: {answer!r}")
    return {str(label): float(share) for label, share in answer.items()}


def number(answer: Answer) -> float:
    """The number of a regression. :raises TypeError: if the answer is of another kind."""
    if not isinstance(answer, Mapping) or "value" not in answer:
        raise TypeError(f"no number: {answer!r}")
    return float(answer["value"])


def written(answer: Answer) -> str:
    """The text of a generation. :raises TypeError: if the answer is of another kind."""
    if not isinstance(answer, str):
        raise TypeError(f"no text: {answer!r}")
    return answer


def article(text: str, body: str, kind: Kind, changed: str, context: Context) -> str:
    """A typed text, what came of it, and what the fine-tune changed about that in a sentence.

    :param text: "" if the body shows it already.
    :param body: HTML.
    """
    sign = f'<span class="tag">{escape(say(f"compare.change.sign.{kind}", context.language))}</span>'
    return (
        f'<article class="answer" data-change="{kind}">{quote(text, context.text_pair)}{body}'
        f'<p class="changed">{sign} {escape(changed)}</p></article>'
    )


def sides(base: str, tuned: str, context: Context) -> str:
    """Two answers (HTML) beside each other, each under its name; base says which reference it is."""
    return f'<div class="sides">{side("base", base, context)}{side("tuned", tuned, context)}</div>'


def side(name: Literal["base", "tuned"], body: str, context: Context) -> str:
    """One of the two answers under its name."""
    small = ""
    if name == "base":
        small = f" <small>{escape(short_name(context.comparison.base_name, context.comparison.task, context.language))}</small>"
    return f'<div class="side {name}"><h4>{escape(say(f"compare.answer.{name}", context.language))}{small}</h4>{body}</div>'


def row_heads(language: Language, expected: str = "compare.rows.label") -> list[str]:
    """Columns of a row of short answers: text, expected (its words have the key given), base, fine-tuned."""
    keys = ("compare.rows.text", expected, "compare.answer.base", "compare.answer.tuned")
    return [escape(say(key, language)) for key in keys]


def row_html(row: ComparedRow, expected: str, base: tuple[str, str], tuned: tuple[str, str], heads: Sequence[str]) -> str:
    """A row of short answers.

    :param expected: HTML.
    :param base: class of the cell and its HTML; ``tuned`` likewise.
    :param heads: the names of its four columns, as HTML.
    """
    pair = f'<p class="second">{escape(row.text_pair)}</p>' if row.text_pair else ""
    answers = "".join(
        f'<td data-name="{name}" class="{kind}">{cell}</td>' for name, (kind, cell) in zip(heads[2:], (base, tuned), strict=True)
    )
    return f'<tr><td class="text">{escape(row.text)}{pair}</td><td data-name="{heads[1]}">{expected}</td>{answers}</tr>'


def stacked_html(above: str, lines: Sequence[tuple[str, str, str]]) -> str:
    """A row of long answers: one below the other, each line named.

    :param above: HTML over all of them, "" for nothing.
    :param lines: class, name (text) and HTML of each.
    """
    stack = "".join(f'<dt class="{kind}">{escape(name)}</dt><dd class="{kind}">{body}</dd>' for kind, name, body in lines)
    return f'<tr><td>{above}<dl class="stack">{stack}</dl></td></tr>'
