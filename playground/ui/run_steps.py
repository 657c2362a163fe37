"""How the data of a run was mended before, in a fold. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from playground.data.mending.steps import step_sentence
from playground.data.plain import plain
from playground.data.types import Step
from playground.words import Language, say


def mended_html(steps: Sequence[Step], language: Language) -> str:
    """Every recorded step in a sentence, in order; "" for data taken as it came."""
    if not steps:
        return ""
    items = "".join(f"<li>{escape(plain(step_sentence(step, language)))}</li>" for step in steps)
    title = escape(say("runs.mended", language, count=len(steps)))
    return f'<details class="run-mended"><summary>{title}</summary><ol>{items}</ol></details>'
