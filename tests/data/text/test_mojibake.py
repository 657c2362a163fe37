"""Garbled lines, turned back where they can be."""

from __future__ import annotations

import pytest

from playground.data.text.mojibake import Garbled, find_garbled

CHINESE = "物流很快，包装严实,好评\n屏幕漏光，客服不理人,差评\n"


def found(text: str) -> Garbled | None:
    return find_garbled(text.encode(), text)


@pytest.mark.parametrize(
    "garbled",
    [CHINESE.encode().decode("latin-1"), CHINESE.encode("gbk").decode("latin-1")],
    ids=["utf-8 as latin-1", "gbk as latin-1"],
)
def test_whole_lines_are_turned_back(garbled: str) -> None:
    result = found(garbled)
    assert result is not None
    assert (result.text, result.repaired, result.left) == (CHINESE, 2, 0)
    assert result.after == "物流很快，包装严实,好评"


def test_utf8_as_gbk_is_turned_back_where_nothing_was_lost() -> None:
    good = "你好世界，很不错,ok\n"
    garbled = good.encode().decode("gb18030")
    result = found(garbled * 2)
    assert result is not None
    assert (result.text, result.repaired) == (good * 2, 2)


def test_a_line_that_lost_bytes_is_reported_and_left() -> None:
    garbled = "物流很快，包装严实,好评\n".encode().decode("gb18030", "replace")
    result = found(garbled * 2)
    assert result is not None
    assert (result.repaired, result.left) == (0, 2)


def test_good_lines_around_a_garbled_one_stay() -> None:
    text = CHINESE + "très bien\n" + "déjà\n".encode().decode("latin-1") + "fin\n"
    result = found(text)
    assert result is not None
    assert result.text == CHINESE + "très bien\ndéjà\nfin\n"


@pytest.mark.parametrize(
    "text",
    [
        "plain\n",
        "«\xa0là\xa0» é» ç’\n",
        "ÄÖÜäöüß\n",
        "ÀÁÂÃÄÅÆÇÈÉ alphabet\n" + CHINESE * 3,
        "Ã maiúsculo\n",
        "锛 is a tool\n" + CHINESE * 5,
    ],
)
def test_odd_but_good_text_is_not_garbled(text: str) -> None:
    assert found(text) is None
