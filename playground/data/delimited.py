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
            self.chunks.append([strings(cells) for cells, _ in zip(zip(*fitting, strict=False), range(self.width), strict=False)])

    def column(self, place: int) -> pa.ChunkedArray:
        return pa.chunked_array([chunk[place] for chunk in self.chunks], type=pa.large_string())


def read_delimited(text: str, name: str, delimiter: str | None, limits: Limits) -> tuple[pd.DataFrame, str | None, tuple[Finding, ...]]:
    """The cells of a CSV, its delimiter (None for a single column) and what was odd about it.

    :param delimiter: one character given by the person, instead of the detected one.
    :raises DatasetError: "bad_delimiter", "cell_too_long", "too_many_rows", "too_many_columns" or "no_rows".
    """
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise DatasetError("bad_delimiter", delimiter=delimiter[:20])
    announced = _SEP_LINE.match(text)
    body = text[announced.end() :] if announced else text
    found = sniff(body)
    wanted = delimiter or (announced.group(1) if announced else None)
    dialect = found if wanted is None or wanted == found.delimiter else Dialect(wanted)
    frame, findings = _parse(body, dialect, name, limits)
    if dialect.quoted:
        frame, findings = _without_stray_quotes(frame, findings, body, dialect, name, limits)
    return frame, dialect.delimiter or None, findings


def sniff(text: str) -> Dialect:
    """The dialect of a sample from the beginning of ``text``; no delimiter if it is one column."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > len(sample) and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]
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


def _parse(text: str, dialect: Dialect, name: str, limits: Limits) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    csv.field_size_limit(limits.cell_characters)
    records = dialect.records(text)
    try:
        first = [record for record in islice(records, _SAMPLE_ROWS + 1) if any(cell.strip() for cell in record)]
        if not first:
            raise DatasetError("no_rows", name=name)
        headed = first_row_is_header(first)
        common = Counter(len(record) for record in (first[1:] or first)).most_common(1)[0][0]
        width = max(common, len(first[0])) if headed else common
        raw_names = [*first[0], *[""] * (width - len(first[0]))] if headed else [f"column_{place + 1}" for place in range(width)]
        check_size(1, width, name, limits)
        columns = _Columns(width)
        number = 1 + headed
        rest = chain(first[1:] if headed else first, records)
        while chunk := list(islice(rest, _CHUNK_ROWS)):
            columns.add(chunk, number)
            number += len(chunk)
            check_size(max(columns.rows, 1), width, name, limits)
    except csv.Error as error:
        raise DatasetError("cell_too_long", name=name, limit=limits.cell_characters) from error
    check_size(columns.rows, width, name, limits)
    names, renamed = unique_names(raw_names)
    frame = frame_of({column: columns.column(place) for place, column in enumerate(names)})
    return frame, tuple(_findings(columns, names, headed, renamed))


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


def _without_stray_quotes(
    frame: pd.DataFrame, findings: tuple[Finding, ...], text: str, dialect: Dialect, name: str, limits: Limits
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The same table, or a better one with quotes as plain characters if a quote that never closes swallowed many lines."""
    swallowed = 0
    for column in frame.columns:
        breaks = pc.max(pc.count_substring(pa.chunked_array(frame[column].array), "\n")).as_py() or 0
        swallowed = max(swallowed, int(breaks))
    if swallowed < _SWALLOWED_LINES:
        return frame, findings
    plain, plain_findings = _parse(text, replace(dialect, quoted=False, escape=None), name, limits)
    ragged = sum(int(finding.facts["count"]) for finding in plain_findings if finding.code in ("rows_too_wide", "rows_too_narrow"))
    if ragged > 0.1 * len(plain):
        return frame, (*findings, Finding("long_quote", "warning", {"lines": swallowed}))
    return plain, (*plain_findings, Finding("quotes_plain", "info"))
