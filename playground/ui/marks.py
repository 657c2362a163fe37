"""Small signs that Runs and Compare share: a word with its explanation, a bar, a change with its direction. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final, Literal

from playground.ui.scales import SHARE, Scale
from playground.words import Language, say

#: Class and shape of a change for the better, for the worse, and for none.
_DIRECTIONS: Final = {1: ("gain", "▲ "), -1: ("loss", "▼ "), 0: ("same", "")}


def term(text: str, help_text: str, tag: Literal["span", "strong", "dt"] = "span", style: str = "", after: str = "") -> str:
    """A word that explains itself in a sentence, under the pointer or under the focus.

    :param style: an inline style.
    :param after: HTML that belongs to the word.
    """
    place = f' style="{escape(style)}"' if style else ""
    return f'<{tag} class="term" tabindex="0" data-help="{escape(help_text)}"{place}>{escape(text)}{after}</{tag}>'


def metric_term(name: str, language: Language) -> str:
    """A metric's name with its explanation."""
    return term(say(f"metric.{name}", language), say(f"metric.{name}.help", language))


def track(share: float) -> str:
    """A bar filled up to ``share`` (0 to 1)."""
    return f'<span class="track"><i style="width:{100 * share:.1f}%"></i></span>'


def change(delta: float, language: Language, scale: Scale = SHARE) -> str:
    """A difference of scores with its direction as shape, colour and number; where less is better, "17.6 lower" says it in words."""
    gain, shown = scale.gain(delta), scale.signed(delta)
    if scale.falls and gain:
        shown = say("compare.change.lower" if delta < 0 else "compare.change.higher", language, value=scale.shown(abs(delta)))
    return moved(gain, shown)


def moved(gain: int, shown: str) -> str:
    """A change as a person reads it, marked as one for the better (1), for the worse (-1) or neither (0)."""
    kind, sign = _DIRECTIONS[gain]
    return f'<span class="change {kind}">{sign}{escape(shown)}</span>'


def quote(text: str, text_pair: str = "") -> str:
    """What a person typed, or the text of a row: one block for each text."""
    return "".join(f"<blockquote>{escape(part)}</blockquote>" for part in (text, text_pair) if part)


def heading(title: str, line: str) -> str:
    """The head of a section: what it is, and a line of what it shows."""
    return f'<header><h3>{escape(title)}</h3><p class="quiet">{escape(line)}</p></header>'


def column_heads(names: Iterable[str]) -> str:
    """The head row of a table; the names are HTML."""
    return "<thead><tr>" + "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr></thead>"
