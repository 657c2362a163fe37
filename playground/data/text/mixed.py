"""Files whose lines are not all in one encoding, or hold broken characters: each line is read as it was written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from playground.data.text.detect import DOUBLE_BYTE, guesses, natural, strictly, usual_name

_REPLACEMENT: Final = "\ufffd"
#: What Python makes of bytes that are no UTF-8 when told to keep them.
_BROKEN_RUN: Final = re.compile("[\udc80-\udcff]+")
_FOREIGN_WORD: Final = re.compile("[^\x00-\x7f]{4}")
_OUTSIDE_ASCII: Final = re.compile(rb"[\x80-\xff]")
_SEQUENCE: Final = re.compile(rb"([\xc2-\xdf])[\x80-\xbf]|([\xe0-\xef])[\x80-\xbf]{2}|([\xf0-\xf4])[\x80-\xbf]{3}")
#: An encoding is that of some lines if it reads at least this share of them without a fault.
_FITTING_SHARE: Final = 0.8
#: Besides UTF-8, more encodings than this in one file are noise.
_MOST_OTHERS: Final = 3
#: With this many valid UTF-8 lines for each that is not, valid ones are no coincidence.
_BEYOND_CHANCE: Final = 20
#: More characters than this are never all valid UTF-8 by chance.
_MOST_BY_CHANCE: Final = 6
#: Lines on which it is learned what the characters of a file look like.
_LEARNED_LINES: Final = 2000
#: More broken characters than this share of those outside ASCII is no text in any encoding known here.
_HOPELESS_SHARE: Final = 0.3
#: What somebody wrote looks at least this natural.
_NATURAL: Final = 0.85
_SURELY_NATURAL: Final = 0.95
#: Readings that look less natural than this are guesses at best.
_UNNATURAL: Final = 0.4
#: So much of a file that reads like this in every encoding that has all its bytes is noise: characters outside ASCII, and how natural.
_NOISE_CHARACTERS: Final = 500
_NOISE: Final = 0.7
_LOOKED_AT_BYTES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Lines:
    """A file read line by line."""

    text: str
    #: That of most lines with characters outside ASCII.
    encoding: str
    #: Every other encoding -> its lines, counted from 1.
    others: Mapping[str, tuple[int, ...]]
    #: Characters that could not be read and show as U+FFFD.
    damaged: int
    #: Whether the file ends inside a character, which is left out.
    cut: bool


@dataclass(slots=True)
class _Reading:
    """The lines of a file, and the encodings of those with characters outside ASCII, by their place.

    Texts are made only where two readings are compared: kept for every line they would take several times the memory of the file.
    """

    lines: list[bytes]
    encodings: dict[int, str]
    cut: bool = False

    def take(self, places: Iterable[int], encoding: str) -> None:
        self.encodings |= dict.fromkeys(places, encoding)

    def main(self) -> str:
        """The encoding of most lines."""
        return Counter(self.encodings.values()).most_common(1)[0][0] if self.encodings else "utf-8"

    def loosely(self, places: Iterable[int]) -> list[str]:
        """Lines as they read in the encoding of most, with U+FFFD for what means nothing in it."""
        main = self.main()
        return [self.lines[place].decode(main, errors="replace") for place in places]


def read_lines(data: bytes) -> Lines | None:
    """The text of bytes that are not plainly UTF-8; None if hardly a line makes sense in any encoding."""
    lines = data.splitlines(keepends=True)
    telling = [place for place, line in enumerate(lines) if not line.isascii()]
    valid = [place for place in telling if strictly(lines[place], "utf-8") is not None]
    broken = sorted(set(telling).difference(valid))
    leads = _leads([_telling_part(lines[place]) for place in (valid or broken)[:_LEARNED_LINES]])
    reading = _Reading(lines, {})
    reading.take(valid, "utf-8")
    damaged_lines = {place for place in broken[:_LEARNED_LINES] if _is_damaged_utf8(lines[place], leads)}
    if damaged_lines or len(valid) >= len(broken):  # else the file is simply in another encoding
        damaged_lines |= {place for place in broken[_LEARNED_LINES:] if _is_damaged_utf8(lines[place], leads)}
    _read_foreign(reading, [place for place in broken if place not in damaged_lines])
    rest = [place for place in telling if place not in reading.encodings]
    texts = reading.loosely(rest)
    damaged = sum(text.count(_REPLACEMENT) for text in texts)
    outside = sum(map(_outside, texts)) + len(telling) - len(rest)
    if damaged > max(1, _HOPELESS_SHARE * outside):
        return None
    reading.take(rest, reading.main())
    return _together(reading, damaged)


def _telling_part(line: bytes) -> bytes:
    """A very long line (a whole JSON file, say) from its first byte outside ASCII on, as much of it as is looked at."""
    if len(line) <= _LOOKED_AT_BYTES:
        return line
    found = _OUTSIDE_ASCII.search(line)
    start = found.start() if found else 0
    return line[start : start + _LOOKED_AT_BYTES]


def _outside(text: str) -> int:
    return sum(1 for character in text if character > "\x7f")


def _read_foreign(reading: _Reading, foreign: Sequence[int]) -> None:
    """Read lines that are no UTF-8 in one encoding after the other, as long as one is found that fits."""
    rest = list(foreign)
    doubtful: list[int] = []
    first = None
    for turn in range(_MOST_OTHERS):
        encoding, all_fit = _encoding_of([reading.lines[place] for place in rest])
        if encoding is None:
            break
        fitting = rest if all_fit else [place for place in rest if strictly(reading.lines[place], encoding) is not None]
        if turn:  # one more encoding must make more of them than a few broken characters in the one found before
            texts = reading.loosely(fitting)
            pairs = zip(fitting, texts, strict=True)
            fitting = [place for place, text in pairs if not _is_damaged(text, reading.lines[place].decode(encoding))]
        else:
            first = encoding
            doubtful = _doubtful(reading, fitting, encoding)
            fitting = sorted(set(fitting).difference(doubtful))
            if len(reading.encodings) <= _BEYOND_CHANCE * len(foreign):
                fitting += _valid_by_chance(reading, encoding)
        reading.take(fitting, encoding)
        rest = [place for place in rest if place not in reading.encodings]
        if rest and rest[-1] == len(reading.lines) - 1:
            rest = _without_cut_character(reading, rest, encoding)
    if first is not None:
        reading.take([place for place in doubtful if place not in reading.encodings], first)


def _doubtful(reading: _Reading, places: Sequence[int], encoding: str) -> list[int]:
    """Lines with a character or two that fit the encoding but make no sense in it: among others of it they may be in another."""
    if encoding not in DOUBLE_BYTE or len(places) > _LEARNED_LINES:
        return []
    return [place for place in places if natural(reading.lines[place].decode(encoding)) < _UNNATURAL]


def _is_damaged(text: str, other: str) -> bool:
    """Whether a line with broken characters makes sense apart from these, and as much as its reading in another encoding."""
    sound = text.count(_REPLACEMENT) * 2 <= _outside(text) and natural(text.replace(_REPLACEMENT, "")) > 0.9
    # Accents stand alone; where whole words are outside ASCII, shifted bytes of Chinese make odd Cyrillic only too easily.
    words = len(_FOREIGN_WORD.findall(other)) > 0
    return sound or natural(other) < max(_SURELY_NATURAL if words else _NATURAL, natural(text))


def _without_cut_character(reading: _Reading, rest: list[int], encoding: str) -> list[int]:
    """The last line of a file that ends inside a character makes sense without its last bytes."""
    *others, last = rest
    whole = strictly(reading.lines[last], encoding)
    text = _cut_text(reading.lines[last], encoding) if encoding in DOUBLE_BYTE and whole is None else None
    if text is None:
        return rest
    reading.lines[last] = text.encode(encoding)
    reading.take([last], encoding)
    reading.cut = True
    return others


def _cut_text(line: bytes, encoding: str) -> str | None:
    """The text of a line, without its last bytes if they are the beginning of a character."""
    readings = (strictly(line[: len(line) - missing], encoding) for missing in range(4))
    return next((text for text in readings if text is not None), None)


def _together(reading: _Reading, damaged: int) -> Lines:
    main = reading.main()
    places: dict[str, list[int]] = {main: []}
    for place, encoding in sorted(reading.encodings.items()):
        places.setdefault(encoding, []).append(place)
    names = {encoding: usual_name(encoding, [reading.lines[place] for place in own[:_LEARNED_LINES]]) for encoding, own in places.items()}
    others = {names[encoding]: tuple(place + 1 for place in own) for encoding, own in places.items() if encoding != main}
    # Neighbours of one encoding are read at once; ASCII is the same in all of them.
    foreign = sorted((place, encoding) for place, encoding in reading.encodings.items() if encoding != main)
    parts, start = [], 0
    for place, encoding in [*foreign, (len(reading.lines), main)]:
        parts.append(b"".join(reading.lines[start:place]).decode(main, errors="replace"))
        parts.append(b"".join(reading.lines[place : place + 1]).decode(encoding, errors="replace"))
        start = place + 1
    return Lines("".join(parts), names[main], others, damaged, reading.cut)


def _encoding_of(lines: Sequence[bytes]) -> tuple[str | None, bool]:
    """The likeliest encoding that reads nearly all of these lines, and whether it reads all of them; None if there is none."""
    joined = b"".join(lines)
    for encoding in guesses(lines) if lines else ():
        head = joined[:_LOOKED_AT_BYTES].decode(encoding, errors="replace")
        if _outside(head) > _NOISE_CHARACTERS and natural(head) < _NOISE:
            continue
        if strictly(joined, encoding) is not None:
            return encoding, True
        if encoding in DOUBLE_BYTE:
            fitting = sum(strictly(line, encoding) is not None for line in lines[:-1]) + (_cut_text(lines[-1], encoding) is not None)
            if fitting >= max(1.0, min(len(lines) - 1, _FITTING_SHARE * len(lines))):
                return encoding, False
    return None, False


def _valid_by_chance(reading: _Reading, encoding: str) -> list[int]:
    """Lines that happen to be valid UTF-8 (as a short word in GBK may be) but read more naturally in the encoding of the others."""
    found = []
    for place in reading.encodings:
        if len(_SEQUENCE.findall(reading.lines[place])) > _MOST_BY_CHANCE:
            continue
        other = strictly(reading.lines[place], encoding)
        if other is not None and natural(other) > natural(reading.lines[place].decode("utf-8")):
            found.append(place)
    return found


def _leads(lines: Sequence[bytes]) -> set[int]:
    """The first bytes of the UTF-8 characters in these lines: they tell a cut character from a letter of another encoding."""
    return {match.group()[0] for line in lines for match in _SEQUENCE.finditer(line)}


def _is_damaged_utf8(line: bytes, leads: set[int]) -> bool:
    """UTF-8 in which characters were cut (by a limit in bytes, at the end of a block), or a few bytes went wrong."""
    part = _telling_part(line)
    text = part.decode("utf-8", errors="surrogateescape")
    runs = list(_BROKEN_RUN.finditer(text))
    if len(text) >= 10 * len(runs) and len(_SEQUENCE.findall(part)) >= 10 * len(runs):
        return True
    return bool(leads) and all(_is_cut_character(run.group().encode("utf-8", "surrogateescape"), run.start(), leads) for run in runs)


def _is_cut_character(run: bytes, start: int, leads: set[int]) -> bool:
    if all(0x80 <= byte <= 0xBF for byte in run):
        return start == 0 and len(run) < 4  # the end of a character whose beginning went with the line before
    needed = 2 if run[0] < 0xE0 else 3 if run[0] < 0xF0 else 4
    return run[0] in leads and len(run) < needed and all(0x80 <= byte <= 0xBF for byte in run[1:])
