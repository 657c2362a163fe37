"""Parquet and Arrow: tables that know their types; every value becomes a string, nested ones JSON, class numbers their names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from playground.data.formats.columns import STRING, Columns, check_size, chunked, unique_names
from playground.data.limits import Limits
from playground.data.types import Finding
from playground.errors import DatasetError

_PARQUET: Final = b"PAR1"
_ARROW_FILE: Final = b"ARROW1\x00\x00"
#: An Arrow stream, as the datasets library keeps it, begins with this mark and the length of its schema.
_ARROW_STREAM: Final = b"\xff\xff\xff\xff"
_LARGEST_SCHEMA: Final = 50_000_000
_BATCH_ROWS: Final = 10_000
#: Where a class number is known to mean "not labelled".
_NO_CLASS: Final = "-1"

#: Column -> names of its classes, and whether each cell is a list of them.
Classes = Mapping[str, tuple[Sequence[str], bool]]


def is_parquet(data: bytes) -> bool:
    """Whether the file begins like Parquet."""
    return data.startswith(_PARQUET)


def is_arrow(data: bytes) -> bool:
    """Whether the file begins like an Arrow file or stream."""
    if data.startswith(_ARROW_FILE):
        return True
    return data.startswith(_ARROW_STREAM) and 0 < int.from_bytes(data[4:8], "little", signed=True) < min(len(data), _LARGEST_SCHEMA)


def read_parquet(data: bytes, name: str, limits: Limits) -> Columns:
    """The columns of a Parquet file.

    :raises DatasetError: "parquet_unreadable", "unpacks_too_large", "only_binary" or a size error.
    """
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        unpacked = sum(file.metadata.row_group(group).total_byte_size for group in range(file.metadata.num_row_groups))
        if unpacked > limits.unpacked_bytes:
            raise DatasetError("unpacks_too_large", name=name, limit=limits.unpacked_bytes // 1_000_000)
        check_size(max(file.metadata.num_rows, 1), max(len(file.schema_arrow), 1), name, limits)
        return _columns(file.iter_batches(_BATCH_ROWS), file.schema_arrow, name, limits)
    except (pa.ArrowException, ValueError, OSError) as error:  # ValueError: names that are no UTF-8
        raise DatasetError("parquet_unreadable", name=name) from error


def read_arrow(data: bytes, name: str, limits: Limits) -> Columns:
    """The columns of an Arrow file or stream.

    :raises DatasetError: "arrow_unreadable", "unpacks_too_large", "only_binary" or a size error.
    """
    try:
        source = pa.BufferReader(data)
        if not data.startswith(_ARROW_FILE):
            stream = pa.ipc.open_stream(source)
            return _columns(stream, stream.schema, name, limits)
        file = pa.ipc.open_file(source)
        return _columns(map(file.get_batch, range(file.num_record_batches)), file.schema, name, limits)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise DatasetError("arrow_unreadable", name=name) from error


def _columns(batches: Iterable[pa.RecordBatch], schema: pa.Schema, name: str, limits: Limits) -> Columns:
    classes = _classes(schema.metadata)
    parts: dict[int, list[pa.Array]] = {place: [] for place, field in enumerate(schema) if not _holds_bytes(field.type)}
    rows = unpacked = 0
    for batch in batches:
        batch.validate(full=True)  # the offsets of a file made to harm point anywhere
        rows += batch.num_rows
        check_size(max(rows, 1), max(len(parts), 1), name, limits)
        for place in list(parts):
            cells = _strings(batch.column(place), classes.get(schema.names[place]))
            if cells is None:
                del parts[place]
                continue
            parts[place].append(cells)
            unpacked += cells.nbytes
        if unpacked > limits.unpacked_bytes:
            raise DatasetError("unpacks_too_large", name=name, limit=limits.unpacked_bytes // 1_000_000)
    if not parts and len(schema):
        raise DatasetError("only_binary", name=name)
    check_size(rows, len(parts), name, limits)
    names, renamed = unique_names(schema.names[place] for place in parts)
    findings = [Finding("columns_renamed", "info")] if renamed else []
    left_out = [column for place, column in enumerate(schema.names) if place not in parts]
    if left_out:
        findings.append(Finding("columns_left_out", "info", {"count": len(left_out), "columns": ", ".join(left_out[:6])}))
    return Columns(tuple(names), tuple(chunked(part) for part in parts.values()), tuple(findings))


def _holds_bytes(kind: pa.DataType) -> bool:
    """Whether bytes are somewhere inside: pictures and sound, as the datasets library keeps them. Plain bytes may yet be text."""
    if isinstance(kind, pa.BaseExtensionType):
        return _holds_bytes(kind.storage_type)
    if not pa.types.is_nested(kind):
        return False
    inside = [kind.field(place).type for place in range(kind.num_fields)]
    return any(_is_bytes(one) or _holds_bytes(one) for one in inside)


def _is_bytes(kind: pa.DataType) -> bool:
    plain = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    return bool(plain or pa.types.is_binary_view(kind))


def _strings(column: pa.Array, classes: tuple[Sequence[str], bool] | None) -> pa.Array | None:
    """A column as text; None for bytes that are none."""
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_nested(column.type):
        return pa.array([_json(value, classes) for value in column.to_pylist()], type=STRING)
    try:
        cells = pc.fill_null(column.cast(STRING), "")
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):  # durations; times in zones unknown here
        if _is_bytes(column.type):
            return None
        cells = pa.array(["" if value is None else str(value) for value in column.to_pylist()], type=STRING)
    return _named(cells, classes[0]) if classes and not classes[1] else cells


def _json(value: Any, classes: tuple[Sequence[str], bool] | None) -> str:
    if value is None:
        return ""
    if classes and classes[1] and isinstance(value, list):
        names = classes[0]
        value = [names[item] if isinstance(item, int) and 0 <= item < len(names) else item for item in value]
    return json.dumps(value, ensure_ascii=False, default=str)


def _classes(metadata: Mapping[bytes, bytes] | None) -> Classes:
    """The names of classes, where the datasets library left them in the file."""
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
        found = {column: _class_names(feature) for column, feature in features.items()}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return {}  # no such note, or not one we know: the numbers stay as they are
    return {column: names for column, names in found.items() if names}


def _class_names(feature: Any) -> tuple[Sequence[str], bool] | None:
    """Of one class a row, or of a list of them."""
    inner = feature[0] if isinstance(feature, list) and feature else feature.get("feature") if isinstance(feature, dict) else None
    for one, listed in ((feature, False), (inner, True)):
        if isinstance(one, dict) and one.get("_type") == "ClassLabel" and isinstance(one.get("names"), list):
            return [str(name) for name in one["names"]], listed
    return None


def _named(cells: pa.Array, names: Sequence[str]) -> pa.Array:
    numbers = pa.array([*(str(number) for number in range(len(names))), _NO_CLASS], type=STRING)
    places = pc.index_in(cells, value_set=numbers)
    return pc.coalesce(pc.take(pa.array([*names, ""], type=STRING), places), cells)
