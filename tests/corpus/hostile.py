"""Files that are no labelled text, or that try to do something: each is refused with its cause, or its tricks come to nothing."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import stat
import zipfile
from collections.abc import Iterator
from typing import Final

from tests.corpus.case import Case, finds, refused
from tests.corpus.formats import workbook, zipped
from tests.corpus.texts import labels, pairs, table

ENGLISH: Final = pairs("en")
BODY: Final = table(ENGLISH).encode()
#: First bytes of what people choose by mistake -> the cause.
_FOREIGN: Final[dict[str, tuple[bytes, str]]] = {
    "empty": (b"", "file_empty"),
    "nothing but blanks": (b"\xef\xbb\xbf \r\n\n", "file_empty"),
    "a web page": (b"\n<!DOCTYPE html><html><body>Sign in</body></html>", "file_is_html"),
    "a Git LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", "file_is_pointer"),
    "a PNG": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 64, "file_is_media"),
    "a JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 64, "file_is_media"),
    "a GIF": (b"GIF89a\x01\x00\x01\x00\x80\x00\x00", "file_is_media"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "file_is_document"),
    "rich text": (b"{\\rtf1\\ansi hello}", "file_is_document"),
    "XML with entities": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><a>&d;</a>", "file_is_xml"),
    "a database": (b"SQLite format 3\x00\x10\x00" + b"\x00" * 64, "file_is_binary"),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\x00" * 64, "file_is_binary"),
    "a pickle": (pickle.dumps([{"text": "a", "label": "b"}]), "file_is_pickle"),
    "a pickle that calls": (b"cos\nsystem\n(S'echo pwned'\ntR.", "file_is_pickle"),
    "an old pickle": (pickle.dumps([1, 2], 0), "file_is_pickle"),
    "control characters": (b"\x02\x03\x04\x05\x06" * 100, "file_is_binary"),
    "Parquet cut off": (b"PAR1\x15\x04\x15", "parquet_unreadable"),
    "Arrow cut off": (b"ARROW1\x00\x00\xff\xff\xff\xff", "arrow_unreadable"),
    "an old workbook that is none": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "workbook_unreadable"),
    "a zip cut off": (zipped({"data.csv": BODY})[:60], "file_cut"),
    "an empty zip": (zipped({}), "archive_empty|file_is_archive"),
}


def cases() -> Iterator[Case]:
    """Wrong files under a good name, bombs, names that lead elsewhere, and texts with side effects."""
    for name, (data, cause) in _FOREIGN.items():
        yield Case(f"{name} saved as .csv", "data.csv", data, refused(cause))
    yield Case("a pickle called .json", "data.json", pickle.dumps({"text": ["a"]}), refused("file_is_pickle"))
    yield Case("a pickle packed with gzip", "data.csv.gz", gzip.compress(pickle.dumps([1, 2, 3])), refused("file_is_pickle"))
    yield Case("a picture packed with gzip", "data.csv.gz", gzip.compress(_FOREIGN["a PNG"][0]), refused("file_is_media"))
    yield from _bombs()
    yield from _archives()
    yield from _texts()


def _bombs() -> Iterator[Case]:
    zeros = b"\x00" * 1_000_000
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb", mtime=0) as packed:
        for _ in range(1100):
            packed.write(zeros)
    yield Case("a gzip bomb", "data.csv.gz", stream.getvalue(), refused("unpacks_too_large"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("data.csv", "w") as member:
        for _ in range(1100):
            member.write(b" " * 1_000_000)
    yield Case("a zip bomb", "data.zip", stream.getvalue(), refused("unpacks_too_large"))
    inner = zipped({"data.csv": BODY})
    yield Case("a zip in a zip", "data.zip", zipped({"inner.zip": inner}), refused("archive_nested|archive_unclear"))
    wide = ",".join(f"column_{place}" for place in range(700))
    yield Case("seven hundred columns", "data.csv", f"{wide}\n{wide}\n".encode(), refused("too_many_columns"))
    endless = b"text,label\n" + b"x" * 1_200_000 + b",a\nshort,b\n"
    yield Case("a cell of a million characters", "data.csv", endless, refused("cell_too_long|value_too_long"))
    unique = "\n".join(["text,label", *(f"words number {row},label {row // 2}" for row in range(4000))])
    yield Case(
        "two thousand labels", "data.csv", unique.encode(), refused("too_many_labels|labels_do_not_repeat|no_label_column|labels_too_rare")
    )


def _archives() -> Iterator[Case]:
    for name in ("../../evil.csv", "/etc/evil.csv", "C:\\evil.csv"):
        yield Case(f"a zip with the name {name}", "data.zip", zipped({name: BODY}), refused("archive_unsafe"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("data.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    yield Case("a zip with a link", "data.zip", stream.getvalue(), refused("archive_unsafe"))
    hidden = zipped({"data.csv": pickle.dumps([1, 2, 3])})
    yield Case("a zip with a pickle called .csv", "data.zip", hidden, refused("file_is_pickle"))
    book = io.BytesIO()
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(io.BytesIO(workbook({"a": [("text", "label"), *ENGLISH]}))) as good, zipfile.ZipFile(book, "w") as archive:
        for info in good.infolist():
            data = good.read(info)
            archive.writestr(info, evil + data.partition(b"?>")[2] if info.filename == "xl/worksheets/sheet1.xml" else data)
    yield Case("a workbook with entities", "data.xlsx", book.getvalue(), refused("workbook_has_entities|workbook_unreadable"))


def _texts() -> Iterator[Case]:
    """Texts and labels that act on a page, a terminal, a log or a spreadsheet are texts and labels."""
    tricks = {
        "HTML": "<script>alert(1)</script>",
        "terminal commands": "\x1b[31mred\x1b[0m",
        "reversed writing": "abc\u202etxt.exe",
        "formulas": "=HYPERLINK(1)",
        "braces of templates": "{name} {{x}} %s ${y}",
    }
    for name, trick in tricks.items():
        rows = [(f"{text} {trick}", f"{label} {trick}" if label == "praise" else label) for text, label in ENGLISH]
        wanted = frozenset({f"praise {trick}", "complaint"})
        yield Case(f"labels of {name}", "data.csv", table(rows).encode(), finds(rows=40, labels=wanted))
    odd = table(ENGLISH, ("<b>text</b>", "=label\x1b[2J")).encode()
    yield Case("column names with side effects", "data.csv", odd, finds(rows=40, labels=labels("en")))
    yield Case("a file name with side effects", "da\u202eta<b>\x1b[31m{x}.csv", BODY, finds(rows=40))
    deep = json.dumps({"text": "a", "label": "b"})
    yield Case(
        "JSON that nests in a cell without end",
        "data.csv",
        table([(text, "[" * 3000) for text, _ in ENGLISH]).encode(),
        refused("one_label|no_label_column"),
    )
    halves = "\n".join(deep.replace('"a"', f'"\\ud83d {text}"').replace('"b"', f'"{label}"') for text, label in ENGLISH)
    yield Case("half characters in JSON", "data.jsonl", halves.encode(), finds(rows=40, labels=labels("en")))
    keys = "\n".join(json.dumps({"__class__": "x", "text": text, "label": label}) for text, label in ENGLISH)
    yield Case("keys of Python's own", "data.jsonl", keys.encode(), finds(rows=40, labels=labels("en")))
