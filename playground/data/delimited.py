"""CSV in all its dialects: which one it is, whether it has a header, and its cells as plain strings."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Final

import clevercsv
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from playground.data.frames import check_size, frame_of, strings, unique_names
from playground.data.header import first_row_is_header
from playground.data.limits import Limits
from playground.data.types import Finding
from playground.errors import DatasetError

#: What people and programs put between cells. Spaces, colons, dots and dashes are left out: they occur in every sentence.
_DELIMITERS: Final = [",", "\t", ";", "|", "^", "~", "#", "¦", "§", "\x01", "\x1f"]
#: A character no text holds, for files of a single column.
_NO_DELIMITER: Final = "\x1e"
#: Characters the dialect is decided on; the library's effort grows with them.
_SAMPLE_CHARACTERS: Final = 24_000
_SAMPLE_ROWS: Final = 200
_CHUNK_ROWS: Final = 50_000
#: A cell with more line breaks than this was probably opened by a stray quote that never closes.
_SWALLOWED_LINES: Final = 60
_SEP_LINE: Final = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    quoted: bool = True
    #: The character that takes a quote's meaning away, where doubling does not.
    escape: str | None = None

    def records(self, text: str) -> Iterator[list[str]]:
        """The cells of every record; quoted line breaks stay inside their cell."""
        return csv.reader(
            io.StringIO(text, newline=""),
            delimiter=self.delimiter or _NO_DELIMITER,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            doublequote=self.escape is None,
            escapechar=self.escape,
        )


@dataclass(slots=True)
class _Columns:
    """Cells collected column by column, in chunks, so that memory grows with the text and not with Python objects."""

    width: int
    chunks: list[list[pa.Array]] = field(default_factory=list)
    rows: int = 0
    #: Records with more cells than the table has columns, by their number, counted from 1 with the header.
    long: list[int] = field(default_factory=list)
    #: Rows with fewer cells, counted from 0 without the header.
    short: list[int] = field(default_factory=list)
    #: Line breaks in the cell that has most of them.
    most_breaks: int = 0

    def add(self, records: Sequence[list[str]], first: int) -> None:
        """:param first: number of the first record, counted from 1 with the header."""
        fitting: list[list[str]] = []
        for number, record in enumerate(records, start=first):
            missing = self.width - len(record)
            if missing < 0 and any(record[self.width :]):
                self.long.append(number)
                continue
            if missing > 0:
                if not any(record):
                    continue  # a blank line
                self.short.append(self.rows + len(fitting))
                record = [*record, *[""] * missing]
            elif not any(record):
                continue
            fitting.append(record)
        self.rows += len(fitting)
        if fitting:
            chunk = [strings(cells) for cells, _ in zip(zip(*fitting, strict=False), range(self.width), strict=False)]
            self.most_breaks = max(self.most_breaks, *(pc.max(pc.count_substring(cells, "\n")).as_py() for cells in chunk))
            self.chunks.append(chunk)

    def column(self, place: int) -> pa.ChunkedArray:
        return pa.chunked_array([chunk[place] for chunk in self.chunks], type=pa.large_string())


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A CSV under one dialect."""

    columns: _Columns
    names: list[str]
    findings: tuple[Finding, ...]

    def frame(self) -> pd.DataFrame:
        return frame_of({name: self.columns.column(place) for place, name in enumerate(self.names)})


def read_delimited(text: str, name: str, delimiter: str | None, limits: Limits) -> tuple[pd.DataFrame, str | None, tuple[Finding, ...]]:
    """The cells of a CSV, its delimiter (None for a single column) and what was odd about it.

    :param delimiter: one character given by the person, instead of the detected one.
    :raises DatasetError: "bad_delimiter", "cell_too_long", "rows_all_too_wide", "too_many_rows", "too_many_columns" or "no_rows".
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise DatasetError("bad_delimiter", delimiter=delimiter[:20])
    announced = _SEP_LINE.match(text)
    body = text[announced.end() :] if announced else text
    found = sniff(body)
    wanted = delimiter or (announced.group(1) if announced else None)
    dialect = found if wanted is None or wanted == found.delimiter else Dialect(wanted)
    parsed = _parse(body, dialect, name, limits)
    if dialect.quoted:
        parsed = _without_stray_quotes(parsed, body, dialect, name, limits)
    return parsed.frame(), dialect.delimiter or None, parsed.findings


def sniff(text: str) -> Dialect:
    """The dialect of a sample from the beginning of ``text``; no delimiter if it is one column."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample) and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]
    # The limit belongs to the whole process; a smaller one left by another file must not judge this sample.
    csv.field_size_limit(max(csv.field_size_limit(), _SAMPLE_CHARACTERS))
    present = [character for character in _DELIMITERS if character in sample]
    if not present:
        return Dialect("")
    try:
        found = clevercsv.Sniffer().sniff(sample, delimiters=present)
    except clevercsv.Error:
        found = None
    if found is None or found.delimiter not in present:
        return Dialect("")
    # Without any quote in the sample a later one still means what quotes mean; with some, the library has judged them.
    quoted = found.quotechar == '"' or '"' not in sample
    dialect = Dialect(found.delimiter, quoted, "\\" if found.escapechar == "\\" and quoted else None)
    return dialect if _splits_evenly(sample, dialect) else Dialect("", quoted)


def _splits_evenly(sample: str, dialect: Dialect) -> bool:
    """Whether the delimiter makes columns, rather than being punctuation in a single column of sentences."""
    records = [record for record in islice(dialect.records(sample), _SAMPLE_ROWS) if any(record)]
    widths = Counter(map(len, records))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    return width > 1 and count >= max(1, 0.5 * len(records))


def _parse(text: str, dialect: Dialect, name: str, limits: Limits) -> _Parsed:
    csv.field_size_limit(limits.cell_characters)
    records = dialect.records(text)
    try:
        first = [record for record in islice(records, _SAMPLE_ROWS + 1) if any(cell.strip() for cell in record)]
        if not first:
            raise DatasetError("no_rows", name=name)
        headed = first_row_is_header(first)
        raw_names = _raw_names(first, headed)
        check_size(1, len(raw_names), name, limits)
        columns = _Columns(len(raw_names))
        number = 1 + headed
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
    names, renamed = unique_names(raw_names)
    return _Parsed(columns, names, tuple(_findings(columns, names, headed, renamed)))


def _raw_names(first: Sequence[list[str]], headed: bool) -> list[str]:
    """The header as written, or a blank for every column of a table without one."""
    widths = Counter(map(len, first[1:] or first))
    common, count = widths.most_common(1)[0]
    if not headed:
        return [""] * common
    header = first[0]
    # R writes row names without naming their column: then every row is exactly one cell longer than the header.
    unnamed = len(header) == common - 1 and count > 0.95 * (len(first) - 1) and len(first) > 2 and all(row[-1].strip() for row in first[1:])
    return ["", *header] if unnamed else header


def _findings(columns: _Columns, names: Sequence[str], headed: bool, renamed: bool) -> Iterator[Finding]:
    if columns.long:
        shown = ", ".join(map(str, columns.long[:5])) + (" …" if len(columns.long) > 5 else "")
        yield Finding("rows_too_wide", "warning", {"count": len(columns.long), "columns": columns.width, "records": shown})
    if columns.short:
        yield Finding("rows_too_narrow", "info", {"count": len(columns.short), "columns": columns.width}, tuple(columns.short[:1000]))
    if not headed:
        yield Finding("no_header", "info", {"names": ", ".join(names[:4]) + (" …" if len(names) > 4 else "")})
    elif renamed:
        yield Finding("columns_renamed", "info")


def _without_stray_quotes(parsed: _Parsed, text: str, dialect: Dialect, name: str, limits: Limits) -> _Parsed:
    """The same table, or a better one with quotes as plain characters if a quote that never closes swallowed many lines."""
    if parsed.columns.most_breaks < _SWALLOWED_LINES:
        return parsed
    plain = _parse(text, replace(dialect, quoted=False, escape=None), name, limits)
    if len(plain.columns.long) + len(plain.columns.short) > 0.1 * plain.columns.rows:
        return replace(parsed, findings=(*parsed.findings, Finding("long_quote", "warning", {"lines": parsed.columns.most_breaks})))
    return replace(plain, findings=(*plain.findings, Finding("quotes_plain", "info")))
