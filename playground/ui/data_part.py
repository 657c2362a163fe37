"""A piece of the Data tab's HTML whose clicks Python hears of as the event "act"."""

from __future__ import annotations

from typing import Any

import gradio as gr


def data_part(**options: Any) -> gr.HTML:
    """An HTML component without Gradio's text styles, empty until a handler fills it; ``data.js`` reports its clicks."""
    script = "window.playgroundData.acts(element, trigger, 'act');"
    return gr.HTML("", apply_default_css=False, js_on_load=script, padding=False, **options)
