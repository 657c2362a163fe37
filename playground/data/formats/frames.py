"""Columns of strings put together into a frame, whatever the file they come from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from playground.data.formats.columns import check_size, strings, unique_names

__all__ = ["check_size", "frame_of", "strings", "unique_names"]


def frame_of(columns: Mapping[str, pa.Array | pa.ChunkedArray]) -> pd.DataFrame:
    """One row per record, pandas' string dtype, the order of the mapping."""
    return pd.DataFrame({name: pd.array(column, dtype="str") for name, column in columns.items()})
