"""Unpacking, counted."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import pyarrow as pa
import pytest

from playground.data.formats.archives import Budget, open_zip, unwrap
from playground.data.limits import Limits
from playground.data.read import read_table
from playground.errors import DatasetError

CSV = b"text,label\nwhere is it,x\nwho came,y\nwhat now,x\n"
LIMITS = Limits(unpacked_bytes=1_000_000)


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def _refused(data: bytes, limits: Limits = LIMITS) -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read_table(data, "x.zip", limits=limits)
    return caught.value


PACKED = {
    "gzip": gzip.compress(CSV),
    "gzip twice": gzip.compress(gzip.compress(CSV)),
    "gzip in parts": gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]),
    "bzip2": bz2.compress(CSV),
    "xz": lzma.compress(CSV),
    "xz in parts": lzma.compress(CSV[:20]) + lzma.compress(CSV[20:]),
}


@pytest.mark.parametrize("data", PACKED.values(), ids=PACKED)
@pytest.mark.parametrize("name", ["x.csv.gz", "x.csv"])
def test_a_packed_file_is_read_as_what_it_holds(data: bytes, name: str) -> None:
    table = read_table(data, name)
    assert (table.format, table.frame["label"].tolist()) == ("csv", ["x", "y", "x"])


def test_the_name_inside_is_a_hint_and_the_name_outside_stays() -> None:
    table = read_table(gzip.compress(b"one text. And more.\nanother one\n"), "lines.txt.gz")
    assert (table.format, table.name) == ("txt", "lines.txt.gz")


def test_zstandard_is_unpacked() -> None:
    data = pa.Codec("zstd").compress(CSV, asbytes=True)
    assert unwrap(data, "x.csv.zst", Budget("x", LIMITS)) == (CSV, "x.csv")


def test_a_file_packed_too_often_is_refused() -> None:
    assert _refused(gzip.compress(gzip.compress(gzip.compress(CSV)))).code == "archive_nested"


@pytest.mark.parametrize("pack_it", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_stopped_at_the_limit_whatever_it_says_of_its_size(pack_it: object) -> None:
    data = bytearray(pack_it(b"0" * 20_000_000))  # type: ignore[operator]
    if pack_it is gzip.compress:
        data[-4:] = struct.pack("<I", 10)
    error = _refused(bytes(data))
    assert (error.code, error.facts["limit"]) == ("unpacks_too_large", 1)


@pytest.mark.parametrize(
    "data",
    [gzip.compress(CSV)[:-10], bz2.compress(CSV * 50)[:-10], lzma.compress(CSV)[:-14], b"\x1f\x8b\x08\x00rubbish"],
    ids=["gzip", "bzip2", "xz", "no gzip"],
)
def test_a_packed_file_that_is_cut_is_refused(data: bytes) -> None:
    assert _refused(data).code == "file_cut"


@pytest.mark.parametrize("wrap", [gzip.compress, bytes])
def test_a_tar_is_refused(wrap: object) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("a.csv")
        info.size = len(CSV)
        archive.addfile(info, io.BytesIO(CSV))
    error = _refused(wrap(buffer.getvalue()))  # type: ignore[operator]
    assert (error.code, error.facts["kind"]) == ("file_is_archive", "TAR")


def test_a_zip_bomb_is_stopped_at_the_limit() -> None:
    assert _refused(zipped({f"{label}/{number}.txt": b"0" * 300_000 for label in "ab" for number in range(9)})).code == "unpacks_too_large"


def test_a_zip_whose_header_lies_about_a_size_is_refused() -> None:
    data = bytearray(zipped({"a.csv": b"text,label\n" + b"a,b\n" * 500_000}))
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 100)
    data[22:26] = struct.pack("<I", 100)
    assert _refused(bytes(data)).code in ("archive_broken", "unpacks_too_large")


@pytest.mark.parametrize("path", ["../evil.csv", "/etc/evil.csv", "C:/evil.csv", "a/../../evil.csv", "..\\evil.csv"])
def test_a_path_that_leads_out_of_the_archive_is_refused(path: str) -> None:
    error = _refused(zipped({path: CSV}))
    assert error.code == "archive_unsafe"
    assert "evil.csv" in str(error.facts["file"])


def test_a_link_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("data.csv")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert _refused(buffer.getvalue()).code == "archive_unsafe"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("data.csv", CSV)
        archive.writestr("data.csv", b"other")
    assert _refused(buffer.getvalue()).code == "archive_unsafe"


def test_a_file_with_a_password_is_refused() -> None:
    data = bytearray(zipped({"data.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert _refused(bytes(data)).code == "archive_encrypted"


def test_a_method_of_packing_we_do_not_read_is_refused() -> None:
    assert _refused(zipped({"data.csv": CSV}, zipfile.ZIP_LZMA)).code == "archive_method"


def test_a_damaged_file_inside_is_named() -> None:
    data = bytearray(zipped({"data.csv": CSV * 100}))
    for place in range(60, 90):
        data[place] ^= 0xFF
    error = _refused(bytes(data))
    assert (error.code, error.facts["file"]) == ("archive_broken", "data.csv")


def test_a_zip_in_a_zip_is_refused() -> None:
    assert _refused(zipped({"inner.csv": zipped({"data.csv": CSV})})).code == "archive_nested"


def test_a_zip_in_a_gzip_is_read() -> None:
    assert len(read_table(gzip.compress(zipped({"data.csv": CSV})), "x.zip.gz").frame) == 3


def test_more_files_than_the_limit_are_refused_before_they_are_listed() -> None:
    assert _refused(zipped({f"{number}.txt": b"a" for number in range(20)}), Limits(files=10)).code == "archive_too_many"


@pytest.mark.parametrize("files", [{}, {"__MACOSX/._a.csv": b"x", ".DS_Store": b"x", "a/Thumbs.db": b"x", "a/": b""}])
def test_an_archive_of_nothing_is_refused(files: dict[str, bytes]) -> None:
    assert _refused(zipped(files)).code == "archive_empty"


def test_a_file_without_a_name_is_passed_over() -> None:
    data = bytearray(zipped({"a": CSV}))
    central = data.index(b"PK\x01\x02")
    # The name of one character becomes one of none, followed by an extra field that is too short to be one.
    data[central + 28 : central + 32] = struct.pack("<HH", 0, 1)
    assert _refused(bytes(data)).code in ("archive_empty", "file_cut")


def test_a_zip_that_is_cut_is_refused() -> None:
    assert _refused(zipped({"data.csv": CSV})[:40]).code == "file_cut"


def test_a_pytorch_file_is_a_pickle() -> None:
    assert _refused(zipped({"archive/data.pkl": b"\x80\x02.", "archive/version": b"3"})).code == "file_is_pickle"


def test_chinese_names_of_old_programs_are_read_as_they_were_meant() -> None:
    names = ["好评/第一条评论.txt", "差评/第二条评论.txt", "好评/第三条评论.txt", "差评/第四条评论.txt"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "内容")
    data = buffer.getvalue()
    for name in names:  # what Windows in China writes: GBK, without the mark for UTF-8
        data = data.replace(name.encode(), name.encode("gbk").ljust(len(name.encode()), b"_"))
    data = data.replace(b"\x00\x08\x00\x00", b"\x00\x00\x00\x00")
    entries = open_zip(data, "x.zip", LIMITS, Budget("x.zip", LIMITS)).entries
    assert [entry.path.rstrip("_") for entry in entries] == names


def test_a_deflated_pickle_is_refused() -> None:
    assert _refused(zlib.compress(b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00]\x94.")).code == "file_is_pickle"
