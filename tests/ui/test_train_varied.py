"""What the Train tab shows of varied copies and of balancing before a run."""

from __future__ import annotations

import re

import pytest

from playground.data.mending.augment import AUGMENTATIONS, preview
from playground.ui.train_varied import balance_html, varied_html
from playground.words import LANGUAGES, Language

TEXTS = ["the parcel came late and the cup was <b>broken</b> again", "物流很慢，收到的水壶外面包装破了，里面也碎得厉害"]


def _read(html: str, without: str) -> list[str]:
    """The texts of a preview with one side of the marks left out, as a person reads them."""
    items = re.findall(r"<li>(.*?)</li>", html)
    plain = [re.sub(r"</?(?:del|ins)>", "", re.sub(rf"<{without}>.*?</{without}>", "", item)) for item in items]
    return [item.replace("&lt;", "<").replace("&gt;", ">") for item in plain]


@pytest.mark.parametrize("kind", AUGMENTATIONS)
def test_both_texts_can_be_read_from_the_marks(kind: str) -> None:
    pairs = preview(TEXTS, kind, 3)  # type: ignore[arg-type]
    html = varied_html(pairs, "en")
    assert _read(html, "ins") == [before for before, _ in pairs]
    assert _read(html, "del") == [after for _, after in pairs]


def test_texts_are_plain_characters() -> None:
    html = varied_html([("a <script> b\u202e c", "a <script> c")], "en")
    assert "<script>" not in html
    assert "\u202e" not in html


def test_nothing_varied_shows_nothing() -> None:
    assert varied_html([], "en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_label_is_told_what_is_done_for_it(language: Language) -> None:
    counts = {"rare": 5, "often": 95}
    assert "50" in balance_html(counts, "oversample", language)
    assert "10.00" in balance_html(counts, "class-weights", language)
    assert balance_html(counts, "none", language) == ""
    assert balance_html({}, "oversample", language) == ""


def test_two_hundred_labels_stay_readable() -> None:
    html = balance_html({f"label {number}": number + 1 for number in range(200)}, "oversample", "en")
    assert html.count("<li>") == 21
    assert "180" in html
