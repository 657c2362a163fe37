"""How the cells of a delimited text are told apart, found on its beginning."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

import clevercsv

#: What people and programs put between cells. Spaces, colons, dots and dashes are left out: they occur in every sentence.
_DELIMITERS: Final = (",", "\t", ";", "|", "^", "~", "#", "¦", "§", "¶", "•", "\x01", "\x1c", "\x1d", "\x1e", "\x1f")
#: Two spaces and more, as programs line columns up.
SPACES: Final = "  "
#: Delimiters of several characters; longer ones first, so that "|||" is not taken for "||".
MULTIPLE: Final = ("|||", ":::", "###", "||", "::", "\t\t", "@@", "##", "$$", "&&", "%%", "~~", "^^", ";;", SPACES)
#: A character that no text holds stands for the delimiter where the library knows single characters only, or where there is none.
_STAND_IN: Final = "\ue000"
#: Characters the dialect is decided on; the library's effort grows with them.
_SAMPLE_CHARACTERS: Final = 24_000
_SAMPLE_ROWS: Final = 200
#: Lines at the top that may be a title, when the sample as a whole makes no table.
_TITLE_LINES: Final = 6
#: Characters wrapped as a file at once: a whole text would cost four bytes a character.
_PIECE_CHARACTERS: Final = 1_000_000
_SPACES: Final = re.compile(r"(?<=\S)(?: {2,}|[ ]*\t[ \t]*)(?=\S)")
#: Share of the sample's lines that a delimiter of several characters must divide alike.
_EVEN_SHARE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart."""

    #: "" for a single column.
    delimiter: str
    #: The quotation mark; None where such marks are ordinary characters.
    quote: str | None = '"'
    #: The character that takes a quote's meaning away, where doubling does not.
    escape: str | None = None

    def records(self, text: str) -> Iterator[list[str]]:
        """The cells of every record; quoted line breaks stay inside their cell."""
        return self.reader(lines_of(text))

    def reader(self, lines: Iterable[str], *, strict: bool = False, quoted: bool = True) -> Iterator[list[str]]:
        """The same for lines with their line ends.

        :param strict: raise ``csv.Error`` at a quotation mark that closes before a cell ends, or never.
        :param quoted: False to take quotation marks for ordinary characters whatever the dialect says.
        """
        quote = self.quote if quoted else None
        return csv.reader(
            self._with_stand_in(lines),
            delimiter=self.delimiter if len(self.delimiter) == 1 else _STAND_IN,
            quoting=csv.QUOTE_NONE if quote is None else csv.QUOTE_MINIMAL,
            quotechar=quote or '"',
            doublequote=self.escape is None,
            escapechar=self.escape if quote else None,
            strict=strict,
        )

    def _with_stand_in(self, lines: Iterable[str]) -> Iterable[str]:
        if self.delimiter == SPACES:
            return (_SPACES.sub(_STAND_IN, line.lstrip(" ")) for line in lines)
        if len(self.delimiter) > 1:
            return (line.replace(self.delimiter, _STAND_IN) for line in lines)
        return lines


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text with their ends, a piece of it at a time."""
    return chain.from_iterable(io.StringIO(piece, newline="") for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PIECE_CHARACTERS) + 1 or len(text)
        yield text[start:end]
        start = end


def can_delimit(delimiter: str) -> bool:
    """Whether a person may give this as the delimiter."""
    return delimiter in MULTIPLE or (len(delimiter) == 1 and delimiter not in '"\r\n')


def sniff(text: str) -> Dialect:
    """The dialect of a sample from the beginning of ``text``; no delimiter if it is one column."""
    # The limit belongs to the whole process; a smaller one left by another file must not judge this sample.
    csv.field_size_limit(max(csv.field_size_limit(), _SAMPLE_CHARACTERS))
    sample = _sample(text)
    found = _sniffed(sample)
    if found.delimiter:
        return found
    lines = sample.splitlines(keepends=True)
    if len(lines) > 2 * _TITLE_LINES:
        below = _sniffed("".join(lines[_TITLE_LINES:]))
        if below.delimiter:
            return below
    return Dialect(SPACES, None) if _is_lined_up(sample) else found


def _sample(text: str) -> str:
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample) and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]
    lines = sample.splitlines(keepends=True)
    commented = next((place for place, line in enumerate(lines) if not line.startswith("#")), 0)
    # Comments at the top say nothing about the cells; texts that begin with # go on doing so.
    return "".join(lines[commented:]) if len(lines) - commented > commented else sample


def _sniffed(sample: str) -> Dialect:
    multiple = next((mark for mark in MULTIPLE if mark != SPACES and _divides_alike(sample, mark)), None)
    if multiple:
        return Dialect(multiple)
    return _by_library(sample, _DELIMITERS)


def _by_library(sample: str, delimiters: Sequence[str]) -> Dialect:
    present = [character for character in delimiters if character in sample]
    if not present:
        return Dialect("")
    try:
        found = clevercsv.Sniffer().sniff(sample, delimiters=present)
    except clevercsv.Error:
        found = None
    if found is None or found.delimiter not in present:
        # Hashtags at the start of every line keep the library from seeing the rest.
        return _by_library(sample, [mark for mark in delimiters if mark != "#"]) if "#" in present else Dialect("")
    quote = _quote(sample, found.delimiter, found.quotechar or "")
    dialect = Dialect(found.delimiter, quote, "\\" if found.escapechar == "\\" and quote else None)
    if _splits_evenly(sample, dialect):
        return dialect
    rest = [mark for mark in delimiters if mark != found.delimiter]
    return _by_library(sample, rest) if "#" in present and len(present) > 1 else Dialect("", quote)


def _quote(sample: str, delimiter: str, found: str) -> str | None:
    """Without any quotation mark in the sample a later one still means what it means; with some, the library has judged them."""
    if found == "'":
        edge = re.escape(delimiter)
        cells = re.findall(rf"(?:^|{edge})'[^\n]*?'(?={edge}|\r?$)", sample, re.MULTILINE)
        return "'" if len(cells) * 2 >= sample.count("\n") else '"'
    if found == '"' or '"' not in sample or _is_quoted(sample, delimiter):
        return '"'
    edge = re.escape(delimiter)
    needed = re.search(rf'(?:^|{edge})"[^"\n]*{edge}[^"\n]*"(?={edge}|\r?$)', sample, re.MULTILINE)
    return '"' if needed else None


def _is_quoted(sample: str, delimiter: str) -> bool:
    """Whether all quotation marks are where those of cells are, and every record then has the same number of cells."""
    widths: set[int] = set()
    try:
        for record in Dialect(delimiter).reader(lines_of(sample), strict=True):
            widths.add(len(record))
    except csv.Error:
        return False
    widths.discard(0)
    return len(widths) == 1


def _splits_evenly(sample: str, dialect: Dialect) -> bool:
    """Whether the delimiter makes columns, rather than being punctuation in a single column of sentences."""
    records = [record for record in islice(dialect.records(sample), _SAMPLE_ROWS) if any(record)]
    widths = Counter(map(len, records))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    # A comma with a space behind it is punctuation, unless nearly every line has as many.
    spaced = sample.count(f"{dialect.delimiter} ") >= 0.9 * sample.count(dialect.delimiter)
    return width > 1 and count >= max(1, (0.8 if spaced else 0.5) * len(records))


def _divides_alike(sample: str, mark: str) -> bool:
    """Whether nearly every line holds ``mark`` equally often, and its character hardly ever alone (else that is the delimiter)."""
    lines = [line for line in sample.splitlines() if line.strip()][:_SAMPLE_ROWS]
    counts = Counter(line.count(mark) for line in lines)
    count, often = max(counts.items(), key=lambda item: item[1], default=(0, 0))
    if count == 0 or len(lines) < 2 or often < _EVEN_SHARE * len(lines):
        return False
    alone = sum(len(mark) * line.count(mark) != line.count(mark[0]) for line in lines)
    return alone <= (1 - _EVEN_SHARE) * len(lines)


def _is_lined_up(sample: str) -> bool:
    """Whether runs of spaces stand between the same number of cells in nearly every line."""
    lines = [line for line in sample.splitlines() if line.strip()][:_SAMPLE_ROWS]
    widths = Counter(len(_SPACES.findall(line.strip())) for line in lines)
    gaps, often = max(widths.items(), key=lambda item: item[1], default=(0, 0))
    return gaps > 0 and len(lines) > 2 and often >= _EVEN_SHARE * len(lines)
