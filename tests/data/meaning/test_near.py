"""Texts that are nearly the same."""

from __future__ import annotations

from playground.data.meaning.near import near_groups
from tests.data.findings.making import sentences

TEXTS = sentences(200)


def test_different_texts_are_in_no_group() -> None:
    assert near_groups(TEXTS) == []


def test_a_changed_end_or_typing_slip_makes_a_group() -> None:
    assert near_groups([*TEXTS, f"{TEXTS[3]}!!", TEXTS[7].replace(TEXTS[7][20:22], "##", 1)]) == [[3, 200], [7, 201]]


def test_nearness_is_handed_on() -> None:
    chain = [TEXTS[0], f"{TEXTS[0]} a", f"{TEXTS[0]} a b"]
    assert near_groups([*chain, *TEXTS[1:]]) == [[0, 1, 2]]


def test_chinese_texts_are_compared_by_characters() -> None:
    first = "这家店的物流非常快，包装也很严实，客服的态度特别好"
    assert near_groups([first, f"{first}！", "手机用了三天就坏了，联系客服一直没有人回复，非常失望"]) == [[0, 1]]


def test_short_texts_are_not_compared() -> None:
    assert near_groups(["yes please", "yes please!", "好的谢谢", "好的谢谢你"]) == []


def test_nothing_is_no_trouble() -> None:
    assert near_groups([]) == []
    assert near_groups(["", "\ud800" * 30]) == []
