"""JSON and JSON lines: records found wherever they lie, every cell a string as the file spells it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from playground.data.formats.columns import Columns, check_size, chunked, strings, unique_names
from playground.data.formats.nested import Records, find_records, spell
from playground.data.formats.several import split_of
from playground.data.formats.values import DECODER, as_python, values_in
from playground.data.limits import Limits
from playground.data.types import SPLITS, Finding, SplitName
from playground.errors import DatasetError

_MAYBE_TRAILING: Final = re.compile(r",\s*[\]}]")
#: Strings are passed over (one that never closes with all the rest); of other commas, those before a closing bracket are too many.
_TRAILING_COMMA: Final = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\\?\Z))|,(?=\s*[\]}])', re.DOTALL)
#: Bytes that a value takes in memory beyond its text, at least.
_VALUE_BYTES: Final = 64
#: Broken lines for every record, up to which the file is JSON lines with broken lines rather than something else.
_MOST_BROKEN: Final = 4


def read_json(text: str, name: str, limits: Limits) -> tuple[Columns, str]:
    """The records of a JSON or JSON lines text, and which of the two it is: "json" or "jsonl".

    :raises DatasetError: "json_broken" naming the line, "json_without_records", "json_too_deep", "unpacks_too_large" or a size error.
    """
    values = text.count(",") + text.count("[") + text.count("{")
    if len(text) + _VALUE_BYTES * values > limits.memory_bytes:
        raise DatasetError("unpacks_too_large", name=name, limit=limits.memory_bytes // 1_000_000)
    try:
        value, rest = _first_value(text)
        if not rest:
            return _from_document(value, name, limits), "json"
        return _from_values(text, name, limits), "jsonl"
    except json.JSONDecodeError as error:
        return _repaired(text, name, limits, error)
    except RecursionError as error:
        raise DatasetError("json_too_deep", name=name) from error


def _first_value(text: str) -> tuple[Any, bool]:
    """The first value, and whether more follows it."""
    start = len(text) - len(text.lstrip(" \t\r\n\ufeff"))
    value, end = DECODER.raw_decode(text, start)
    return value, bool(text[end:].strip(" \t\r\n,"))


def _repaired(text: str, name: str, limits: Limits, error: json.JSONDecodeError) -> tuple[Columns, str]:
    """A document with a comma too many is read; a broken first line of JSON lines is a finding; any other fault is refused."""
    repaired = _TRAILING_COMMA.sub(lambda found: found[1] or "", text) if _MAYBE_TRAILING.search(text) else text
    if repaired != text:
        try:
            value, rest = _first_value(repaired)
            if not rest:
                return _from_document(value, name, limits), "json"
        except json.JSONDecodeError:
            pass
        text = repaired
    lines = [line for line in text.splitlines() if line.strip()][:50]
    whole = sum(line.lstrip().startswith("{") and _is_object(line) for line in lines)
    if whole and whole * 2 >= len(lines):
        return _from_values(text, name, limits), "jsonl"
    document = as_python(text)
    if document is not None:
        return _from_document(document, name, limits), "json"
    raise DatasetError("json_broken", name=name, line=error.lineno, column=error.colno) from error


def _is_object(line: str) -> bool:
    try:
        return isinstance(DECODER.raw_decode(line.strip())[0], dict)
    except (json.JSONDecodeError, RecursionError):
        return isinstance(as_python(line), dict)


def _from_values(text: str, name: str, limits: Limits) -> Columns:
    """One value after another, on lines of their own or not; a line where none can be read is left out and said."""
    values, broken = values_in(text, name, limits)
    records: Records = [value for value in values if isinstance(value, dict)]
    if not records:
        records = find_records([value for value in values if isinstance(value, list)]) or []
    odd = len(values) - len(records)
    if not records or len(broken) + odd > _MOST_BROKEN * len(records):
        raise DatasetError("json_broken", name=name, line=broken[0] if broken else 1, column=1)
    columns = _columns(records, name, limits)
    if not broken:
        return columns
    shown = ", ".join(map(str, broken[:5])) + (" …" if len(broken) > 5 else "")
    finding = Finding("broken_lines", "warning", {"count": len(broken), "lines": shown})
    return Columns(columns.names, columns.cells, (*columns.findings, finding))


def _from_document(value: Any, name: str, limits: Limits) -> Columns:
    parts = _splits(value)
    if parts is None:
        found = find_records(value)
        if not found:
            raise DatasetError("json_without_records", name=name)
        return _columns(found, name, limits)
    columns = _columns([record for _, records in parts for record in records], name, limits)
    splits = tuple(split for split, records in parts for _ in range(len(records)))
    return Columns(columns.names, columns.cells, columns.findings, splits=splits)


def _splits(value: Any) -> list[tuple[SplitName, Records]] | None:
    """``{"train": [...], "test": [...]}`` and the like, in the order of training."""
    if not isinstance(value, dict):
        return None
    lists = {key: part for key, part in value.items() if isinstance(part, list | dict) and part}
    said = {key: split_of(key) for key in lists}
    if len(said) < 2 or None in said.values() or "train" not in said.values() or len(set(said.values())) < len(said):
        return None
    found = {key: find_records(part) for key, part in lists.items()}
    if not all(found.values()):
        return None
    return [(split, found[key] or []) for split in SPLITS for key, other in said.items() if other == split]


def _columns(records: Records, name: str, limits: Limits) -> Columns:
    keys: dict[str, None] = {}
    for record in records:
        keys.update(dict.fromkeys(record))
        if len(keys) > limits.columns:
            break
    check_size(len(records), len(keys), name, limits)
    names, renamed = unique_names(keys)
    cells = [chunked([strings([spell(record.get(key)) for record in records])]) for key in keys]
    return Columns(tuple(names), tuple(cells), (Finding("columns_renamed", "info"),) if renamed else ())
