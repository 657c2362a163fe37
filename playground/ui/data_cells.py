"""One cell of the examples: as a person reads it, as they edit it, and as HTML with its entities marked or its turns apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.data.meaning.cells import list_cell, listed, messages_of
from playground.data.meaning.entities import entities, iob2, joined
from playground.data.plain import plain
from playground.data.types import TaskName
from playground.ui.html import esc
from playground.words import Language, say

#: Characters of a cell as shown, and of one that can still be edited in place.
MOST_CHARACTERS: Final = 280
#: Between several labels, as a person types them.
BETWEEN_LABELS: Final = re.compile("[;；]")
#: Kinds of entities with a colour of their own, the most frequent ones; the others share one.
_COLOURS: Final = 9
#: Messages of a conversation that are shown; of more the first ones and the last.
_SHOWN_TURNS: Final = 4
#: Lines of an answer that are shown.
_SHOWN_LINES: Final = 6
_ROLES: Final = frozenset({"system", "user", "assistant"})


def readable(task: TaskName, column: str, value: str) -> str:
    """A cell as a person reads it: lists of tokens, tags and labels without their brackets, a conversation as lines."""
    if task == "token-classification" and column == "text":
        return joined(listed(value) or [value])[0]
    if task == "token-classification" and column == "label":
        return " ".join(listed(value) or [value])
    if task == "multi-label-classification" and column == "label":
        return " · ".join(listed(value) or [value])
    if task == "generation" and column == "text":
        return "\n".join(f"{message['role']}: {message['content']}" for message in messages_of(value)) or value
    return value


def typed(task: TaskName, column: str, value: str) -> str:
    """What stands in the field while a cell is edited: the last message of a conversation, tokens and tags with spaces between, several
    labels as "a; b", else what is shown."""
    if task == "token-classification" and column in ("text", "label"):
        return " ".join(listed(value) or [value])
    if task == "generation" and column == "text":
        messages = messages_of(value)
        return messages[-1]["content"] if messages else value
    if task == "multi-label-classification" and column == "label":
        names = listed(value) or [value]
        return value if any(BETWEEN_LABELS.search(name) for name in names) else "; ".join(names)
    return readable(task, column, value)


def from_typed(task: TaskName, column: str, value: str) -> str:
    """The cell that a person meant with what they typed."""
    if task == "multi-label-classification" and column == "label" and listed(value) is None:
        return list_cell(sorted({name.strip() for name in BETWEEN_LABELS.split(value) if name.strip()}))
    return value


def short(text: Any) -> str:
    """One line of at most ``MOST_CHARACTERS``, without characters that act on those around them."""
    text = str(text)
    flat = " ".join(plain(text[: 4 * MOST_CHARACTERS]).split())
    return flat if len(flat) <= MOST_CHARACTERS and len(text) <= 4 * MOST_CHARACTERS else flat[: MOST_CHARACTERS - 1] + "…"


def cell_html(task: TaskName, column: str, values: Mapping[str, str], kinds: Sequence[str], language: Language) -> str:
    """The cell as it stands in the table.

    :param values: every cell of the row, by column: entities are marked in the text as the tags have them.
    :param kinds: of entities, in the order of their colours.
    """
    value = values[column]
    if task == "token-classification" and column == "text":
        return _tagged(listed(value) or [], listed(values.get("label", "")) or [], kinds) or esc(short(value))
    if task == "generation" and column == "text":
        return _turns(messages_of(value), language) or esc(short(value))
    if task == "generation" and column == "label":
        return _lines(value)
    if task == "multi-label-classification" and column == "label":
        return "".join(f'<span class="pg-chip">{esc(short(name))}</span>' for name in listed(value) or []) or esc(short(value))
    return esc(short(readable(task, column, value)))


def kind_colour(kind: str, kinds: Sequence[str]) -> str:
    """The colour of a kind of entity, as style.css names it."""
    place = kinds.index(kind) if kind in kinds else _COLOURS
    return f"var(--pg-dot-{min(place, _COLOURS)})"


def _tagged(tokens: Sequence[str], tags: Sequence[str], kinds: Sequence[str]) -> str:
    """The text with its entities marked, as far as there is room; "" without tokens."""
    words = [plain(token) for token in tokens]
    text, places = joined(words)
    room = next((number for number, (_, end) in enumerate(places) if end > MOST_CHARACTERS), len(words))
    found = entities(iob2(tags)) if len(tags) == len(tokens) else ()
    parts, at = [], 0
    for first, last, kind in found:
        if last > room:
            break
        start, end = places[first][0], places[last - 1][1]
        parts.append(esc(text[at:start]))
        parts.append(_entity(text[start:end], kind, kinds))
        at = end
    rest = places[room - 1][1] if room else 0
    return "".join(parts) + esc(text[at : max(at, rest)]) + ("…" if room < len(words) else "")


def _entity(text: str, kind: str, kinds: Sequence[str]) -> str:
    name = esc(short(kind))
    return f'<mark class="pg-entity" style="--kind:{kind_colour(kind, kinds)}">{esc(text)}<small>{name}</small></mark>'


def _turns(messages: Sequence[Mapping[str, str]], language: Language) -> str:
    """Each message on a line of its own with who says it; of a long conversation its beginning and its last message.

    A question alone needs no name above it.
    """
    if [message["role"] for message in messages] == ["user"]:
        return _lines(messages[0]["content"])
    lines = [_turn(message["role"], message["content"], language) for message in messages]
    if len(lines) > _SHOWN_TURNS:
        between = esc(say("data.turns.between", language, count=len(lines) - _SHOWN_TURNS))
        lines = [*lines[: _SHOWN_TURNS - 1], f'<span class="pg-turn pg-muted">{between}</span>', lines[-1]]
    return "".join(lines)


def _lines(text: str) -> str:
    """The first lines of an answer, each on its own."""
    lines = [line for line in text.split("\n") if line.strip()]
    shown = [*lines[:_SHOWN_LINES], *(["…"] if len(lines) > _SHOWN_LINES else [])]
    if len(shown) < 2:
        return esc(short(text))
    return "".join(f'<span class="pg-turn">{esc(short(line))}</span>' for line in shown)


def _turn(role: str, content: str, language: Language) -> str:
    name = say(f"data.turns.{role}", language) if role in _ROLES else short(role)
    return f'<span class="pg-turn"><b>{esc(name)}</b> {esc(short(content))}</span>'
