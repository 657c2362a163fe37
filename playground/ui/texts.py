"""The static texts of the page as the browser gets them: both languages, from the same words as everything else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import gradio as gr

from playground.data.examples import ALL_EXAMPLES
from playground.data.limits import LIMITS
from playground.recipe import Setting, settings
from playground.ui.format import number, size
from playground.words import Language, entries, say


@cache
def static_texts(language: Language) -> Mapping[str, str]:
    """Every sentence without facts, and the composed ones of the forms, by key."""
    plain = {key: entry[language] for key, entry in entries().items() if language in entry and "{" not in entry[language]}
    cards = {f"example.{example.id}.card": _card(example.id, language) for example in ALL_EXAMPLES}
    infos = {f"setting.{setting.name}.info": setting_info(setting, language) for setting in settings()}
    return plain | cards | infos | {"data.limits.line": _limits(language)}


def text(key: str) -> Any:
    """The text ``key``, translated by the browser. :raises KeyError: if there is no such static text."""
    if key not in static_texts("en") or key not in static_texts("zh"):
        raise KeyError(key)
    return gr.I18n()(key)


def translations() -> gr.I18n:
    """Both languages, as ``launch`` wants them."""
    return gr.I18n(**{"en": dict(static_texts("en")), "zh": dict(static_texts("zh")), "zh-CN": dict(static_texts("zh"))})


def setting_info(setting: Setting, language: Language) -> str:
    """What a setting does, with its range and unit."""
    parts = [say(f"setting.{setting.name}.help", language)]
    if setting.low is not None and setting.high is not None:
        unit = f" {say(f'unit.{setting.unit}', language)}" if setting.unit else ""
        span = f"{number(setting.low)}–{number(setting.high)}{unit}"
        parts.append(f"（{span}）" if language == "zh" else f"({span})")
    return ("" if language == "zh" else " ").join(parts)


def _limits(language: Language) -> str:
    """How large a file may be, and that several may come together."""
    unpacked = size(LIMITS.unpacked_bytes / 1_000_000)
    facts = {"megabytes": LIMITS.file_bytes // 1_000_000, "rows": LIMITS.rows, "columns": LIMITS.columns, "labels": LIMITS.labels}
    sentences = (say("data.limits", language, unpacked=unpacked, **facts), say("data.files", language))
    return ("" if language == "zh" else " ").join(sentences)


def _card(example: str, language: Language) -> str:
    return f"{say(f'example.{example}.name', language)}\n{say(f'example.{example}.line', language)}"
