"""Files that are something else than labelled text, recognised by their bytes and refused with the cause.

Nothing is opened to find out: a pickle is never unpickled, a program never run.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from playground.data.limits import Limits
from playground.errors import DatasetError

#: First bytes, the error they lead to, and the name of the format, which is the same in every language.
_SIGNATURES: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"\x89PNG", "file_is_media", "PNG"),
    (b"\xff\xd8\xff", "file_is_media", "JPEG"),
    (b"GIF8", "file_is_media", "GIF"),
    (b"BM", "file_is_media", "BMP"),
    (b"II*\x00", "file_is_media", "TIFF"),
    (b"MM\x00*", "file_is_media", "TIFF"),
    (b"RIFF", "file_is_media", "RIFF"),
    (b"OggS", "file_is_media", "Ogg"),
    (b"fLaC", "file_is_media", "FLAC"),
    (b"ID3", "file_is_media", "MP3"),
    (b"\xff\xfb", "file_is_media", "MP3"),
    (b"\x1aE\xdf\xa3", "file_is_media", "Matroska"),
    (b"%PDF", "file_is_document", "PDF"),
    (b"{\\rtf", "file_is_document", "RTF"),
    (b"7z\xbc\xaf\x27\x1c", "file_is_archive", "7z"),
    (b"Rar!", "file_is_archive", "RAR"),
    (b"\x04\x22\x4d\x18", "file_is_archive", "LZ4"),
    (b"\x7fELF", "file_is_binary", "ELF"),
    (b"MZ", "file_is_binary", "EXE"),
    (b"\xcf\xfa\xed\xfe", "file_is_binary", "Mach-O"),
    (b"\xca\xfe\xba\xbe", "file_is_binary", "Java/Mach-O"),
    (b"\x00asm", "file_is_binary", "WebAssembly"),
    (b"\x93NUMPY", "file_is_binary", "NumPy"),
    (b"\x89HDF", "file_is_binary", "HDF5"),
    (b"GGUF", "file_is_binary", "GGUF"),
    (b"FEA1", "file_is_binary", "Feather 1"),
    (b"RDX", "file_is_binary", "RData"),
    (b"SQLite format 3\x00", "file_is_binary", "SQLite"),
)
#: Formats whose first bytes are letters a text could begin with too; these files also hold bytes no text holds.
_LETTERS: Final = frozenset({"GIF", "BMP", "RIFF", "Ogg", "FLAC", "MP3", "RAR", "EXE", "GGUF", "Feather 1", "RData"})
#: Protocol 2 to 5 announces itself with a byte and its number; protocol 0 and 1 end in a STOP after plain opcodes.
_PICKLE: Final = re.compile(rb"\x80[\x02-\x05](?:[\x95\x8a}\])(cKXq.NUG]|[^\x00]*\.\Z)", re.DOTALL)
_OLD_PICKLE: Final = re.compile(rb"\([ld]p0\n|c(?:copy_reg|posix|nt|os|subprocess|builtins|__builtin__|numpy|pandas)(?:\.[\w.]+)?\n")
#: joblib keeps pickles deflated; the second byte says how hard it tried.
_DEFLATED: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_HTML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
#: What a part of a page begins with; a text in a table may begin so too, but the table does not end with a tag.
_HTML_PART: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:table|meta|script|div)\b", re.IGNORECASE)
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE|svg)\b", re.IGNORECASE)
_SAFETENSORS: Final = re.compile(rb".{6}\x00\x00\{\s*\"", re.DOTALL)
#: Anything but blanks, NUL and byte order marks.
_WRITTEN: Final = re.compile(rb"[^\x00\xef\xbb\xbf\xff\xfe \t\r\n]")
_CONTROL_BYTES: Final = re.compile(rb"[\x00-\x08\x0e-\x1a]")
_CONTROLS: Final = re.compile(r"[\x00\x02-\x08\x0e-\x1a\x7f]")
_LFS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*version https://(?:git-lfs|hawser)\b")


def refuse_foreign(data: bytes, name: str, limits: Limits) -> None:
    """Let only files pass that can be labelled text.

    :raises DatasetError: "file_empty", "file_too_large", "file_is_pointer", "file_is_html", "file_is_xml", "file_is_pickle",
        "file_is_media", "file_is_document", "file_is_archive" or "file_is_binary".
    """
    if len(data) > limits.file_bytes:
        raise DatasetError("file_too_large", name=name, megabytes=len(data) // 1_000_000, limit=limits.file_bytes // 1_000_000)
    refuse_content(data, name)


def refuse_content(data: bytes, name: str) -> None:
    """The same for what came out of an archive, whose size is counted elsewhere."""
    if not _WRITTEN.search(data):
        raise DatasetError("file_empty", name=name)
    if _LFS.match(data):
        raise DatasetError("file_is_pointer", name=name)
    if _HTML.match(data) or (_HTML_PART.match(data) and data[-100:].rstrip().endswith(b">")):
        raise DatasetError("file_is_html", name=name)
    if _XML.match(data):
        raise DatasetError("file_is_xml", name=name)
    if _is_pickle(data) or _is_deflated_pickle(data):
        raise DatasetError("file_is_pickle", name=name)
    if data[257:262] == b"ustar":
        raise DatasetError("file_is_archive", name=name, kind="TAR")
    if data[4:8] == b"ftyp":
        raise DatasetError("file_is_media", name=name, kind="MP4/HEIC")
    if _SAFETENSORS.match(data):
        raise DatasetError("file_is_binary", name=name, kind="safetensors")
    for signature, code, kind in _SIGNATURES:
        if data.startswith(signature) and (kind not in _LETTERS or _CONTROL_BYTES.search(data[:2048])):
            raise DatasetError(code, name=name, kind=kind)


def _is_pickle(data: bytes) -> bool:
    return _PICKLE.match(data) is not None or (_OLD_PICKLE.match(data) is not None and data[-100:].rstrip().endswith(b"."))


def _is_deflated_pickle(data: bytes) -> bool:
    if not _DEFLATED.match(data):
        return False
    try:
        return _PICKLE.match(zlib.decompressobj().decompress(data[:4096], 64)) is not None
    except zlib.error:
        return False


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
