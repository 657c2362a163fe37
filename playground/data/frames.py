"""Columns of strings put together into a frame, whatever the file they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd
import pyarrow as pa

from playground.data.limits import Limits
from playground.errors import DatasetError

_STRING: Final = pa.large_string()


def strings(cells: Sequence[str]) -> pa.Array:
    """An Arrow column of these cells; half characters (lone surrogates, which JSON can spell) become U+FFFD."""
    try:
        return pa.array(cells, type=_STRING)
    except UnicodeEncodeError:
        whole = [cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for cell in cells]
        return pa.array(whole, type=_STRING)


def frame_of(columns: Mapping[str, pa.Array | pa.ChunkedArray]) -> pd.DataFrame:
    """One row per record, pandas' string dtype, the order of the mapping."""
    return pd.DataFrame({name: pd.array(column, dtype="str") for name, column in columns.items()})


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
