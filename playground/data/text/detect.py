"""Which encodings the bytes of a text file could be in, likeliest first; and how natural a reading looks."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import chardet

#: What people's files are written in, besides UTF. Mac, DOS and EBCDIC code pages are left out: on short files they are wrong guesses
#: far more often than right ones, and a person can still name one.
DOUBLE_BYTE: Final = ("gb18030", "big5hkscs", "cp932", "shift_jis_2004", "euc_jis_2004", "cp949", "euc_kr", "johab")
_CANDIDATES: Final = (
    *("utf-8", *DOUBLE_BYTE, "koi8-r", "koi8-u", "cp874", "tis-620"),
    *(f"cp{page}" for page in range(1250, 1259)),
    *(f"iso8859-{part}" for part in (*range(1, 11), *range(13, 17))),
)
#: What people call an encoding, where the detector names a larger one around it.
USUAL_NAMES: Final = {"big5hkscs": "big5", "euc_jis_2004": "euc_jp", "shift_jis_2004": "shift_jis"}
#: Codecs of Python that are no encodings of files, though they make text of bytes.
_NO_FILES: Final = frozenset(
    {"idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape", "undefined"}
)
_WIDE: Final = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
#: Bytes of evidence shown to the detector; it looks at no more than this in any case.
_EVIDENCE_BYTES: Final = 160_000
#: Bytes of it that are read in each encoding to see how natural that looks.
_READ_BYTES: Final = 8000
#: With fewer bytes outside ASCII than this, detectors guess.
_FEW_BYTES: Final = 8
#: A reading is much more natural than another if it scores so much more.
_MUCH: Final = 0.15
#: The encodings most files are in, that of a tie first.
_COMMON: Final = ("cp1252", "gb18030", "big5hkscs", "cp932", "euc_jis_2004", "cp949", "cp1251", "cp1250", "cp1254", "cp1253", "koi8-r")
_OUTSIDE_ASCII: Final = re.compile(rb"[\x80-\xff]")
_TELLING_RUN: Final = re.compile(rb"[\x80-\xff]+")
#: Share of runs of bytes outside ASCII that have even length, above which characters are two bytes each.
_PAIRED_SHARE: Final = 0.97
#: Kana, Hangul, Cyrillic as Russian has it, letters of Western Europe, CJK punctuation and wide forms.
_USUAL: Final = re.compile("[\u3040-\u30ff\uac00-\ud7a3\u0400-\u045f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u3000-\u301f\uff01-\uff60]")
#: Two scripts in one word, a capital behind a small letter, two accented letters in a row; and how much each counts.
_ODD: Final = (
    (re.compile("[A-Za-z\u00c0-\u024f][\u0370-\u06ff\u0e00-\u0e7f]|[\u0370-\u06ff\u0e00-\u0e7f](?=[A-Za-z\u00c0-\u024f])"), 1.0),
    (re.compile("[a-z\u00df-\u00ff][\u00c0-\u00de]|[\u0430-\u045f][\u0400-\u042f]|[\u03ac-\u03ce][\u0386-\u03ab]"), 0.7),
    (re.compile("[\u00c0-\u00ff](?=[\u00c0-\u00ff])"), 0.5),
)
_TYPOGRAPHY: Final = frozenset("“”‘’–—…•")
_SYMBOLS: Final = frozenset("€£¥¢°«»‹›¿¡·©®™№§¶×±÷¹²³¼½¾µªº†‡")


def codec_of(encoding: str) -> str | None:
    """Python's name for a text encoding, None if there is none called so."""
    try:
        found = codecs.lookup(encoding)
        "".encode(found.name)  # base64 and rot13 are codecs too, but not of text
    except (LookupError, ValueError, TypeError):
        return None
    return None if found.name in _NO_FILES else found.name


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark: told by where in the file the zero bytes of ASCII characters lie."""
    zeros = data.count(b"\x00")
    if not zeros or _is_ascii_with_zeros(data, zeros):
        return None
    for encoding in _WIDE:
        text = strictly(data[: len(data) // 4 * 4], encoding)
        if text and "\x00" not in text and _LINE_END.search(text) and natural(text[:2000]) > 0.3:
            return encoding
    return None


_LINE_END: Final = re.compile(r"[\r\n,\t;{]")


def _is_ascii_with_zeros(data: bytes, zeros: int) -> bool:
    """A few zero bytes among ASCII are damage, not half of every character."""
    head = data[:200_000]
    return zeros < len(data) / 5 and sum(1 for byte in head if 0 < byte < 128) > 0.9 * len(head)


def strictly(data: bytes, encoding: str) -> str | None:
    """The text of ``data``, None if there is a byte that means nothing."""
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def usual_name(encoding: str, lines: Sequence[bytes]) -> str:
    """What people call the encoding, if these lines read the same under that name."""
    usual = USUAL_NAMES.get(encoding)
    joined = b"".join(lines)
    return usual if usual is not None and strictly(joined, usual) == joined.decode(encoding, errors="replace") else encoding


def guesses(lines: Iterable[bytes]) -> list[str]:
    """Encodings of these lines as Python codec names, likeliest first."""
    evidence = _evidence(lines)
    paired = _double_byte_guesses(evidence)
    found = list(dict.fromkeys([*paired, *_asked(evidence, _CANDIDATES)]))
    head = evidence[:_READ_BYTES]
    scores = {encoding: natural(head.decode(encoding, errors="replace")) for encoding in dict.fromkeys([*found[:8], *_COMMON])}
    return list(dict.fromkeys([*_corrected(found, scores, bool(paired), len(_OUTSIDE_ASCII.findall(head))), *found]))


def _corrected(found: Sequence[str], scores: Mapping[str, float], paired: bool, telling: int) -> list[str]:
    """What goes before the detector's answers where it has little to go by, or where these read much worse than a common encoding.

    :param paired: whether bytes outside ASCII come in pairs, as they do in Chinese, Japanese and Korean.
    :param telling: how many bytes outside ASCII there are.
    """
    if telling < _FEW_BYTES and not paired:
        ranks = [*_COMMON, *found]
        return sorted(scores, key=lambda encoding: (-round(scores[encoding], 1), ranks.index(encoding)))
    best = max(scores, key=scores.__getitem__)
    return [best] if not found or scores[best] > scores[found[0]] + _MUCH else []


def _asked(evidence: bytes, candidates: tuple[str, ...]) -> list[str]:
    """The detector's answers."""
    found = chardet.detect_all(
        evidence, prefer_superset=False, compat_names=False, include_encodings=candidates, no_match_encoding=candidates[0]
    )
    names = [codecs.lookup(guess["encoding"]).name for guess in found if guess["encoding"]]
    return [name for name in names if name != "utf-8"]


def _double_byte_guesses(evidence: bytes) -> list[str]:
    """Chinese, Japanese and Korean encodings, if bytes outside ASCII nearly always come in pairs.

    Detectors take a few Chinese words among much English for accented letters; but those mostly stand alone, and letters of other
    scripts make words of odd and even length alike.
    """
    runs = _TELLING_RUN.findall(evidence)
    pairs = sum(len(run) % 2 == 0 for run in runs)
    return _asked(b"\n".join(dict.fromkeys(runs)), DOUBLE_BYTE) if pairs > _PAIRED_SHARE * len(runs) else []


def _evidence(lines: Iterable[bytes]) -> bytes:
    """What tells encodings apart: lines with bytes outside ASCII, taken evenly from all.

    Detectors look at the first kilobytes only, and are misled when those are plain ASCII.
    """
    telling = [_from_first_telling_byte(line) for line in lines if not line.isascii()]
    step = sum(map(len, telling)) // _EVIDENCE_BYTES + 1
    return b"\n".join(telling[::step])[:_EVIDENCE_BYTES]


def _from_first_telling_byte(line: bytes) -> bytes:
    """A very long line (a whole JSON file, say) from its first byte outside ASCII on; other lines as they are."""
    line = line.rstrip(b"\r\n")
    start = _OUTSIDE_ASCII.search(line) if len(line) > _EVIDENCE_BYTES else None
    return line[start.start() :] if start else line


def natural(text: str) -> float:
    """How much the characters outside ASCII look like somebody's writing, 0 to 1; 1 for none.

    Bytes read in a wrong encoding still make characters, but rare ones, symbols, and letters in places where no word has them.
    """
    scores = [_usual(character) for character in text if character > "\x7f"]
    if not scores:
        return 1.0
    odd = sum(weight * len(pattern.findall(text)) for pattern, weight in _ODD)
    return max(0.0, (sum(scores) - odd) / len(scores))


@lru_cache(maxsize=20_000)
def _usual(character: str) -> float:
    if "\u4e00" <= character <= "\u9fff":
        return 1.0 if _frequent_hanzi(character) else 0.3
    if character >= "\U0001f000" or "\u2600" <= character <= "\u27bf" or "\u0e00" <= character <= "\u0e7f":
        return 1.0  # emoji, which no single byte makes, and Thai with its marks, which are no letters
    if _USUAL.match(character):
        return 0.6 if character in "ÐðÝýÞþ" else 1.0  # where Turkish and Czech letters lie in other encodings
    if character in _TYPOGRAPHY or character in _SYMBOLS:
        return 0.97 if character in _TYPOGRAPHY else 0.7
    return 1.0 if "\u0100" <= character <= "\u0e7f" and character.isalpha() else 0.5 if character.isalpha() else 0.0


def _frequent_hanzi(character: str) -> bool:
    """Whether the character is among the frequent ones of the mainland (GB 2312), of Taiwan (Big5) or of Japan (JIS), each of
    which begins with them."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("cp932", 0x88, 0x98)):
        try:
            lead = character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return False
