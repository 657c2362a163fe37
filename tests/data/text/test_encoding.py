"""Bytes to characters, decided over the whole file."""

from __future__ import annotations

import pytest

from playground.data.text.encoding import Decoded, candidates, decode, sample
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


def _codes(decoded: Decoded) -> list[str]:
    return [finding.code for finding in decoded.findings]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_few_broken_bytes_do_not_turn_a_file_into_something_else(encoding: str) -> None:
    data = CHINESE.encode(encoding) * 5 + "好评".encode(encoding)[:-1] + b",bad\n" + CHINESE.encode(encoding)
    decoded = decode(data, "x.csv")
    assert (decoded.encoding, decoded.damaged, _codes(decoded)) == (encoding, 1, [])
    assert decoded.text == CHINESE * 5 + "好\ufffd,bad\n" + CHINESE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "shift_jis", "euc_kr", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_cut_inside_a_character_loses_its_last_line_and_no_more(encoding: str) -> None:
    text = {"big5": TAIWAN, "shift_jis": JAPANESE, "euc_kr": KOREAN}.get(encoding, CHINESE).removesuffix("\n")
    decoded = decode((text * 3).encode(encoding)[:-1], "x.csv")
    assert decoded.text == (text * 3).rpartition("\n")[0] + "\n"
    assert (_codes(decoded), decoded.damaged) == (["cut_line"], 0)


def test_a_single_line_cut_inside_a_character_loses_that_character() -> None:
    decoded = decode('{"text": "很好'.encode()[:-1], "x.json")
    assert (decoded.text, _codes(decoded)) == ('{"text": "很', ["cut_character"])


@pytest.mark.parametrize(
    ("main", "other", "extra", "line"),
    [
        ("utf-8", "gb18030", "客服态度差，再也不买,差评\n", 17),
        ("gb18030", "utf-8", "客服态度差，再也不买,差评\n", 17),
        ("utf-8-sig", "gb18030", "客服态度差，再也不买,差评\n", 17),
        ("utf-8", "cp1252", "It’s a café,good\n", 17),
    ],
)
def test_each_line_of_a_mixed_file_is_read_in_its_own_encoding(main: str, other: str, extra: str, line: int) -> None:
    decoded = decode((CHINESE * 4).encode(main) + extra.encode(other), "x.csv")
    assert decoded.text == CHINESE * 4 + extra
    assert _codes(decoded) == ["mixed_encodings"]
    assert f"line {line} is {other.upper()}" in decoded.findings[0].message("en")
    assert f"第 {line} 行" in decoded.findings[0].message("zh")


def test_three_encodings_in_one_file_are_told_apart() -> None:
    gbk, western = "客服态度差，再也不买,差评\n", "Le café était déjà froid,negative\n"
    decoded = decode(CHINESE.encode() * 4 + gbk.encode("gb18030") * 3 + western.encode("cp1252"), "x.csv")
    assert decoded.text == CHINESE * 4 + gbk * 3 + western
    assert "lines 17, 18, 19" in decoded.findings[0].message("en")


def test_short_words_that_happen_to_be_valid_utf8_do_not_make_a_file_mixed() -> None:
    text = "text,label\n" + "my phone has no signal,联通\nbill is too high,移动\n" * 20
    decoded = decode(text.encode("gb18030"), "x.csv")
    assert (decoded.text, _codes(decoded)) == (text, [])


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252-like"])
def test_utf8_once_read_as_western_is_turned_back(wrong: str) -> None:
    import ftfy.bad_codecs  # noqa: F401  (registers sloppy-windows-1252)

    garbled = CHINESE.encode().decode("latin-1" if wrong == "latin-1" else "sloppy-windows-1252")
    decoded = decode(garbled.encode(), "x.csv")
    assert (decoded.text, _codes(decoded)) == (CHINESE, ["mojibake_repaired"])


def test_a_garbled_line_among_good_ones_makes_no_new_label() -> None:
    garbled = "很好用,好评\n".encode().decode("latin-1")
    decoded = decode((CHINESE + garbled).encode(), "x.csv")
    assert decoded.text == CHINESE + "很好用,好评\n"


def test_gbk_once_read_as_western_is_turned_back() -> None:
    decoded = decode(CHINESE.encode("gb18030").decode("latin-1").encode(), "x.csv")
    assert (decoded.text, _codes(decoded)) == (CHINESE, ["mojibake_repaired"])


def test_garbled_text_is_only_reported_where_the_person_chose_the_encoding() -> None:
    garbled = CHINESE.encode().decode("latin-1")
    decoded = decode(garbled.encode(), "x.csv", "utf-8")
    assert (decoded.text, _codes(decoded)) == (garbled, ["mojibake"])


@pytest.mark.parametrize(
    "text", ["café,très «\xa0là\xa0» «é»\n", "São Paulo É BOM,ótimo\n", "Привет,да\n", "ÄÖÜ äöü ß,x\n", CHINESE, JAPANESE, WESTERN]
)
def test_good_text_is_never_turned_back(text: str) -> None:
    assert decode(text.encode() * 5, "x.csv") == Decoded(text * 5, "utf-8")


def test_characters_lost_before_are_counted() -> None:
    decoded = decode("好\ufffd,a\n锟斤拷,b\n".encode(), "x.csv")
    assert [(finding.code, finding.facts["count"]) for finding in decoded.findings] == [("lost_characters", 2)]
    assert decoded.damaged == 0


def test_marks_of_files_put_one_behind_the_other_are_no_characters() -> None:
    assert decode((b"\xef\xbb\xbf" + CHINESE.encode()) * 2, "x.csv").text == CHINESE * 2


def test_the_sample_is_the_same_line_in_every_encoding() -> None:
    data = b"text,label\nplain,a\n" + CHINESE.encode("gb18030")
    assert sample(data, "gb18030") == "评论,情感"
    assert sample(data, "cp1252") == "ÆÀÂÛ,Çé¸Ð"
    assert sample(CHINESE.encode("utf-16"), "utf-16") == "评论,情感"
    assert sample(b"plain,a\n", "utf-8") == ""


def test_a_sample_of_an_endless_line_is_short() -> None:
    shown = sample(b"x" * 1_000_000 + "好".encode() * 1000, "utf-8")
    assert "好" in shown
    assert len(shown) <= 120


@pytest.mark.parametrize(
    ("text", "encoding"), [(CHINESE, "gb18030"), (TAIWAN, "big5"), (JAPANESE, "shift_jis"), (WESTERN, "cp1252"), (CHINESE, "utf-8")]
)
def test_the_encoding_in_use_is_the_first_candidate_and_all_read_differently(text: str, encoding: str) -> None:
    offered = candidates(text.encode(encoding))
    assert offered[0] == decode(text.encode(encoding), "x").encoding
    samples = [sample(text.encode(encoding), one) for one in offered]
    assert len(set(samples)) == len(samples) <= 8


def test_plain_ascii_leaves_nothing_to_choose() -> None:
    assert candidates(b"text,label\nplain,a\n") == ("utf-8",)


@pytest.mark.parametrize("name", ["idna", "punycode", "unicode_escape", "undefined", "hex"])
def test_codecs_that_are_no_encoding_of_files_are_refused(name: str) -> None:
    with pytest.raises(DatasetError) as caught:
        sample(b"a,b", name)
    assert caught.value.code == "unknown_encoding"


def test_asking_for_utf16_finds_out_which_way_round() -> None:
    assert decode(CHINESE.encode("utf-16-be"), "x.csv", "utf-16").text == CHINESE


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


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "big5", "utf-16-le"])
def test_a_cut_file_loses_its_last_line_in_the_persons_encoding_too(encoding: str) -> None:
    text = TAIWAN if encoding == "big5" else CHINESE
    decoded = decode(text.rstrip("\n").encode(encoding)[:-1], "x.csv", encoding)
    assert (decoded.text, _codes(decoded)) == (text.rstrip("\n").rpartition("\n")[0] + "\n", ["cut_line"])


def test_garbled_lines_of_a_mixed_file_are_turned_back_too() -> None:
    data = CHINESE.encode() * 4 + "很好用,好评\n".encode("gbk") + "很难用,差评\n".encode().decode("latin-1").encode()
    decoded = decode(data, "x.csv")
    assert decoded.text == CHINESE * 4 + "很好用,好评\n很难用,差评\n"
    assert _codes(decoded) == ["mixed_encodings", "mojibake_repaired"]


def test_candidates_of_a_large_file_come_from_where_it_tells() -> None:
    data = b"plain words,ok\n" * 200_000 + CHINESE.encode("gb18030")
    assert candidates(data)[0] == "gb18030"
