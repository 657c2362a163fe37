"""Files that are something else than labelled text, recognised by their first bytes and refused with the cause.

Nothing is opened to find out: a pickle is never unpickled, an archive never unpacked.
"""

from __future__ import annotations

import re
from typing import Final

from playground.data.limits import Limits
from playground.errors import DatasetError

#: First bytes, the error they lead to, and the name of the format, which is the same in every language.
_SIGNATURES: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"\x89PNG", "file_is_media", "PNG"),
    (b"\xff\xd8\xff", "file_is_media", "JPEG"),
    (b"GIF8", "file_is_media", "GIF"),
    (b"RIFF", "file_is_media", "RIFF"),
    (b"OggS", "file_is_media", "Ogg"),
    (b"ID3", "file_is_media", "MP3"),
    (b"%PDF", "file_is_document", "PDF"),
    (b"{\\rtf", "file_is_document", "RTF"),
    (b"\x1f\x8b", "file_is_archive", "gzip"),
    (b"BZh", "file_is_archive", "bzip2"),
    (b"\xfd7zXZ", "file_is_archive", "xz"),
    (b"\x28\xb5\x2f\xfd", "file_is_archive", "Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "file_is_archive", "7z"),
    (b"Rar!", "file_is_archive", "RAR"),
    (b"\x7fELF", "file_is_binary", "ELF"),
    (b"\x93NUMPY", "file_is_binary", "NumPy"),
    (b"\x89HDF", "file_is_binary", "HDF5"),
    (b"SQLite format 3\x00", "file_is_binary", "SQLite"),
    (b"ARROW1\x00\x00", "file_is_binary", "Arrow"),
    (b"PK\x05\x06", "file_is_archive", "ZIP"),
)
#: Formats whose first bytes are letters a text could begin with too; these files also hold bytes no text holds.
_LETTERS: Final = frozenset({"GIF", "RIFF", "Ogg", "MP3", "bzip2", "RAR"})
#: Protocol 2 to 5 announces itself with a byte and its number; protocol 0 and 1 end in a STOP after plain opcodes.
_PICKLE: Final = re.compile(rb"\x80[\x02-\x05][\x95\x8a}\])(cKXq.NUG]|\([ld]p0\n|c(?:copy_reg|posix|nt|os|builtins|__builtin__)\n")
_HTML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml")
_CONTROL_BYTES: Final = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_CONTROLS: Final = re.compile(r"[\x00\x02-\x08\x0e-\x1a\x7f]")
_LFS: Final = b"version https://git-lfs"


def refuse_foreign(data: bytes, name: str, limits: Limits) -> None:
    """Let only files pass that can be labelled text.

    :raises DatasetError: "file_empty", "file_too_large", "file_is_pointer", "file_is_html", "file_is_xml", "file_is_pickle",
        "file_is_media", "file_is_document", "file_is_archive" or "file_is_binary".
    """
    if len(data) > limits.file_bytes:
        raise DatasetError("file_too_large", name=name, megabytes=len(data) // 1_000_000, limit=limits.file_bytes // 1_000_000)
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise DatasetError("file_empty", name=name)
    if data.startswith(_LFS):
        raise DatasetError("file_is_pointer", name=name)
    if _HTML.match(data):
        raise DatasetError("file_is_html", name=name)
    if _XML.match(data):
        raise DatasetError("file_is_xml", name=name)
    if _PICKLE.match(data):
        raise DatasetError("file_is_pickle", name=name)
    for signature, code, kind in _SIGNATURES:
        if data.startswith(signature) and (kind not in _LETTERS or _CONTROL_BYTES.search(data[:2048])):
            raise DatasetError(code, name=name, kind=kind)


def refuse_control_characters(text: str, name: str) -> None:
    """Let only decoded text pass that a person could have written.

    :raises DatasetError: "file_has_nul" if it holds NUL characters, which no spreadsheet or editor writes, or "file_is_binary" if much
        of its beginning is control characters.
    """
    position = text.find("\x00")
    if position >= 0:
        raise DatasetError("file_has_nul", name=name, line=text.count("\n", 0, position) + 1)
    start = text[:10_000]
    if len(_CONTROLS.findall(start)) > max(3, len(start) // 100):
        raise DatasetError("file_is_binary", name=name, kind="?")
