"""What the Runs tab says about mended data."""

from __future__ import annotations

import pytest

from playground.data.types import Step
from playground.ui.run_steps import mended_html
from playground.words import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_a_line(language: Language) -> None:
    html = mended_html([Step("drop_rows", (0, 1)), Step("clean_characters")], language)
    assert html.count("<li>") == 2


def test_data_taken_as_it_came_says_nothing() -> None:
    assert mended_html([], "en") == ""


def test_labels_are_shown_as_plain_characters() -> None:
    html = mended_html([Step("set_label", (0,), {"to": "<b>\u202ex\x1b[31m"})], "en")
    assert "&lt;b&gt;x" in html
    assert not {"\u202e", "\x1b"} & set(html)
