"""Text that was once read in a wrong encoding and saved again ("cafÃ©", "ä½ å¥½", "浣犲ソ", "ÄãºÃ"): noticed, and turned back if it can be.

A line is turned back only if its garbled parts become whole and natural characters again; any other garbled line is only counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from playground.data.text.detect import natural

#: UTF-8 read as Latin-1 or windows-1252: a letter that is the first byte of a character, then what its second byte looks like.
_UTF8_AS_LATIN: Final = re.compile(
    rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]"
    rb"|\xe2(?:\x80[\x93\x94\x98-\x9a\x9c-\x9e\xa0-\xa2\xa6\xb0\xb9\xba]|\x82\xac|\x84\xa2))"
)
#: GBK read as Latin-1: no language has four letters beyond ASCII and more in a row so often.
_GBK_AS_LATIN: Final = re.compile(rb"(?:\xc2[\xa1-\xbf]|\xc3[\x80-\xbe]){4}")
#: The same for a whole file, several times as fast because it begins with one certain byte.
_GBK_AS_LATIN_SOMEWHERE: Final = re.compile(rb"\xc3[\x80-\xb7](?:\xc2[\xa1-\xbf]|\xc3[\x80-\xbe]){3}")
#: UTF-8 read as GBK: what becomes of a comma, a full stop, quotation marks, 的 and 你.
_UTF8_AS_GBK: Final = re.compile("锛|銆|鈥|鐨|浣犲".encode())
_LATIN_RUN: Final = re.compile("[\u00a1-\u00fe]{2,}")
_LATIN_REST: Final = re.compile("[\u0080-\u00ff]{2}")
_FOREIGN_RUN: Final = re.compile("[^\x00-\x7f]+")
#: The last two garble much of a file where they garble anything; a few odd lines among good ones are odd, not garbled.
_FEWEST_SHARE: Final = 0.2
#: After so many suspicious lines of which none was garbled, the language simply has such letters.
_ENOUGH_LINES: Final = 2000

#: Lines beyond repair that are passed over in search of one to show.
_SHOWN: Final = 100

#: A line -> the line turned back as far as can be; None if it is not garbled.
Way = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Garbled:
    """The lines of a text that were read wrongly before they came here."""

    #: The text with every line turned back that can be.
    text: str
    repaired: int
    #: Garbled lines beyond repair.
    left: int
    #: The first garbled line as it stands in the file, and what it was ("" if it is beyond repair).
    before: str
    after: str


def find_garbled(data: bytes, text: str) -> Garbled | None:
    """Find garbled lines and turn them back; None if there are none.

    :param data: the bytes of a file in UTF-8.
    :param text: the same, decoded.
    """
    for somewhere, marks, way, everywhere in _KINDS:
        if somewhere.search(data):
            garbled = _turned_back(text, marks, way, everywhere)
            if garbled is not None:
                return garbled
    return None


def _turned_back(text: str, marks: re.Pattern[bytes], way: Way, everywhere: bool) -> Garbled | None:
    found: list[tuple[int, int, str]] = []
    telling = seen = 0
    for start, end in _lines(text):
        line = text[start:end]
        if line.isascii():
            continue
        telling += 1
        if not marks.search(line.encode("utf-8")):
            continue
        seen += 1
        fixed = way(line)
        if fixed is not None:
            found.append((start, end, fixed))
        elif seen >= _ENOUGH_LINES and not found:
            return None
    if not found or (everywhere and len(found) < _FEWEST_SHARE * telling):
        return None
    left = [one for one in found if marks.search(one[2].encode("utf-8")) or "\ufffd" in one[2]]
    start, end, after = next((one for one in found if one not in left[:_SHOWN]), found[0])
    return Garbled(_replaced(text, found), len(found) - len(left), len(left), text[start:end], "" if len(left) == len(found) else after)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Where lines begin and end; a list of all of them would take several times the memory of the text."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


def _replaced(text: str, found: Sequence[tuple[int, int, str]]) -> str:
    parts, last = [], 0
    for start, end, fixed in found:
        parts += [text[last:start], fixed]
        last = end
    return "".join([*parts, text[last:]])


def _latin(line: str) -> str | None:
    # Imported here: only files with such marks need it.
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    if not is_bad(line):
        return None
    try:
        return line.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return str(fix_encoding(line))


def _latin_pairs(line: str) -> str | None:
    fixed = _LATIN_RUN.sub(lambda run: _reread(run.group(), "latin-1", "gb2312"), line)
    return None if fixed == line or _LATIN_REST.search(fixed) else fixed


def _hanzi(line: str) -> str | None:
    fixed = _FOREIGN_RUN.sub(lambda run: _reread(run.group(), "gb18030", "utf-8"), line)
    return None if fixed == line else fixed


def _reread(run: str, wrong: str, right: str) -> str:
    """The run as it was, if that is Chinese as people write it."""
    try:
        fixed = run.encode(wrong).decode(right)
    except UnicodeError:
        return run
    return fixed if natural(fixed) > 0.9 and any(character >= "\u4e00" for character in fixed) else run


#: What a file and a line of each kind hold, how to turn the line back, and whether the kind must be all over a file to be believed.
_KINDS: Final[tuple[tuple[re.Pattern[bytes], re.Pattern[bytes], Way, bool], ...]] = (
    (_GBK_AS_LATIN_SOMEWHERE, _GBK_AS_LATIN, _latin_pairs, True),
    (_UTF8_AS_GBK, _UTF8_AS_GBK, _hanzi, True),
    (_UTF8_AS_LATIN, _UTF8_AS_LATIN, _latin, False),
)
