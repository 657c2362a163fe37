"""Quotation marks that open a cell and never close it, kept from swallowing the lines behind them."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from playground.data.text.dialect import Dialect, lines_of

#: A quoted cell longer than this is given up as one that never closes; looking further for every stray mark would take forever.
_MOST_LINES: Final = 5000
#: Share of the lines inside a quoted cell that would be whole records by themselves, from which on they are.
_RECORDS_SHARE: Final = 0.5


class _TooFar(Exception):
    """Raised through the reader when a cell runs on and on."""


class Mended:
    """The records of a text in which a line is taken plainly when its quotation mark would swallow others."""

    def __init__(self, text: str, dialect: Dialect, width: int) -> None:
        self._source = _Lines(lines_of(text))
        self._dialect = dialect
        self._width = width
        #: Lines with a stray quotation mark, counted from 1.
        self.stray: list[int] = []

    def records(self) -> Iterator[list[str]]:
        """:raises csv.Error: if a cell is longer than the field size limit though no mark is stray."""
        reader = self._dialect.reader(self._source, strict=True)
        while True:
            self._source.forget()
            try:
                yield next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooFar):
                yield from self._taken_apart(self._source.taken)
                reader = self._dialect.reader(self._source, strict=True)

    def _taken_apart(self, lines: list[str]) -> Iterator[list[str]]:
        """The record of the first line alone, if the others are records of their own; else all of them as leniently as can be."""
        first, *behind = lines
        if swallows(behind, self._dialect, self._width):
            self.stray.append(self._source.number - len(behind))
            self._source.give_back(behind)
            lines = [first]
            yield from self._dialect.reader(lines, quoted=False)
        else:
            yield from self._dialect.reader(lines)


class _Lines:
    """Lines that can be given back, and that know which of them the reader took for its current record."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        #: Number of the line handed out last, counted from 1.
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) > _MOST_LINES:
            raise _TooFar
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.taken.append(line)
        self.number += 1
        return line

    def forget(self) -> None:
        self.taken = []

    def give_back(self, lines: Sequence[str]) -> None:
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)


def swallows(lines: Sequence[str], dialect: Dialect, width: int) -> bool:
    """Whether lines inside a quoted cell look like records of their own rather than like a text of several lines."""
    whole = [line for line in lines if line.strip()]
    if not whole or width < 2:
        return bool(whole)
    alike = sum(line.count(dialect.delimiter) == width - 1 for line in whole)
    return alike >= _RECORDS_SHARE * len(whole)
