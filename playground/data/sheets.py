"""Workbooks and Parquet: tables that know their cells; every cell becomes the string a person would see."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from playground.data.frames import check_size, frame_of, strings, unique_names
from playground.data.header import first_row_is_header
from playground.data.limits import Limits
from playground.data.types import Finding
from playground.errors import DatasetError

#: Part of a zip archive that tells its kind -> the format's name.
_WORKBOOK_PARTS: Final = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET: Final = b"PAR1"


def is_parquet(data: bytes) -> bool:
    """Whether the file begins like Parquet."""
    return data.startswith(_PARQUET)


def workbook_format(data: bytes, name: str, limits: Limits) -> str | None:
    """ "xlsx", "xlsb", "ods" or "xls"; None if the file is neither a zip archive nor an old Office file.

    :raises DatasetError: "file_is_archive" for any other zip, "unpacks_too_large" if its parts unfold beyond the limit.
    """
    if data.startswith(_OLE):
        return "xls"
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename: info.file_size for info in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:  # the last three for damaged directories
        raise DatasetError("file_cut", name=name) from error
    found = next((kind for part, kind in _WORKBOOK_PARTS.items() if part in parts), None)
    if found is None:
        raise DatasetError("file_is_archive", name=name, kind="ZIP")
    if sum(parts.values()) > limits.unpacked_bytes:
        raise DatasetError("unpacks_too_large", name=name, limit=limits.unpacked_bytes // 1_000_000)
    return found


def read_workbook(data: bytes, name: str, limits: Limits) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The sheet with the most rows.

    :raises DatasetError: "workbook_unreadable", "no_rows" or another size error.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(sheet) for sheet in book.sheet_names]
        sheet = max(sheets, key=lambda candidate: candidate.height, default=None)
        if sheet is None or not sheet.height:
            raise DatasetError("no_rows", name=name)
        check_size(max(sheet.height - 1, 1), sheet.width, name, limits)
        rows = [[_shown(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise DatasetError("workbook_unreadable", name=name) from error
    frame, findings = _from_rows([row for row in rows if any(row)], name, limits)
    if len([one for one in sheets if one.height > 1]) > 1:
        findings = (*findings, Finding("several_sheets", "info", {"sheet": sheet.name, "count": len(sheets)}))
    return frame, findings


def _from_rows(rows: Sequence[Sequence[str]], name: str, limits: Limits) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    if not rows:
        raise DatasetError("no_rows", name=name)
    headed = first_row_is_header(rows[:200])
    body = rows[1:] if headed else rows
    check_size(len(body), len(rows[0]), name, limits)
    names, renamed = unique_names(rows[0] if headed else [""] * len(rows[0]))
    frame = frame_of({column: strings(list(cells)) for column, cells in zip(names, zip(*body, strict=True), strict=True)})
    if not headed:
        return frame, (Finding("no_header", "info", {"names": ", ".join(names[:4])}),)
    return frame, (Finding("columns_renamed", "info"),) if renamed else ()


def _shown(cell: Any) -> str:
    """A cell as the spreadsheet shows it: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def read_parquet(data: bytes, name: str, limits: Limits) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """The flat columns of a Parquet file; class numbers become names where the file itself says what they mean.

    :raises DatasetError: "parquet_unreadable", "parquet_nested" if no column is flat, or a size error.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        flat = [field for field in file.schema_arrow if not pa.types.is_nested(field.type)]
        unpacked = sum(file.metadata.row_group(group).total_byte_size for group in range(file.metadata.num_row_groups))
        if unpacked > limits.unpacked_bytes:
            raise DatasetError("unpacks_too_large", name=name, limit=limits.unpacked_bytes // 1_000_000)
        if not flat and len(file.schema_arrow):
            raise DatasetError("parquet_nested", name=name)
        check_size(file.metadata.num_rows, len(flat), name, limits)
        table = file.read([field.name for field in flat])
        columns = [_as_strings(column) for column in table.columns]
    except (pa.ArrowException, ValueError, OSError) as error:  # ValueError: names that are no UTF-8
        raise DatasetError("parquet_unreadable", name=name) from error
    names, renamed = unique_names(table.column_names)
    classes = _class_names(table.schema.metadata)
    named = {column: _named(cells, classes.get(column)) for column, cells in zip(names, columns, strict=True)}
    findings = [Finding("columns_renamed", "info")] if renamed else []
    left_out = len(file.schema_arrow) - len(flat)
    if left_out:
        findings.append(Finding("nested_columns", "info", {"count": left_out}))
    return frame_of(named), tuple(findings)


def _as_strings(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return pc.fill_null(column.cast(pa.large_string()), "")


def _class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """Column -> names of its classes, where the datasets library left them in the file."""
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
        return {column: feature["names"] for column, feature in features.items() if feature.get("_type") == "ClassLabel"}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}  # no such note, or not one we know: the numbers stay as they are


def _named(cells: pa.ChunkedArray, names: list[str] | None) -> pa.ChunkedArray:
    if not names:
        return cells
    numbers = pa.array([str(number) for number in range(len(names))], type=pa.large_string())
    places = pc.index_in(cells, value_set=numbers)
    return pc.coalesce(pc.take(pa.array([str(one) for one in names], type=pa.large_string()), places), cells)
