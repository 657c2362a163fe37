"""Files that are no labelled text are refused with their cause, whatever they are called."""

from __future__ import annotations

import gzip
import io
import pickle
import zipfile
import zlib

import pytest

from playground.data.limits import Limits
from playground.data.read import read_table
from playground.errors import DatasetError
from playground.words import LANGUAGES


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    return buffer.getvalue()


HOSTILE = {
    "empty": (b"", "file_empty"),
    "only blanks": (b"\xef\xbb\xbf \r\n\n", "file_empty"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file_is_media"),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "file_is_media"),
    "gif": (b"GIF89a\x01\x00\x01\x00", "file_is_media"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "file_is_document"),
    "rtf": (b"{\\rtf1 hello}", "file_is_document"),
    "bmp": (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00", "file_is_media"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00", "file_is_media"),
    "gzip of a pickle": (gzip.compress(pickle.dumps([{"text": "a"}])), "file_is_pickle"),
    "gzip of a page": (gzip.compress(b"<!DOCTYPE html><html>"), "file_is_html"),
    "zip that leads out": (_zip(), "archive_unsafe"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "file_is_archive"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "file_is_archive"),
    "cut zip": (_zip()[:30], "file_cut"),
    **{f"pickle {protocol}": (pickle.dumps([{"text": "a"}], protocol), "file_is_pickle") for protocol in range(2, 6)},
    "pickle 0": (pickle.dumps([1], 0), "file_is_pickle"),
    "pickle 0 calling": (b"cos\nsystem\n(S'echo'\ntR.", "file_is_pickle"),
    "deflated pickle": (zlib.compress(pickle.dumps([{"text": "a"}])), "file_is_pickle"),
    "numpy": (b"\x93NUMPY\x01\x00v\x00", "file_is_binary"),
    "safetensors": (b'\x60\x00\x00\x00\x00\x00\x00\x00{"weight":{}}', "file_is_binary"),
    "exe": (b"MZ\x90\x00\x03\x00\x00\x00", "file_is_binary"),
    "elf": (b"\x7fELF\x02\x01\x01\x00", "file_is_binary"),
    "gguf": (b"GGUF\x03\x00\x00\x00", "file_is_binary"),
    "table of a page": (b"<table><tr><td>text</td></tr></table>", "file_is_html"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "file_is_xml"),
    "html": (b"\n<!DOCTYPE html><html><body>Sign in</body></html>", "file_is_html"),
    "xml": (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "file_is_xml"),
    "lfs pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n", "file_is_pointer"),
    "sqlite": (b"SQLite format 3\x00\x10\x00", "file_is_binary"),
    "nul bytes": (b"text,label\na\x00b,c\n", "file_has_nul"),
    "control bytes": (b"\x02\x03\x04\x05\x06" * 100, "file_is_binary"),
    "cut parquet": (b"PAR1\x15\x04\x15", "parquet_unreadable"),
    "fake old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "workbook_unreadable"),
}


@pytest.mark.parametrize("name", ["data.csv", "data.json"])
@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_foreign_file_is_refused_with_its_cause(data: bytes, code: str, name: str) -> None:
    with pytest.raises(DatasetError) as caught:
        read_table(data, name)
    assert caught.value.code == code
    assert all(caught.value.message(language) and caught.value.remedy(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    "start",
    [
        "GIF8 memes,label",
        "ID3 tags,label",
        "RIFF,label",
        "PK,label",
        "Rar! Nice,label",
        "MZ,label",
        "BM 25,label",
        "GGUF files,label",
        "cost,label",
        "<div>cost,label",
        "cnt,label",
    ],
)
def test_words_that_begin_like_a_signature_are_text(start: str) -> None:
    assert len(read_table(f"{start}\nfirst one,a\nsecond one,b\n".encode(), "x.csv").frame) >= 2


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(file_bytes=10), "file_too_large"),
        (Limits(rows=3), "too_many_rows"),
        (Limits(columns=1), "too_many_columns"),
        (Limits(cell_characters=5), "cell_too_long"),
    ],
)
def test_limits_are_enforced(limits: Limits, code: str) -> None:
    data = b"text,label\n" + b"hello there,a\nbye now,b\n" * 5
    with pytest.raises(DatasetError) as caught:
        read_table(data, "x.csv", limits=limits)
    assert caught.value.code == code
