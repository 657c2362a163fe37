"""Lines in several encodings, and lines with broken characters."""

from __future__ import annotations

import random

import pytest

from playground.data.text.mixed import read_lines

CHINESE = "物流很快，包装严实,好评\n屏幕漏光，客服不理人,差评\n一般般，凑合用,中评\n"


def test_every_line_has_its_own_encoding() -> None:
    lines = read_lines(CHINESE.encode() * 3 + CHINESE.encode("gbk") + b"It\x92s fine,good\n")
    assert lines is not None
    assert lines.text == CHINESE * 4 + "It’s fine,good\n"
    assert (lines.encoding, lines.others, lines.damaged) == ("utf-8", {"gb18030": (10, 11, 12), "cp1252": (13,)}, 0)


def test_one_encoding_throughout_is_not_mixed() -> None:
    lines = read_lines(CHINESE.encode("gbk") * 5)
    assert lines is not None
    assert (lines.text, lines.encoding, lines.others) == (CHINESE * 5, "gb18030", {})


def test_a_cut_character_is_damage_and_no_other_encoding() -> None:
    broken = "屏幕漏光".encode()[:-1] + b",bad\n"
    lines = read_lines(CHINESE.encode() * 3 + broken)
    assert lines is not None
    assert (lines.text, lines.others, lines.damaged) == (CHINESE * 3 + "屏幕漏\ufffd,bad\n", {}, 1)


@pytest.mark.parametrize("missing", range(6, 16))
def test_a_byte_that_is_missing_in_gbk_is_damage_and_no_other_encoding(missing: int) -> None:
    line = "物流很快，包装得很仔细，屏幕没有划痕，客服也很耐心地回答了我的问题,好评\n".encode("gbk")
    lines = read_lines(line * 50 + line[:missing] + line[missing + 1 :] + line)
    assert lines is not None
    assert (lines.encoding, lines.others, lines.damaged > 0) == ("gb18030", {}, True)


def test_a_character_cut_in_two_lines_is_damage_in_both() -> None:
    first, second = "很好".encode()[:-2], "很好".encode()[-2:]
    lines = read_lines(CHINESE.encode() * 3 + first + b"\n" + second + b"\n")
    assert lines is not None
    assert lines.others == {}
    assert lines.text.endswith("很\ufffd\n\ufffd\ufffd\n")


def test_a_file_that_ends_inside_a_character_is_cut() -> None:
    lines = read_lines((CHINESE * 3).rstrip("\n").encode("gbk")[:-1])
    assert lines is not None
    assert (lines.cut, lines.damaged, lines.others) == (True, 0, {})


def test_noise_is_no_text() -> None:
    chance = random.Random(1)
    assert read_lines(bytes(chance.choices(range(128, 256), k=4000))) is None


def test_the_lines_of_others_count_every_line_end() -> None:
    lines = read_lines("好\r\n很好\r真好\n".encode() + "不错的东西,好评\n".encode("gbk"))
    assert lines is not None
    assert lines.others == {"gb18030": (4,)}
