"""What is packed is unpacked in memory, counted while it unfolds, and never written to disk.

What a header says of sizes is not believed: a gzip or zip made to fill the memory is stopped where the limit is.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Protocol

import pyarrow as pa

from playground.data.limits import Limits
from playground.data.plain import plain
from playground.data.text.encoding import decode
from playground.errors import DatasetError

_PART: Final = 1 << 20
#: Bytes the dictionary of an xz file may take.
_XZ_MEMORY: Final = 256_000_000
#: A gzip inside a gzip is a slip of some download; more than that is no accident.
_WRAPPINGS: Final = 2
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1 | 0x40
#: Files that file managers leave behind, and hidden ones.
_JUNK: Final = re.compile(r"(?:^|/)(?:__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
#: Folders in folders; nobody looks for data further down.
_DEEPEST: Final = 20
_UNSAFE: Final = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Budget:
    """What may still be unpacked from one upload, however often it is packed."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limit = limits.unpacked_bytes
        self._left = limits.unpacked_bytes

    def spent(self, parts: Iterator[bytes]) -> bytes:
        """All parts together. :raises DatasetError: "unpacks_too_large" as soon as they are too many."""
        whole = io.BytesIO()
        for part in parts:
            self._left -= len(part)
            if self._left < 0:
                raise DatasetError("unpacks_too_large", name=self._name, limit=self._limit // 1_000_000)
            whole.write(part)
        return whole.getvalue()


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive."""

    #: With ``/`` between folders, none of them leading out of the archive.
    path: str
    info: zipfile.ZipInfo

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Like ``(".csv", ".gz")``, in lower case."""
        return tuple(PurePosixPath(self.path.lower()).suffixes)


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip whose names were looked at and whose files were not opened yet."""

    name: str
    file: zipfile.ZipFile
    entries: tuple[Entry, ...]
    budget: Budget

    def read(self, entry: Entry) -> bytes:
        """:raises DatasetError: "unpacks_too_large", or "archive_broken" naming the file inside."""
        try:
            with self.file.open(entry.info) as stream:
                return self.budget.spent(_parts(stream))
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise DatasetError("archive_broken", name=self.name, file=shown_path(entry.path)) from error


def unwrap(data: bytes, name: str, budget: Budget) -> tuple[bytes, str]:
    """What gzip, bzip2, xz or Zstandard hold, and the name without their suffix; other files as they are.

    :raises DatasetError: "unpacks_too_large", "file_cut" if it ends too early or is damaged, "archive_nested".
    """
    for _ in range(_WRAPPINGS):
        unpack = _unpacker(data)
        if unpack is None:
            return data, name
        try:
            data = budget.spent(unpack(data))
        except (OSError, EOFError, zlib.error, lzma.LZMAError, pa.ArrowException, MemoryError) as error:
            raise DatasetError("file_cut", name=name) from error
        name = re.sub(r"\.(?:gz|gzip|bz2|xz|lzma|zst|zstd)$", "", name, flags=re.IGNORECASE) or name
    if _unpacker(data):
        raise DatasetError("archive_nested", name=name)
    return data, name


def _unpacker(data: bytes) -> Callable[[bytes], Iterator[bytes]] | None:
    if data.startswith(b"\x1f\x8b"):
        return lambda packed: _parts(gzip.GzipFile(fileobj=io.BytesIO(packed)))
    if re.match(rb"BZh[1-9]1AY&SY", data):
        return lambda packed: _parts(bz2.BZ2File(io.BytesIO(packed)))
    if data.startswith(b"\xfd7zXZ\x00"):
        return _xz_parts
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return lambda packed: _parts(pa.CompressedInputStream(pa.BufferReader(packed), "zstd"))
    return None


def _parts(stream: _Readable) -> Iterator[bytes]:
    while part := stream.read(_PART):
        yield part


def _xz_parts(data: bytes) -> Iterator[bytes]:
    # LZMAFile would take whatever memory the file asks for.
    while data:
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        feed = data
        while not decoder.eof:
            part = decoder.decompress(feed, _PART)
            feed = b""
            if not part and decoder.needs_input:
                raise EOFError
            yield part
        data = decoder.unused_data.lstrip(b"\x00")


def open_zip(data: bytes, name: str, limits: Limits, budget: Budget) -> Archive:
    """The files of a zip, without folders and what file managers left behind.

    :raises DatasetError: "file_cut", "archive_empty", "archive_too_many", "archive_unsafe" (a name that leads out of the archive, a
        link, two files of one name), "archive_encrypted", "archive_method", "file_is_pickle" or "file_is_binary", naming the file inside.
    """
    if data.count(b"PK\x01\x02") > limits.files:  # every entry has such a mark, whatever the directory says of their number
        raise DatasetError("archive_too_many", name=name, limit=limits.files)
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:  # the last three for damaged directories
        raise DatasetError("file_cut", name=name) from error
    infos = file.infolist()
    paths = _paths(infos, name)
    entries: dict[str, Entry] = {}
    for info, path in zip(infos, paths, strict=True):
        _refuse_unsafe(info, path, name)
        if not path or path.endswith("/") or _JUNK.search(path) or path.count("/") > _DEEPEST:
            continue
        if path in entries:
            raise DatasetError("archive_unsafe", name=name, file=shown_path(path))
        _refuse_unreadable(info, path, name)
        entries[path] = Entry(path, info)
    if not entries:
        raise DatasetError("archive_empty", name=name)
    return Archive(name, file, tuple(entries.values()), budget)


def shown_path(path: str) -> str:
    """The name of a file inside, safe to show; of a long one the end."""
    return plain(path)[-80:]


def _refuse_unsafe(info: zipfile.ZipInfo, path: str, name: str) -> None:
    if _UNSAFE.search(path) or stat.S_ISLNK(info.external_attr >> 16):
        raise DatasetError("archive_unsafe", name=name, file=shown_path(path))


def _refuse_unreadable(info: zipfile.ZipInfo, path: str, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise DatasetError("archive_encrypted", name=name, file=shown_path(path))
    if path.lower().endswith((".pkl", ".pickle")):  # a PyTorch file is a zip around one
        raise DatasetError("file_is_pickle", name=name)
    if path.lower().endswith(".npy"):
        raise DatasetError("file_is_binary", name=name, kind="NumPy")
    if info.compress_type not in _METHODS:
        raise DatasetError("archive_method", name=name, file=shown_path(path))


def _paths(infos: Sequence[zipfile.ZipInfo], name: str) -> list[str]:
    """Names inside as they were meant: old programs wrote them in the encoding of their country."""
    raw = [b"" if info.flag_bits & _UTF8_NAME else info.filename.encode("cp437", "replace") for info in infos]
    foreign = b"\n".join(dict.fromkeys(one for one in raw if not one.isascii()))
    if not foreign:
        return [info.filename.replace("\\", "/") for info in infos]
    try:
        encoding = decode(foreign, name).encoding
    except DatasetError:
        encoding = "cp437"
    return [
        (one.decode(encoding, "replace") if one and not one.isascii() else info.filename).replace("\\", "/")
        for one, info in zip(raw, infos, strict=True)
    ]
