"""Which characters the bytes of a text file stand for, decided over the whole file and, where it must be, line by line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from playground.data.formats.refuse import refuse_control_characters
from playground.data.plain import plain
from playground.data.text import detect
from playground.data.text.detect import codec_of
from playground.data.text.mixed import Lines, read_lines
from playground.data.text.mojibake import find_garbled
from playground.data.types import Finding
from playground.errors import DatasetError
from playground.words import Fact, Language, say

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REPLACEMENT: Final = "\ufffd"
#: What programs wrote for characters they could not read: U+FFFD itself, and U+FFFD in UTF-8 read as GBK.
_LOST: Final = (_REPLACEMENT.encode(), "锟斤拷".encode())
_TELLING: Final = re.compile(rb"[\x80-\xff]")
_LINES_SHOWN: Final = 5
_SAMPLE_CHARACTERS: Final = 120
#: Bytes of a file the choice of encodings is made on.
_CHOICE_BYTES: Final = 2_000_000
_MOST_CANDIDATES: Final = 8
#: Offered after what the bytes themselves suggest.
_USUAL: Final = ("utf-8", "gb18030", "big5", "shift_jis", "euc_kr", "cp1252", "cp1251")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file."""

    text: str
    #: Python codec name; of a file that mixes encodings, that of most lines.
    encoding: str
    #: Characters whose bytes mean nothing in ``encoding``; they read U+FFFD.
    damaged: int = 0
    #: What was odd about the encoding. Rows are not known yet, so these findings name lines.
    findings: tuple[Finding, ...] = ()


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text of ``data``: in the encoding asked for, else by byte order mark, else UTF-8, else as detected over the whole file.

    Lines in another encoding than the rest are read in their own, a last line that ends inside a character is left out, and text that
    was once read in a wrong encoding is turned back; each of these is a finding. An encoding asked for is kept to.

    :param encoding: a codec name given by the person; bytes that do not fit it become U+FFFD and are counted.
    :raises DatasetError: "unknown_encoding" if there is no such codec, "file_has_nul" or "encoding_not_found" if this is no text.
    """
    decoded = _as_asked(data, encoding) if encoding else _as_found(data, name)
    refuse_control_characters(decoded.text, name)
    return decoded


def sample(data: bytes, encoding: str) -> str:
    """The first line with characters outside ASCII as it reads in ``encoding``, at most 120 characters; "" if there is none.

    :raises DatasetError: "unknown_encoding".
    """
    codec = _known(encoding)
    if codec.startswith(("utf-16", "utf-32")):
        lines = data[:_CHOICE_BYTES].decode(codec, errors="replace").removeprefix("\ufeff").splitlines()
        return plain(next((line for line in lines if not line.isascii()), ""))[:_SAMPLE_CHARACTERS]
    found = _TELLING.search(data, 3 if data.startswith(codecs.BOM_UTF8) else 0)
    if found is None:
        return ""
    # From the start of the line, or of the word before in a very long one.
    start = max(data.rfind(b"\n", 0, found.start()) + 1, found.start() - _SAMPLE_CHARACTERS // 2)
    line = data[start : start + 4 * _SAMPLE_CHARACTERS].splitlines()[0]
    return plain(line.decode(codec, errors="replace").removeprefix("\ufeff"))[:_SAMPLE_CHARACTERS]


def candidates(data: bytes) -> tuple[str, ...]:
    """Encodings worth offering for this file, the one it is read in first; they differ in what ``sample`` shows."""
    part = _telling_part(data)
    try:
        found = _as_found(part, "").encoding
    except DatasetError:
        found = "utf-8"
    wide = ("utf-16-le", "utf-16-be") if b"\x00" in part else ()
    offered: dict[str, str] = {}
    for guess in (found, *wide, *([] if wide else detect.guesses(part.splitlines())), *_USUAL):
        encoding, shown = detect.USUAL_NAMES.get(guess, guess), sample(part, guess)
        if encoding == found or (shown not in offered.values() and _REPLACEMENT not in shown):
            offered.setdefault(encoding, shown)
    return tuple(offered)[:_MOST_CANDIDATES]


def _telling_part(data: bytes) -> bytes:
    """Whole lines of a large file, from the first with bytes outside ASCII on."""
    if len(data) <= _CHOICE_BYTES:
        return data
    found = _TELLING.search(data)
    start = 0 if found is None or b"\x00" in data[:_CHOICE_BYTES] else data.rfind(b"\n", 0, found.start()) + 1
    part = data[start : start + _CHOICE_BYTES]
    return part.rpartition(b"\n")[0] or part


def _known(encoding: str) -> str:
    codec = codec_of(encoding)
    if codec is None:
        raise DatasetError("unknown_encoding", encoding=plain(encoding)[:40])
    return codec


def _as_asked(data: bytes, encoding: str) -> Decoded:
    codec = _known(encoding)
    if codec == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = detect.wide_encoding(data) or codec
    decoded = _loosely(data, codec)
    if codec != "utf-8":
        return decoded
    # What stood in the file as U+FFFD already is another matter than what cannot be read.
    damaged = decoded.damaged - data.count(_LOST[0])
    return _with_history(replace(decoded, damaged=damaged), data, turn_back=False)


def _as_found(data: bytes, name: str) -> Decoded:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _utf8(data[len(mark) :], name) if encoding == "utf-8" else _loosely(data, encoding)
    if b"\x00" not in data:
        return _utf8(data, name)
    wide = detect.wide_encoding(data)
    if wide is None:
        raise DatasetError("file_has_nul", name=name, line=data.count(b"\n", 0, data.index(b"\x00")) + 1)
    return _loosely(data, wide)


def _loosely(data: bytes, encoding: str) -> Decoded:
    """The text with U+FFFD for what means nothing in the encoding, without a last line that ends inside a character."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    text = decoder.decode(data).removeprefix("\ufeff")
    decoded = Decoded(text, encoding, text.count(_REPLACEMENT))
    return _without_cut_line(decoded) if decoder.getstate()[0] else decoded


def _utf8(data: bytes, name: str) -> Decoded:
    """UTF-8 if it is, else what its lines are."""
    try:
        return _with_history(Decoded(data.decode("utf-8"), "utf-8"), data, turn_back=True)
    except UnicodeDecodeError as error:
        whole = error.start if error.reason == "unexpected end of data" else None
    if whole is not None and not data[:whole].isascii():
        return _without_cut_line(_with_history(Decoded(data[:whole].decode("utf-8"), "utf-8"), data[:whole], turn_back=True))
    lines = read_lines(data)
    if lines is None:
        raise DatasetError("encoding_not_found", name=name)
    mixed = (_mixed(lines),) if lines.others else ()
    decoded = Decoded(lines.text.removeprefix("\ufeff"), lines.encoding, lines.damaged, mixed)
    if lines.encoding == "utf-8":
        decoded = _with_history(decoded, data, turn_back=True)
    return _without_cut_line(decoded) if lines.cut else decoded


def _mixed(lines: Lines) -> Finding:
    count = sum(map(len, lines.others.values()))
    facts: dict[str, Fact] = {"encoding": lines.encoding.upper(), "count": count}
    return Finding(
        "mixed_encodings", "warning", facts | {"others_en": _others(lines.others, "en"), "others_zh": _others(lines.others, "zh")}
    )


def _others(others: Mapping[str, tuple[int, ...]], language: Language) -> str:
    said = [
        say("mixed.lines", language, encoding=encoding.upper(), count=len(places), lines=_listed(places, language))
        for encoding, places in others.items()
    ]
    return ("；" if language == "zh" else "; ").join(said)


def _listed(places: tuple[int, ...], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(map(str, places[:_LINES_SHOWN])) + (" …" if len(places) > _LINES_SHOWN else "")


def _without_cut_line(decoded: Decoded) -> Decoded:
    """Leave out the last line of a file that ends inside a character: a label cut short would count as one label more.

    The only line of a file (a JSON document, say) stays.
    """
    before, _, last = decoded.text.rpartition("\n")
    if not before.strip() or not last.strip():
        return replace(decoded, findings=(*decoded.findings, Finding("cut_character", "warning")))
    line = decoded.text.count("\n") + 1
    return replace(decoded, text=f"{before}\n", findings=(*decoded.findings, Finding("cut_line", "warning", {"line": line})))


def _with_history(decoded: Decoded, data: bytes, turn_back: bool) -> Decoded:
    """The same with what befell a file before it was saved as UTF-8: marks in its middle, garbled and lost characters."""
    text = decoded.text
    if "\ufeff" in text and data.find(codecs.BOM_UTF8) >= 0:  # files put one behind the other
        text = text.replace("\n\ufeff", "\n").replace("\r\ufeff", "\r").removeprefix("\ufeff")
    findings = list(decoded.findings)
    garbled = find_garbled(data, text)
    if garbled is not None:
        facts: dict[str, Fact] = {"before": _short(garbled.before), "after": _short(garbled.after)}
        if garbled.repaired and turn_back:
            text = garbled.text
            findings.append(Finding("mojibake_repaired", "warning", {"count": garbled.repaired, **facts}))
        beyond = garbled.left if turn_back else garbled.left + garbled.repaired
        if beyond:
            findings.append(Finding("mojibake", "warning", {"count": beyond, "before": facts["before"]}))
    lost = sum(data.count(mark) for mark in _LOST)
    if lost:
        findings.append(Finding("lost_characters", "warning", {"count": lost}))
    return replace(decoded, text=text, findings=tuple(findings))


def _short(line: str) -> str:
    shown = plain(line).strip()
    return shown if len(shown) <= 40 else f"{shown[:40]}…"
