"""What Runs and Compare share on the page: plain HTML parts and the browser's side of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import gradio as gr

_SCRIPT: Final = (Path(__file__).parent / "results.js").read_text(encoding="utf-8")


def html_part(elem_id: str | None = None, script: str = "", **options: Any) -> gr.HTML:
    """An HTML component without Gradio's text styles, empty until a handler fills it.

    :param script: run once in the browser, with ``element`` and ``trigger`` at hand, after ``results.js``.
    """
    code = f"{_SCRIPT}\nwindow.playgroundResults.{script};" if script else _SCRIPT
    return gr.HTML("", elem_id=elem_id, apply_default_css=False, js_on_load=code, padding=False, **options)
