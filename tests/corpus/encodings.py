"""The same kind of table in every encoding people's files come in, whole, mixed, cut and garbled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.corpus.case import Case, finds, refused, works
from tests.corpus.texts import labels, pairs, table

#: Language -> encodings, each with the names it may be reported under.
_ENCODINGS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "zh": (
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"), ("utf-32-be", "utf-32-be"), ("gbk", "gb18030|gbk"), ("gb18030", "gb18030"), ("gb2312", "gb18030|gbk|gb2312"),
    ),
    "tw": (("big5", "big5|big5hkscs|cp950"),),
    "ja": (("shift_jis", "shift_jis|cp932"), ("cp932", "shift_jis|cp932"), ("euc_jp", "euc_jp|euc_jis_2004")),
    "ko": (("euc_kr", "euc_kr|cp949"), ("cp949", "euc_kr|cp949")),
    "ru": (("cp1251", "cp1251"), ("koi8-r", "koi8-r|koi8-u"), ("iso8859-5", "iso8859-5")),
    "fr": (("cp1252", "cp1252"),),
    "pl": (("cp1250", "cp1250"), ("iso8859-2", "iso8859-2")),
    "el": (("cp1253", "cp1253"), ("iso8859-7", "iso8859-7|cp1253")),
}  # fmt: skip


def cases() -> Iterator[Case]:
    """Every encoding of a language that can be detected, and what goes wrong with them."""
    for language, encodings in _ENCODINGS.items():
        text = table(pairs(language))
        for encoding, names in encodings:
            expect = works(format="csv", encoding=names, rows=40, labels=labels(language), text="text", label="label")
            yield Case(f"{language} in {encoding}", "data.csv", text.encode(encoding), expect)
    yield from _late()
    yield from _mixed()
    yield from _cut()
    yield from _garbled()


def _late() -> Iterator[Case]:
    """Files whose first kilobytes say nothing."""
    plain = table([*pairs("en"), *[(f"plain words in row number {row} of many", "praise") for row in range(3000)]])
    for language, encoding in (("zh", "gb18030"), ("ru", "cp1251")):
        data = (plain + table(pairs(language), None)).encode(encoding)
        expect = finds(encoding=encoding, rows=3080, labels=labels("en") | labels(language))
        yield Case(f"{language} in {encoding} after 100 KB of ASCII", "late.csv", data, expect)
    words = table([(text, {"praise": "好", "complaint": "差"}[label]) for text, label in pairs("en")])
    expect = works(encoding="gb18030|gbk", labels=frozenset("好差"), rows=40)
    yield Case("English texts with Chinese labels in GBK", "labels.csv", words.encode("gbk"), expect)


def _mixed() -> Iterator[Case]:
    head, tail = table(pairs("zh")[:30]), table(pairs("zh")[30:], None)
    for one, two in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        expect = finds("mixed_encodings", encoding=one, rows=40, labels=labels("zh"))
        yield Case(f"{one} with lines of {two}", "mixed.csv", head.encode(one) + tail.encode(two), expect)
    french = table(pairs("fr")[:30]).encode() + table(pairs("fr")[30:], None).encode("cp1252")
    yield Case("utf-8 with lines of cp1252", "mixed.csv", french, finds("mixed_encodings", encoding="utf-8", rows=40, labels=labels("fr")))
    both = (head + tail).encode("utf-8-sig") + table(pairs("zh")[:2], ("text", "label")).encode("utf-8-sig")
    yield Case("two files with marks put one behind the other", "joined.csv", both, finds("header_repeated", rows=42, labels=labels("zh")))


def _cut() -> Iterator[Case]:
    for encoding in ("utf-8", "gb18030", "utf-16"):
        whole = table(pairs("zh")).rstrip("\n").encode(encoding)
        expect = finds("cut_line", encoding=encoding, rows=39, labels=labels("zh"))
        yield Case(f"{encoding} cut inside the last label", "cut.csv", whole[:-1], expect)
    lines = table(pairs("zh")).encode().split(b"\n")
    lines[5] = lines[5][: lines[5].rindex(b",") - 1] + lines[5][lines[5].rindex(b",") :]
    yield Case(
        "utf-8 with one text cut inside a character",
        "cut.csv",
        b"\n".join(lines),
        finds("damaged_characters", rows=40, labels=labels("zh")),
    )
    for encoding in ("utf-8", "gb18030"):
        lines = table(pairs("zh")).encode(encoding).split(b"\n")
        lines[7] = lines[7][:-1]
        expect = finds("damaged_characters", rows=40, usable=39, labels=labels("zh"))
        yield Case(f"{encoding} with one label cut inside a character", "cut.csv", b"\n".join(lines), expect)
    lost = table([(text.replace("了", "\ufffd"), label) for text, label in pairs("zh")]).encode()
    yield Case("utf-8 with characters lost before", "lost.csv", lost, finds("lost_characters", rows=40, labels=labels("zh")))


def _garbled() -> Iterator[Case]:
    text = table(pairs("zh"), ("文本", "标签"))
    for name, data in {
        "UTF-8 read as Latin-1": text.encode().decode("latin-1").encode(),
        "GBK read as Latin-1": text.encode("gbk").decode("latin-1").encode(),
    }.items():
        yield Case(name, "garbled.csv", data, finds("mojibake_repaired", rows=40, labels=labels("zh"), text="文本", label="标签"))
    french = table(pairs("fr")).encode().decode("cp1252").encode()
    yield Case("French in UTF-8 read as windows-1252", "garbled.csv", french, finds("mojibake_repaired", rows=40, labels=labels("fr")))
    head, tail = table(pairs("zh")[:36]), table(pairs("zh")[36:], None)
    data = head.encode() + tail.encode().decode("latin-1").encode()
    yield Case("four garbled lines among good ones", "garbled.csv", data, finds("mojibake_repaired", rows=40, labels=labels("zh")))
    asked = Case("garbled and read as it stands", "garbled.csv", data, finds("mojibake"), ("--encoding", "utf-8"))
    yield asked
    yield Case("an encoding nobody knows", "data.csv", head.encode(), refused("unknown_encoding"), ("--encoding", "klingon"))
    gbk = head.encode("gbk")
    yield Case("an encoding chosen by hand", "data.csv", gbk, works(encoding="gbk", labels=labels("zh")), ("--encoding", "gbk"))
