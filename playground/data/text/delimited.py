"""CSV in all its dialects: whether it has a header, what does not belong to the table, and its cells as plain strings."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from playground.data.formats.frames import check_size, frame_of, strings, unique_names
from playground.data.limits import Limits
from playground.data.plain import plain
from playground.data.text.dialect import Dialect, can_delimit, lines_of, sniff
from playground.data.text.drawn import undrawn
from playground.data.text.edges import records_above, without_totals
from playground.data.text.header import first_row_is_header
from playground.data.text.stray import Mended, swallows
from playground.data.types import Finding
from playground.errors import DatasetError

_SAMPLE_ROWS: Final = 200
_CHUNK_ROWS: Final = 10_000
#: A cell with so many line breaks is looked at: other rows may be inside it.
_SUSPICIOUS_BREAKS: Final = 2
_MOST_SUSPECTS: Final = 1000
_SEP_LINE: Final = re.compile(r'\ufeff?"?sep=(.)"?\r?\n?', re.IGNORECASE)
_SHOWN_CHARACTERS: Final = 60


@dataclass(slots=True)
class _Columns:
    """Cells collected column by column, in chunks, so that memory grows with the text and not with Python objects."""

    header: list[str] | None
    #: Cells a record needs so as not to be short; columns of blank names at the end may be missing.
    needed: int
    width: int
    chunks: list[list[pa.Array]] = field(default_factory=list)
    rows: int = 0
    #: Records with more cells than the table has columns, by their number, counted from 1 with the header.
    long: list[int] = field(default_factory=list)
    #: Rows with fewer cells, counted from 0 without the header.
    short: list[int] = field(default_factory=list)
    #: Records that are the header again.
    repeated: int = 0
    #: Some of the cells with line breaks.
    suspects: list[str] = field(default_factory=list)

    def add(self, records: Sequence[list[str]], first: int) -> None:
        """:param first: number of the first record, counted from 1 with the header."""
        if self.header is not None and self.header in records:
            self.repeated += records.count(self.header)
            records = [[] if record == self.header else record for record in records]
        if set(map(len, records)) == {self.width}:
            fitting = [record for record in records if any(record)]
        else:
            fitting = list(self._fitted(records, first))
        if fitting:
            chunk = [strings(cells) for cells in zip(*fitting, strict=True)]
            for cells in chunk:
                broken = pc.greater_equal(pc.count_substring(cells, "\n"), _SUSPICIOUS_BREAKS)
                if pc.any(broken).as_py():
                    self._suspect(cells.filter(broken).to_pylist())
            self.chunks.append(chunk)
            self.rows += len(fitting)

    def _fitted(self, records: Sequence[list[str]], first: int) -> Iterator[list[str]]:
        """Records as wide as the table; blank lines and those with too many cells are left out."""
        row = self.rows
        for number, record in enumerate(records, start=first):
            if not any(record):
                continue
            if len(record) > self.width and any(record[self.width :]):
                self.long.append(number)
                self._suspect(cell for cell in record if cell.count("\n") >= _SUSPICIOUS_BREAKS)
                continue
            if len(record) < self.needed:
                self.short.append(row)
            row += 1
            yield (record + [""] * (self.width - len(record)))[: self.width]

    def _suspect(self, cells: Iterable[str]) -> None:
        self.suspects += islice(cells, max(0, _MOST_SUSPECTS - len(self.suspects)))

    def column(self, place: int) -> pa.ChunkedArray:
        return pa.chunked_array([chunk[place] for chunk in self.chunks], type=pa.large_string())

    def is_blank(self, place: int) -> bool:
        return all(pc.all(pc.equal(chunk[place], "")).as_py() for chunk in self.chunks)


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A CSV under one dialect."""

    columns: _Columns
    #: The header as written; blank where there is none.
    names: list[str]
    headed: bool
    #: What the lines above the header said.
    above: tuple[str, ...]


def read_delimited(text: str, name: str, delimiter: str | None, limits: Limits) -> tuple[pd.DataFrame, str | None, tuple[Finding, ...]]:
    """The cells of a CSV, its delimiter (None for a single column) and what was odd about it.

    :param delimiter: given by the person, instead of the detected one: a character, or one of the usual ones of several characters.
    :raises DatasetError: "bad_delimiter", "cell_too_long", "rows_all_too_wide", "too_many_rows", "too_many_columns" or "no_rows".
    """
    if delimiter is not None and not can_delimit(delimiter):
        raise DatasetError("bad_delimiter", delimiter=delimiter[:20])
    announced = _SEP_LINE.match(text)
    body = text[announced.end() :] if announced else text
    table = undrawn(body) if delimiter in (None, "|") else None
    if table is not None:
        return _finished(_parse(Dialect("|").records(table), name, limits), "|")
    found = sniff(body)
    wanted = delimiter or (announced.group(1) if announced else None)
    dialect = found if wanted is None or wanted == found.delimiter else Dialect(wanted)
    try:
        parsed, stray = _without_stray_quotes(body, dialect, name, limits)
    except DatasetError as error:
        if wanted is not None or error.code != "rows_all_too_wide" or error.facts["columns"] != 1:
            raise
        # One name above, and a mark in every line below: it belongs to the sentences.
        dialect = Dialect("", dialect.quote)
        parsed, stray = _without_stray_quotes(body, dialect, name, limits)
    return _finished(parsed, dialect.delimiter or None, stray, lines_before=1 if announced else 0)


def _without_stray_quotes(text: str, dialect: Dialect, name: str, limits: Limits) -> tuple[_Parsed, list[int]]:
    """The table, read again with stray quotation marks as plain characters if one of them swallowed other rows; and their lines."""
    try:
        parsed = _parse(dialect.records(text), name, limits)
        width = parsed.columns.width
        if dialect.quote is None or not any(swallows(cell.split("\n")[1:], dialect, width) for cell in parsed.columns.suspects):
            return parsed, []
    except DatasetError as error:
        if dialect.quote is None or error.code != "cell_too_long":
            raise
        width = len(next(dialect.reader(lines_of(text), quoted=False), [""]))
    mended = Mended(text, dialect, width)
    return _parse(mended.records(), name, limits), mended.stray


def _parse(records: Iterator[list[str]], name: str, limits: Limits) -> _Parsed:
    csv.field_size_limit(limits.cell_characters)
    try:
        first = [record for record in islice(records, _SAMPLE_ROWS + 1) if any(cell.strip() for cell in record)]
        if not first:
            raise DatasetError("no_rows", name=name)
        place = records_above(first)
        above, first = first[:place], first[place:]
        headed = first_row_is_header(first)
        names = _raw_names(first, headed)
        check_size(1, len(names), name, limits)
        # The header may come again where files were put one behind the other; a line that comes all the time is none.
        again = headed and first.count(first[0]) <= 2
        columns = _Columns(first[0] if again else None, _needed(names, headed), len(names))
        number = 1 + headed + len(above)
        rest = chain(first[1:] if headed else first, records)
        while chunk := list(islice(rest, _CHUNK_ROWS)):
            columns.add(chunk, number)
            number += len(chunk)
            check_size(max(columns.rows, 1), columns.width, name, limits)
    except csv.Error as error:
        raise DatasetError("cell_too_long", name=name, limit=limits.cell_characters) from error
    if columns.long and not columns.rows:
        raise DatasetError("rows_all_too_wide", name=name, columns=columns.width)
    check_size(columns.rows, columns.width, name, limits)
    return _Parsed(columns, names, headed, tuple(" ".join(filter(None, record)) for record in above))


def _raw_names(first: Sequence[list[str]], headed: bool) -> list[str]:
    """The header as written, or a blank for every column of a table without one."""
    widths = Counter(map(len, first[1:] or first))
    common, count = widths.most_common(1)[0]
    if not headed:
        return [""] * common
    header = list(first[0])
    if not any(row[0].startswith("#") for row in first[1:] if row):
        header[0] = header[0].lstrip("# ")
    # R writes row names without naming their column: then every row is exactly one cell longer than the header.
    unnamed = len(header) == common - 1 and count > 0.95 * (len(first) - 1) and len(first) > 2 and all(row[-1].strip() for row in first[1:])
    return ["", *header] if unnamed else header


def _needed(names: Sequence[str], headed: bool) -> int:
    return max((place for place, one in enumerate(names, start=1) if one.strip()), default=len(names)) if headed else len(names)


def _finished(
    parsed: _Parsed, delimiter: str | None, stray: Sequence[int] = (), lines_before: int = 0
) -> tuple[pd.DataFrame, str | None, tuple[Finding, ...]]:
    """The frame without what is no column and no row of it, and what was odd."""
    columns = parsed.columns
    names, renamed = unique_names(parsed.names)
    # A delimiter at the end of every line makes a column without a name and without a value.
    kept = [place for place, raw in enumerate(parsed.names) if raw.strip() or not columns.is_blank(place)] or [0]
    frame = frame_of({names[place]: columns.column(place) for place in kept})
    frame, totals = without_totals(frame)
    columns.short = [row for row in columns.short if row < len(frame)]
    renamed = renamed and any(names[place] != " ".join(parsed.names[place].split()) for place in kept)
    findings = [*_findings(columns, list(frame.columns), parsed.headed, renamed), *_left_out(parsed.above, columns.repeated, totals)]
    if stray:
        lines = [line + lines_before for line in stray]
        findings.append(Finding("stray_quotes", "warning", {"count": len(lines), "lines": _listed(lines)}))
    return frame, delimiter, tuple(findings)


def _findings(columns: _Columns, names: Sequence[str], headed: bool, renamed: bool) -> Iterator[Finding]:
    if columns.long:
        yield Finding("rows_too_wide", "warning", {"count": len(columns.long), "columns": columns.width, "records": _listed(columns.long)})
    if columns.short:
        yield Finding("rows_too_narrow", "info", {"count": len(columns.short), "columns": columns.width}, tuple(columns.short[:1000]))
    if not headed:
        yield Finding("no_header", "info", {"names": ", ".join(names[:4]) + (" …" if len(names) > 4 else "")})
    elif renamed:
        yield Finding("columns_renamed", "info")


def _left_out(above: Sequence[str], repeated: int, totals: Sequence[str]) -> Iterator[Finding]:
    if above:
        yield Finding("title_rows", "info", {"count": len(above), "title": plain(above[0])[:_SHOWN_CHARACTERS]})
    if repeated:
        yield Finding("header_repeated", "info", {"count": repeated})
    if totals:
        yield Finding("total_lines", "info", {"count": len(totals), "first": plain(totals[0])[:_SHOWN_CHARACTERS]})


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (" …" if len(numbers) > 5 else "")
