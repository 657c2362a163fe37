"""Pieces of HTML that several tabs use. Every text is escaped on its way in."""

from __future__ import annotations

from html import escape
from typing import Final, Literal

from playground.errors import PlaygroundError
from playground.words import Language

Severity = Literal["error", "warning", "info"]
#: A shape for each severity, so that colour never speaks alone.
SIGNS: Final[dict[Severity, str]] = {"error": "▲", "warning": "●", "info": "○"}


def esc(text: object) -> str:
    """``text`` as HTML text, safe inside elements and double-quoted attributes."""
    return escape(str(text), quote=True)


def note_html(error: PlaygroundError, language: Language, severity: Severity = "error") -> str:
    """What happened and why, then the next step, in a bordered note. Returns "" for nothing to say in a message area."""
    lines = "".join(f"<p>{esc(line)}</p>" for line in error.message(language).split("\n"))
    return (
        f'<div class="pg-note pg-{severity}" role="alert"><span class="pg-sign" aria-hidden="true">{SIGNS[severity]}</span>'
        f'<div>{lines}<p class="pg-remedy">{esc(error.remedy(language))}</p></div></div>'
    )


def empty_html(title: str, line: str) -> str:
    """What an empty place says: what will be here, and what to do first (a button of its own goes beside it)."""
    return f'<div class="pg-empty"><p class="pg-empty-title">{esc(title)}</p><p>{esc(line)}</p></div>'
