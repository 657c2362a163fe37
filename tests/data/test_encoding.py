"""Bytes to characters, decided over the whole file."""

from __future__ import annotations

import pytest

from playground.data.encoding import decode
from playground.errors import DatasetError

CHINESE = "评论,情感\n物流很快，包装严实,好评\n屏幕漏光，客服不理人,差评\n一般般，凑合用,中评\n"
TAIWAN = "評論,情感\n物流很快，隔天就收到了,好評\n螢幕漏光，聯絡客服沒人理,負評\n"
JAPANESE = "感想,評価\n配送が早くて助かりました,良い\n電池の持ちが悪いです,悪い\n"
KOREAN = "리뷰,감정\n배송이 빨라서 좋았어요,긍정\n생각보다 작고 약합니다,부정\n"
RUSSIAN = "отзыв,оценка\nДоставка быстрая и всё понравилось,хорошо\nСломался через два дня,плохо\n"
WESTERN = "text,label\nLe café était très bon – merci,positive\nDie Größe paßt nicht,negative\nIt’s £45 or €50,neutral\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gb18030"),
        (CHINESE, "gbk"),
        (TAIWAN, "big5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (KOREAN, "euc_kr"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (WESTERN, "cp1252"),
        *((CHINESE, wide) for wide in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        *((WESTERN, wide) for wide in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
    ],
)
def test_text_in_its_encoding_comes_back_unharmed(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x.csv").text == text


@pytest.mark.parametrize(("text", "encoding"), [(CHINESE, "gb18030"), (TAIWAN, "big5"), (JAPANESE, "shift_jis"), (RUSSIAN, "cp1251")])
def test_a_long_plain_beginning_does_not_mislead(text: str, encoding: str) -> None:
    whole = "plain words at the start of the file,ok\n" * 20_000 + text
    assert decode(whole.encode(encoding), "x.csv").text == whole


@pytest.mark.parametrize(
    ("labels", "encoding"),
    [(("好评", "差评"), "gb18030"), (("正面",), "gb18030"), (("良い", "悪い"), "euc_jp"), (("긍정", "부정"), "euc_kr")],
)
def test_a_few_foreign_labels_among_english_are_recognised(labels: tuple[str, ...], encoding: str) -> None:
    text = "text,label\n" + "".join(
        f"the parcel number {row} came late but the product is fine,{labels[row % len(labels)]}\n" for row in range(50)
    )
    assert decode(text.encode(encoding), "x.csv").text == text


@pytest.mark.parametrize(
    ("labels", "encoding"), [(("да", "нет"), "cp1251"), (("très bien", "déçu"), "cp1252"), (("größer", "naïve"), "cp1252")]
)
def test_a_few_accented_or_cyrillic_labels_are_not_taken_for_chinese(labels: tuple[str, ...], encoding: str) -> None:
    text = "text,label\n" + "".join(
        f"the parcel number {row} came late but the product is fine,{labels[row % len(labels)]}\n" for row in range(50)
    )
    assert decode(text.encode(encoding), "x.csv").encoding not in ("gb18030", "big5", "cp949", "cp932")


def test_a_single_line_of_a_very_long_file_is_judged_from_its_first_telling_byte() -> None:
    whole = '{"pad": "' + "x" * 400_000 + '", "text": "' + CHINESE.replace("\n", " ") + '"}'
    assert decode(whole.encode("gb18030"), "x.json").text == whole


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else() -> None:
    data = CHINESE.encode() * 5 + "好评".encode()[:-1]
    decoded = decode(data, "x.csv")
    assert (decoded.encoding, decoded.damaged) == ("utf-8", 1)
    assert decoded.text.startswith(CHINESE)


def test_the_persons_encoding_wins() -> None:
    decoded = decode("é,a\n".encode("cp1252"), "x.csv", "cp1251")
    assert (decoded.encoding, decoded.text) == ("cp1251", "й,a\n")


def test_bytes_outside_the_persons_encoding_are_counted() -> None:
    assert decode("é,a\n".encode("cp1252"), "x.csv", "utf-8").damaged == 1


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "utf-8\x00", ""])
def test_an_encoding_that_is_none_is_refused_or_ignored(name: str) -> None:
    if not name:
        assert decode(b"a,b", "x.csv", name).encoding == "utf-8"
        return
    with pytest.raises(DatasetError) as caught:
        decode(b"a,b", "x.csv", name)
    assert caught.value.code == "unknown_encoding"


def test_nul_characters_are_refused_with_their_line() -> None:
    with pytest.raises(DatasetError) as caught:
        decode(b"text,label\nfine,a\nbro\x00ken,b\n", "x.csv")
    assert (caught.value.code, caught.value.facts["line"]) == ("file_has_nul", 3)
