"""Where the records lie in a parsed JSON document, and how its values are spelled in a cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

from playground.data.formats.columns import unique_names
from playground.data.text.header import first_row_is_header

Records = Sequence[Mapping[str, Any]]

#: Levels of objects that are looked into for the list of records.
_DEPTH: Final = 3


class Number(str):
    """A number as the file spells it: 1.0 stays "1.0", 1e3 stays "1e3", NaN stays "NaN"."""

    __slots__ = ()


def spell(value: Any) -> str:
    """The cell for a value; lists and objects as JSON text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _json(value)


def _json(value: Any) -> str:
    # The library's encoder would put numbers kept as strings into quotation marks.
    if isinstance(value, str):
        return value if isinstance(value, Number) else encode_basestring(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_json, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{encode_basestring(key)}: {_json(item)}' for key, item in value.items())}}}"
    return json.dumps(value)


def find_records(value: Any) -> Records | None:
    """The list of records: the document itself, its columns turned around, or the longest such list inside the object."""
    found = _as_records(value)
    level, inside = [value], list[Records]()
    for depth in range(_DEPTH):
        if found or not isinstance(value, dict):
            break
        level = [part for one in level if isinstance(one, dict) for part in one.values()]
        inside += map(_as_records, level)
        found = max(inside, key=len, default=[]) if depth else []
    if not found and isinstance(value, dict) and value and not any(isinstance(part, list | dict) for part in value.values()):
        found = [value]  # a single record
    return found or None


def _as_records(value: Any) -> Records:
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            return _unwrapped(value)
        if value and all(isinstance(item, list) for item in value):
            return _from_rows(value)
        plain = bool(value) and all(isinstance(item, str) and not isinstance(item, Number) for item in value)
        return [{"text": item} for item in value] if plain else []
    return _from_object(value) if isinstance(value, dict) else []


def _unwrapped(records: list[dict[str, Any]]) -> Records:
    """Records as they are; those of the hub's viewer stand one level down, under ``row``."""
    if all("row_idx" in record and isinstance(record.get("row"), dict) for record in records):
        return [record["row"] for record in records]
    return records


def _from_rows(rows: list[list[Any]], names: list[Any] | None = None) -> Records:
    cells = [[spell(item) for item in row] for row in rows]
    width = max(map(len, cells))
    if names is None and cells[0] and first_row_is_header(cells):
        names, cells = cells[0], cells[1:]
    given = [*map(spell, names or []), *[""] * width][:width]
    unique, _ = unique_names(given)
    return [dict(zip(unique, row, strict=False)) for row in cells]


def _from_object(value: dict[str, Any]) -> Records:
    """An object of columns, of rows under their numbers, or of labels and their texts; nothing if it is none of these."""
    parts = list(value.values())
    if not parts:
        return []
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):  # pandas, orient="split"
        rows = [row for row in value["data"] if isinstance(row, list)]
        return _from_rows(rows, value["columns"]) if rows and len(rows) == len(value["data"]) else []
    if all(isinstance(part, dict) for part in parts):
        return _from_objects(value)
    if len(parts) < 2 or not all(isinstance(part, list) for part in parts):
        return []
    if any(isinstance(item, dict) for part in parts for item in part[:1]):
        return []
    if len({len(part) for part in parts}) == 1:
        return [dict(zip(value, row, strict=True)) for row in zip(*parts, strict=True)]
    if all(isinstance(item, str) and not isinstance(item, Number) for part in parts for item in part):
        return [{"text": item, "label": label} for label, part in value.items() for item in part]
    return []


def _from_objects(value: dict[str, dict[str, Any]]) -> Records:
    """``{"text": {"0": ..., "1": ...}, ...}`` as pandas writes columns, or ``{"id1": {"text": ..., "label": ...}, ...}``."""
    parts = list(value.values())
    keys = list(parts[0])
    flat = not any(isinstance(item, list | dict) for part in parts for item in part.values())
    if keys and all(key.isdigit() for key in keys):
        same = all(list(part) == keys for part in parts)
        return [dict(zip(value, row, strict=True)) for row in zip(*(part.values() for part in parts), strict=True)] if same and flat else []
    alike = sum(part.keys() == parts[0].keys() for part in parts)
    return parts if len(parts) > 1 and len(keys) > 1 and alike == len(parts) else []
