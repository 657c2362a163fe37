"""A text with its entities marked: what is which kind, and what is right, wrong, missing, new or gone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, NamedTuple

from playground.data.meaning.cells import listed
from playground.data.meaning.entities import entities, iob2, joined
from playground.runs.types import Answer
from playground.words import Language, say

#: How an entity stands to another answer ("same", "new", "gone") or to the expected ones ("right", "wrong", "missed").
Standing = Literal["same", "new", "gone", "right", "wrong", "missed"]
#: A shape for each, so that colour never speaks alone.
_SIGNS: Final[dict[Standing, str]] = {"same": "", "new": "+", "gone": "−", "right": "✓", "wrong": "✕", "missed": "○"}


class Span(NamedTuple):
    """An entity in a text: first character, one past the last, and its kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A readable text with an expected and two answered sets of entities."""

    text: str
    expected: tuple[Span, ...]
    base: tuple[Span, ...]
    tuned: tuple[Span, ...]


def tagged(tokens: str, expected: str, base: str, tuned: str) -> Tagged:
    """The cells of a held-out row as a text with entities in it.

    :param tokens: a JSON list of tokens; the others are JSON lists of their tags.
    """
    words = listed(tokens) or [tokens]
    text, places = joined(words)

    def spans(cell: str, strictly: bool = True) -> tuple[Span, ...]:
        tags = (listed(cell) or [])[: len(words)]
        found = entities(tags if strictly else iob2(tags))
        return tuple(Span(places[first][0], places[last - 1][1], kind) for first, last, kind in found)

    # As they are scored: expected tags in whatever scheme they came, answers strictly.
    return Tagged(text, spans(expected, strictly=False), spans(base), spans(tuned))


def spans_of(answer: Answer, text: str) -> tuple[Span, ...]:
    """The entities of a prediction, as far as they lie inside ``text``. :raises TypeError: if the answer is of another kind."""
    if not isinstance(answer, tuple):
        raise TypeError(f"no entities: {answer!r}")
    found = sorted(Span(one.start, one.end, one.label) for one in answer)
    return tuple(span for span in found if 0 <= span.start < span.end <= len(text))


def judged(expected: Sequence[Span], answered: Sequence[Span]) -> list[tuple[Span, Standing]]:
    """Answered entities, right or wrong, and expected ones in whose place nothing was answered."""
    marks: list[tuple[Span, Standing]] = [(span, "right" if span in expected else "wrong") for span in answered]
    free = (span for span in expected if not any(span.start < other.end and other.start < span.end for other in answered))
    return [*marks, *((span, "missed") for span in free)]


def compared(own: Sequence[Span], other: Sequence[Span], standing: Standing) -> list[tuple[Span, Standing]]:
    """The entities of one answer; those the other answer has not stand as ``standing``."""
    return [(span, "same" if span in other else standing) for span in own]


def marked_html(text: str, marks: Iterable[tuple[Span, Standing]], language: Language) -> str:
    """``text`` with its entities marked. Of entities that overlap the first is marked."""
    parts, at = [], 0
    for span, standing in sorted(marks):
        if span.start < at:
            continue
        parts.append(escape(text[at : span.start]))
        parts.append(_entity(text[span.start : span.end], span.kind, standing, language))
        at = span.end
    return f'<p class="entities">{"".join(parts)}{escape(text[at:])}</p>'


def _entity(text: str, kind: str, standing: Standing, language: Language) -> str:
    sign = f'<i aria-hidden="true">{_SIGNS[standing]}</i>' if _SIGNS[standing] else ""
    title = escape(say(f"compare.entities.{standing}", language))
    return f'<mark class="entity {standing}" title="{title}">{sign}{escape(text)}<small>{escape(kind)}</small></mark>'
