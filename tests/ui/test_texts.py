"""The browser's dictionaries hold both languages and nothing that needs facts."""

from __future__ import annotations

import pytest

from playground.recipe import settings
from playground.ui.texts import setting_info, static_texts, text, translations


def test_both_languages_have_the_same_static_texts() -> None:
    assert static_texts("en").keys() == static_texts("zh").keys()


def test_no_static_text_waits_for_a_fact() -> None:
    assert [key for language in ("en", "zh") for key, value in static_texts(language).items() if "{" in value] == []  # type: ignore[arg-type]  # both are languages


def test_an_unknown_or_incomplete_text_is_refused_when_the_page_is_built() -> None:
    with pytest.raises(KeyError):
        text("ui.no_such_text")
    with pytest.raises(KeyError):
        text("data.row")


def test_mainland_browsers_find_chinese() -> None:
    assert translations().translations["zh-CN"]["ui.title"] == "微调工作台"


def test_every_setting_says_what_it_does_its_range_and_unit() -> None:
    by_name = {setting.name: setting for setting in settings()}
    assert setting_info(by_name["max_length"], "en").endswith("(8–8,192 tokens)")
    assert setting_info(by_name["max_length"], "zh").endswith("（8–8,192 词元）")
    assert setting_info(by_name["schedule"], "en") == "How the learning rate falls after the warmup."
