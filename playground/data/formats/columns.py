"""Columns of strings as a file holds them: what every reader makes, before pandas has a part in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from playground.data.limits import Limits
from playground.data.types import Finding, SplitName, TaskName
from playground.errors import DatasetError

STRING: Final = pa.large_string()


@dataclass(frozen=True, slots=True)
class Columns:
    """A table column by column; the other fields mean what they mean in ``Table``."""

    #: No blank one, no two alike.
    names: tuple[str, ...]
    #: One column a name, each of large strings, all of one length, without nulls.
    cells: tuple[pa.ChunkedArray, ...]
    findings: tuple[Finding, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    splits: tuple[SplitName, ...] | None = None
    task: TaskName | None = None
    encoding: str | None = None


def strings(cells: Sequence[str]) -> pa.Array:
    """An Arrow column of these cells; half characters (lone surrogates, which JSON can spell) become U+FFFD."""
    try:
        return pa.array(cells, type=STRING)
    except UnicodeEncodeError:
        whole = [cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for cell in cells]
        return pa.array(whole, type=STRING)


def chunked(parts: Sequence[pa.Array]) -> pa.ChunkedArray:
    """Parts of one column put together."""
    return pa.chunked_array(list(parts), type=STRING)


def unique_names(raw: Iterable[str]) -> tuple[list[str], bool]:
    """Column names without blanks and repeats, and whether any had to be changed.

    A blank name becomes ``column_3`` (its place, counted from 1), a repeated one ``name (2)``.
    """
    names: list[str] = []
    taken: set[str] = set()
    changed = False
    for place, given in enumerate(raw, start=1):
        wanted = " ".join(given.split()) or f"column_{place}"
        name, copy = wanted, 2
        while name in taken:
            name, copy = f"{wanted} ({copy})", copy + 1
        changed |= name != " ".join(given.split())
        taken.add(name)
        names.append(name)
    return names, changed


def check_size(rows: int, columns: int, name: str, limits: Limits) -> None:
    """:raises DatasetError: "too_many_rows", "too_many_columns" or "no_rows"."""
    if rows > limits.rows:
        raise DatasetError("too_many_rows", name=name, limit=limits.rows)
    if columns > limits.columns:
        raise DatasetError("too_many_columns", name=name, count=columns, limit=limits.columns)
    if rows == 0 or columns == 0:
        raise DatasetError("no_rows", name=name)


def check_cells(columns: Columns, name: str, limits: Limits) -> None:
    """:raises DatasetError: "value_too_long" naming the column."""
    for column, cells in zip(columns.names, columns.cells, strict=True):
        if (pc.max(pc.utf8_length(cells)).as_py() or 0) > limits.cell_characters:
            raise DatasetError("value_too_long", name=name, column=column, limit=limits.cell_characters)


def check_labels(labels: Iterable[str], name: str, limits: Limits) -> None:
    """:raises DatasetError: "too_many_labels"."""
    count = len(set(labels))
    if count > limits.labels:
        raise DatasetError("too_many_labels", name=name, count=count, limit=limits.labels)
