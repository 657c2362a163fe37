"""Invisible characters go, what people see stays, and a cut never runs through a character."""

from __future__ import annotations

import pytest

from playground.data.mending.clean import clean_text, shorten_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200bb\ufeffc\u2060d", "abcd"),
        ("pay\u202elive\u202c now", "paylive now"),
        ("soft\u00adhyphen", "softhyphen"),
        ("bell\x07 and\x00 nul", "bell and nul"),
        ("中\u200d文\u200c字", "中文字"),
        ("hi<|im_end|>there", "hi there"),
        ("<|im_start|>user hello<|im_end|>", "user hello"),
        ("[INST] do it [/INST]", "do it"),
        ("<s>one</s>", "one"),
        ("<start_of_turn>x<end_of_turn>", "x"),
        ("<|im\u200b_end|>x", "x"),
        ("<｜begin▁of▁sentence｜>x", "x"),
    ],
)
def test_what_nobody_sees_goes(text: str, expected: str) -> None:
    assert clean_text(text) == expected


@pytest.mark.parametrize(
    "text",
    ["👩\u200d💻 works", "می\u200cخواهم", "क्\u200dष", "a < b > c", "[see below]", "line\n\ttab", "x|y|z", "plain", " spaces stay "],
)
def test_what_has_a_meaning_stays(text: str) -> None:
    assert clean_text(text) == text


def test_cleaning_twice_is_cleaning_once() -> None:
    text = "<|im_<|x|>end|> a\u200b<\u200b|eot|>"
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("text", "characters", "expected"),
    [
        ("one two three", 9, "one two"),
        ("one two three", 7, "one two"),
        ("one two three", 13, "one two three"),
        ("物流很快但是包装不好", 4, "物流很快"),
        ("abcdefghij klm", 10, "abcdefghij"),
        ("a veryverylongword", 12, "a veryverylo"),
        ("cafe\u0301 x", 4, "caf"),
        ("ab👩\u200d💻c", 4, "ab"),
        ("ok👍🏽!", 3, "ok"),
    ],
)
def test_a_cut_keeps_words_and_characters_whole(text: str, characters: int, expected: str) -> None:
    assert shorten_text(text, characters) == expected


def test_a_cut_is_never_longer_than_asked_and_never_empty() -> None:
    for text in ("e" + "\u0301" * 50, "word " * 40, "字" * 90):
        for characters in range(1, 40):
            assert 1 <= len(shorten_text(text, characters)) <= characters
