"""The header: what this is, the device as found, how many runs wait, the language, light or dark."""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.devices import Device
from playground.ui.format import size
from playground.ui.html import esc
from playground.ui.session import QUIET, Page, block
from playground.words import LANGUAGES, say

#: Seconds between two looks at the queue.
_LOOK_EVERY = 2.0


def header_html(device: Device, waiting: int) -> str:
    """The header, in both languages at once; style.css shows the page's. So it needs no handler and is there from the first paint."""
    languages = (
        f'<span class="pg-languages" role="group"><span class="pg-hidden">{both("ui.language")}</span>'
        '<button type="button" data-pg-language="zh" lang="zh-CN">中文</button><span aria-hidden="true">/</span>'
        '<button type="button" data-pg-language="en" lang="en">English</button></span>'
    )
    name = f'<span class="pg-hidden">{both("ui.theme")}</span>'
    theme = f'<button type="button" data-pg-theme="toggle"><span aria-hidden="true">◐</span>{name}</button>'
    queue = f'<span class="pg-queue" id="queue">{both("ui.queue")} <b>{waiting}</b></span>'
    return (
        f'<header class="pg-header"><h1>{both("ui.title")}</h1>'
        f'<span class="pg-device" id="device"><span class="pg-dot" aria-hidden="true">●</span>{device_line(device)}</span>'
        f'<div class="pg-tools">{queue}{languages}{theme}</div></header>'
    )


def both(key: str) -> str:
    """The text ``key`` in every language, of which the page shows its own."""
    return "".join(f'<span data-pg-in="{language}">{esc(say(key, language))}</span>' for language in LANGUAGES)


def device_line(device: Device) -> str:
    """The device in a few words: "CPU · 2 cores · bf16", "NVIDIA L4 · 24 GB · bf16"."""
    parts = [esc(device.name) if device.count == 1 else f"{device.count} × {esc(device.name)}"]
    cores = both("ui.core" if device.cores == 1 else "ui.cores")
    parts.append(f"{device.cores} {cores}" if device.kind == "cpu" else size(device.memory_mb))
    parts.append("bf16" if device.bf16 else "fp32")
    return " · ".join(parts)


def build(device: Device, waiting: int) -> gr.HTML:
    """The header's component."""
    return block(header_html(device, waiting), elem_id="header")


def wire(page: Page, header: gr.HTML) -> None:
    """Look at the queue every other second; an unchanged number redraws nothing."""

    def look(shown: int) -> tuple[Any, Any]:
        waiting = len(page.workbench.queue.waiting())
        if waiting == shown:
            return gr.skip(), gr.skip()
        return header_html(page.workbench.device, waiting), waiting

    shown = gr.State(len(page.workbench.queue.waiting()))
    gr.Timer(_LOOK_EVERY).tick(look, shown, [header, shown], queue=False, **QUIET)
