"""Which characters the bytes of a text file stand for, decided over the whole file."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

import chardet

from playground.data.refuse import refuse_control_characters
from playground.errors import DatasetError

#: What people's files are written in, besides UTF. Mac, DOS and EBCDIC code pages are left out: on short files they are wrong guesses
#: far more often than right ones, and a person can still name one.
_DOUBLE_BYTE: Final = ("gb18030", "big5hkscs", "cp932", "shift_jis_2004", "euc_jis_2004", "cp949", "euc_kr", "johab")
_CANDIDATES: Final = (
    *("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", *_DOUBLE_BYTE),
    *("koi8-r", "koi8-u", "cp874", "tis-620"),
    *(f"cp{page}" for page in range(1250, 1259)),
    *(f"iso8859-{part}" for part in (*range(1, 11), *range(13, 17))),
)
#: What people call an encoding, where the detector names a larger one around it.
_USUAL_NAMES: Final = {"big5hkscs": "big5", "euc_jis_2004": "euc_jp", "shift_jis_2004": "shift_jis"}
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Bytes of evidence shown to the detector; it looks at no more than this in any case.
_EVIDENCE_BYTES: Final = 160_000
#: UTF-8 with up to this share of broken characters is damaged UTF-8 rather than another encoding.
_DAMAGED_SHARE: Final = 0.1
_REPLACEMENT: Final = "\ufffd"
_OUTSIDE_ASCII: Final = re.compile(rb"[\x80-\xff]")
_TELLING_RUN: Final = re.compile(rb"[\x80-\xff]+")
#: Share of runs of bytes outside ASCII that have even length, above which characters are two bytes each.
_PAIRED_SHARE: Final = 0.97


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file."""

    text: str
    #: Python codec name.
    encoding: str
    #: Characters whose bytes mean nothing in ``encoding``; they read U+FFFD.
    damaged: int = 0


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text of ``data``: in the encoding asked for, else by byte order mark, else UTF-8, else as detected over the whole file.

    :param encoding: a codec name given by the person; bytes that do not fit it become U+FFFD and are counted.
    :raises DatasetError: "unknown_encoding" if there is no such codec, "file_has_nul" or "encoding_not_found" if this is no text.
    """
    decoded = _as_asked(data, encoding) if encoding else _as_found(data, name)
    refuse_control_characters(decoded.text, name)
    return decoded


def _as_asked(data: bytes, encoding: str) -> Decoded:
    try:
        codec = codecs.lookup(encoding)
        text = data.decode(codec.name, errors="replace")
    except (LookupError, ValueError, TypeError) as error:  # base64 and rot13 are codecs too, but not of text
        raise DatasetError("unknown_encoding", encoding=encoding[:40]) from error
    return Decoded(text.removeprefix("\ufeff"), codec.name, text.count(_REPLACEMENT))


def _as_found(data: bytes, name: str) -> Decoded:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            return Decoded(text, encoding.removesuffix("-sig"), text.count(_REPLACEMENT))
    wide = b"\x00" in data[:4096]
    if not wide:
        utf8 = _strict(data, "utf-8")
        if utf8 is not None:
            return Decoded(utf8, "utf-8")
        damaged = _damaged_utf8(data)
        if damaged is not None:
            return damaged
    return _detected(data, name, wide)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _damaged_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken characters (cut in the middle, a stray paste): whole characters must outnumber broken ones by far."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count(_REPLACEMENT)
    whole = len(text) - len(text.encode("ascii", errors="ignore")) - broken
    return Decoded(text, "utf-8", broken) if broken <= whole * _DAMAGED_SHARE else None


def _detected(data: bytes, name: str, wide: bool) -> Decoded:
    evidence = _evidence(data, wide)
    guesses = [] if wide else _double_byte_guesses(evidence)
    guesses += _guesses(evidence, _CANDIDATES)
    for encoding in guesses:
        text = _strict(data, encoding)
        if text is not None and (not wide or "\x00" not in text):
            usual = _USUAL_NAMES.get(encoding, encoding)
            return Decoded(text, usual if _strict(data, usual) == text else encoding)
    if wide:
        raise DatasetError("file_has_nul", name=name, line=data.count(b"\n", 0, data.index(b"\x00")) + 1)
    best = guesses[0] if guesses else "cp1252"
    text = data.decode(best, errors="replace")
    broken = text.count(_REPLACEMENT)
    if broken > max(1, len(text) // 20):
        raise DatasetError("encoding_not_found", name=name)
    return Decoded(text, best, broken)


def _guesses(evidence: bytes, candidates: tuple[str, ...]) -> list[str]:
    """The detector's answers as Python codec names, likeliest first."""
    found = chardet.detect_all(evidence, prefer_superset=True, compat_names=False, include_encodings=candidates)
    return [codecs.lookup(guess["encoding"]).name for guess in found if guess["encoding"]]


def _double_byte_guesses(evidence: bytes) -> list[str]:
    """Chinese, Japanese and Korean encodings, if bytes outside ASCII nearly always come in pairs.

    Detectors take a few Chinese words among much English for accented letters; but those mostly stand alone, and letters of other
    scripts make words of odd and even length alike.
    """
    runs = _TELLING_RUN.findall(evidence)
    pairs = sum(len(run) % 2 == 0 for run in runs)
    return _guesses(b"\n".join(dict.fromkeys(runs)), _DOUBLE_BYTE) if pairs > _PAIRED_SHARE * len(runs) else []


def _evidence(data: bytes, wide: bool) -> bytes:
    """What tells encodings apart: lines with bytes outside ASCII, taken evenly from the whole file.

    Detectors look at the first kilobytes only, and are misled when those are plain ASCII.
    """
    if wide:
        return data[:_EVIDENCE_BYTES]
    telling = [_from_first_telling_byte(line) for line in data.splitlines() if not line.isascii()]
    step = sum(map(len, telling)) // _EVIDENCE_BYTES + 1
    return b"\n".join(telling[::step])[:_EVIDENCE_BYTES]


def _from_first_telling_byte(line: bytes) -> bytes:
    """A very long line (a whole JSON file, say) from its first byte outside ASCII on; other lines as they are."""
    start = _OUTSIDE_ASCII.search(line) if len(line) > _EVIDENCE_BYTES else None
    return line[start.start() :] if start else line
