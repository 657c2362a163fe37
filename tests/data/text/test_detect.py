"""Guesses at encodings, and what makes a reading natural."""

from __future__ import annotations

import pytest

from playground.data.text.detect import codec_of, guesses, natural, usual_name, wide_encoding

RUSSIAN = ["Доставка быстрая и всё понравилось,хорошо", "Сломался через два дня,плохо"]
GREEK = ["Πολύ καλό προϊόν και γρήγορη αποστολή,καλό", "Χάλασε μετά από δύο μέρες,κακό"]
POLISH = ["Zażółć gęślą jaźń i działa świetnie,dobre", "Niestety zepsuł się po tygodniu i źle,złe"]
TURKISH = ["Ürün çok güzel, ığdır'dan geldi şahane,iyi", "Kargo çok geç geldi, kötü,kötü"]
HEBREW = ["המוצר מצוין והגיע מהר,טוב", "התקלקל אחרי יומיים,רע"]
ARABIC = ["المنتج ممتاز ووصل بسرعة,جيد", "تعطل بعد يومين فقط,سيء"]
THAI = ["สินค้าดีมาก ส่งเร็ว,ดี", "พังภายในสองวัน,แย่"]


@pytest.mark.parametrize(
    ("lines", "encoding"),
    [
        *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "iso8859-5")),
        *((GREEK, encoding) for encoding in ("cp1253", "iso8859-7")),
        *((POLISH, encoding) for encoding in ("cp1250", "iso8859-2")),
        *((HEBREW, encoding) for encoding in ("cp1255", "iso8859-8")),
        *((ARABIC, encoding) for encoding in ("cp1256", "iso8859-6")),
        (TURKISH, "cp1254"),
        (THAI, "cp874"),
    ],
)
@pytest.mark.parametrize("plain", [0, 50])
def test_two_lines_are_enough_to_tell_an_encoding(lines: list[str], encoding: str, plain: int) -> None:
    data = [b"plain english words,ok", *[b"more of them,ok"] * plain, *(line.encode(encoding) for line in lines)]
    best = guesses(data)[0]
    assert [line.decode(best) for line in data[-2:]] == lines


@pytest.mark.parametrize("text", ["Größe,naïve", "très bien", "déjà vu", "It’s fine", "café,good", "“quoted” text"])
def test_a_few_accents_are_western(text: str) -> None:
    assert text.encode("cp1252").decode(guesses([text.encode("cp1252")])[0]) == text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("好评", "ºÃÆÀ"), ("联通", "\u0368\u0368"), ("café", "cafй"), ("Привет", "РџСЂРёРІРµС‚"), ("très", "trиs"), ("已经很好", "ÒÑ¾­ºÜºÃ")],
)
def test_what_somebody_wrote_is_more_natural_than_a_wrong_reading(right: str, wrong: str) -> None:
    assert natural(right) > natural(wrong)


def test_ascii_is_natural() -> None:
    assert natural("plain words") == 1.0


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["text,label\nplain words,a\n", "评论,情感\n物流很快，一点问题都没有,好评\n", "no\nlabels 👍\n"])
def test_wide_characters_are_told_by_their_zero_bytes(encoding: str, text: str) -> None:
    assert wide_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize("data", [b"plain,a\n", b"text,label\nfi\x00ne,a\n", bytes(range(256)) * 4, b"\x00" * 100])
def test_other_zero_bytes_are_no_wide_characters(data: bytes) -> None:
    assert wide_encoding(data) is None


def test_a_larger_encoding_goes_by_the_name_people_know() -> None:
    assert usual_name("big5hkscs", ["評論".encode("big5")]) == "big5"
    assert usual_name("big5hkscs", ["㗎".encode("big5hkscs")]) == "big5hkscs"


@pytest.mark.parametrize(("name", "codec"), [("GBK", "gbk"), ("latin-1", "iso8859-1"), ("base64", None), ("idna", None), ("no such", None)])
def test_only_encodings_of_files_are_codecs(name: str, codec: str | None) -> None:
    assert codec_of(name) == codec
