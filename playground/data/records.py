"""JSON and JSON lines: records found wherever they lie, every cell a string as the file spells it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from playground.data.frames import check_size, frame_of, strings, unique_names
from playground.data.header import first_row_is_header
from playground.data.limits import Limits
from playground.data.types import Finding
from playground.errors import DatasetError

#: Numbers keep their spelling: 1.0 stays "1.0", 1e3 stays "1e3".
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
Records = Sequence[Mapping[str, Any]]


def read_json(text: str, name: str, limits: Limits) -> tuple[pd.DataFrame, str, tuple[Finding, ...]]:
    """The records of a JSON or JSON lines text, which of the two it is, and what was odd about it.

    :raises DatasetError: "json_broken" naming the line, "json_without_records", "json_too_deep", or a size error.
    """
    try:
        value, end = _DECODER.raw_decode(text, len(text) - len(text.lstrip()))
        rest = text[end:].strip()
    except json.JSONDecodeError as error:
        return _lines_or_refuse(text, name, limits, error)
    except RecursionError as error:
        raise DatasetError("json_too_deep", name=name) from error
    if rest:  # several values one after another
        return _read_lines(text, name, limits)
    frame, findings = _frame(_find_records(value, name), name, limits)
    return frame, "json", findings


def _lines_or_refuse(text: str, name: str, limits: Limits, error: json.JSONDecodeError) -> tuple[pd.DataFrame, str, tuple[Finding, ...]]:
    """A broken first line of JSON lines is a finding like any other; a broken JSON document is refused."""
    lines = [line for line in text.splitlines() if line.strip()][:50]
    whole = sum(1 for line in lines if isinstance(_value(line), dict))
    if whole and whole * 2 >= len(lines):
        return _read_lines(text, name, limits)
    raise DatasetError("json_broken", name=name, line=error.lineno, column=error.colno) from error


def _value(line: str) -> Any:
    """The JSON value of a line; None if it is broken."""
    try:
        return _DECODER.decode(line)
    except (json.JSONDecodeError, RecursionError):
        return None


def _read_lines(text: str, name: str, limits: Limits) -> tuple[pd.DataFrame, str, tuple[Finding, ...]]:
    records: list[Mapping[str, Any]] = []
    broken: list[int] = []
    # Only line feeds end a line: str.splitlines would also cut at U+2028, which JSON allows inside strings.
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped:
            continue
        value = _value(stripped)
        if isinstance(value, dict):
            records.append(value)
        else:
            broken.append(number)
        if len(records) > limits.rows:
            check_size(len(records), 1, name, limits)
    if not records or len(broken) > 4 * len(records):
        raise DatasetError("json_broken", name=name, line=broken[0] if broken else 1, column=1)
    frame, findings = _frame(records, name, limits)
    if broken:
        shown = ", ".join(map(str, broken[:5])) + (" …" if len(broken) > 5 else "")
        findings = (*findings, Finding("broken_lines", "warning", {"count": len(broken), "lines": shown}))
    return frame, "jsonl", findings


def _find_records(value: Any, name: str) -> Records:
    """The list of records: the document itself, its columns turned around, or the longest such list inside the object."""
    found = _as_records(value)
    if not found and isinstance(value, dict):
        inside = [_as_records(part) for part in value.values()]
        inside += [_as_records(deep) for part in value.values() if isinstance(part, dict) for deep in part.values()]
        found = max(inside, key=len, default=[])
    if not found:
        raise DatasetError("json_without_records", name=name)
    return found


def _as_records(value: Any) -> Records:
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            return value
        if value and all(isinstance(item, list) for item in value):
            return _from_rows(value)
        return []
    return _from_columns(value) if isinstance(value, dict) else []


def _from_rows(rows: list[list[Any]]) -> Records:
    cells = [[_cell(item) for item in row] for row in rows]
    headed = first_row_is_header(cells) if cells[0] else False
    width = max(map(len, cells))
    names = [*cells[0], *[""] * (width - len(cells[0]))] if headed else [f"column_{place + 1}" for place in range(width)]
    unique, _ = unique_names(names)
    return [dict(zip(unique, row, strict=False)) for row in (cells[1:] if headed else cells)]


def _from_columns(value: dict[str, Any]) -> Records:
    """``{"text": [...], "label": [...]}``, or the same with ``{"0": ..., "1": ...}`` for lists, as pandas writes it."""
    parts = list(value.values())
    if parts and all(isinstance(part, dict) for part in parts):
        keys = list(parts[0])
        if not keys or any(list(part) != keys for part in parts) or any(isinstance(item, list | dict) for item in parts[0].values()):
            return []
        parts = [list(part.values()) for part in parts]
    if len(parts) < 2 or not all(isinstance(part, list) and len(part) == len(parts[0]) for part in parts):
        return []
    if any(isinstance(item, dict) for item in (part[0] for part in parts if part)):
        return []
    return [dict(zip(value, row, strict=True)) for row in zip(*parts, strict=True)]


def _frame(records: Records, name: str, limits: Limits) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    keys: dict[str, None] = {}
    for record in records:
        keys.update(dict.fromkeys(record))
        if len(keys) > limits.columns:
            break
    check_size(len(records), len(keys), name, limits)
    names, renamed = unique_names(keys)
    columns = {column: strings([_cell(record.get(key)) for record in records]) for column, key in zip(names, keys, strict=True)}
    return frame_of(columns), (Finding("columns_renamed", "info"),) if renamed else ()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
