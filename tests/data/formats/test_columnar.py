"""Parquet and Arrow."""

from __future__ import annotations

import datetime
import io
import json
import random
import struct
from contextlib import suppress

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from playground.data.formats.columnar import is_arrow, read_arrow, read_parquet
from playground.data.formats.columns import Columns
from playground.data.limits import LIMITS, Limits
from playground.data.read import read_table
from playground.errors import DatasetError

NAMED = {"names": ["bad", "good"], "_type": "ClassLabel"}


def parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def arrow(table: pa.Table, *, stream: bool) -> bytes:
    buffer = io.BytesIO()
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def _noted(table: pa.Table, **features: object) -> pa.Table:
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def _read(table: pa.Table) -> dict[str, list[str]]:
    return _cells(read_parquet(parquet(table), "x.parquet", LIMITS))


def _cells(columns: Columns) -> dict[str, list[str]]:
    return {name: cells.to_pylist() for name, cells in zip(columns.names, columns.cells, strict=True)}


def test_values_become_strings_and_nulls_empty() -> None:
    table = read_table(parquet(pa.table({"text": ["a", None, "NA"], "label": [1, 2, None], "ok": [True, False, True]})), "x.parquet")
    assert table.format == "parquet"
    assert table.frame.to_numpy().tolist() == [["a", "1", "true"], ["", "2", "false"], ["NA", "", "true"]]


def test_times_become_text() -> None:
    when = datetime.datetime(2026, 3, 1, 12, 30)
    cells = _read(pa.table({"when": [when], "zone": [when.replace(tzinfo=datetime.UTC)], "day": [when.date()]}))
    assert cells["when"][0].startswith("2026-03-01 12:30")
    assert cells["zone"][0].startswith("2026-03-01 12:30")
    assert cells["day"] == ["2026-03-01"]


def test_categories_are_read() -> None:
    assert _read(pa.table({"label": pa.array(["x", "y", None]).dictionary_encode()}))["label"] == ["x", "y", ""]


def test_nested_values_become_json() -> None:
    cells = _read(pa.table({"tokens": [["好", "a"], None], "spans": [[{"start": 0, "label": "PER"}], []]}))
    assert cells == {"tokens": ['["好", "a"]', ""], "spans": ['[{"start": 0, "label": "PER"}]', "[]"]}


def test_class_numbers_get_the_names_the_file_knows() -> None:
    assert _read(_noted(pa.table({"label": [1, 0, -1, 7]}), label=NAMED))["label"] == ["good", "bad", "", "7"]


@pytest.mark.parametrize("feature", [{"feature": NAMED, "_type": "Sequence"}, {"feature": NAMED, "_type": "List"}, [NAMED]])
def test_class_numbers_in_lists_get_their_names_too(feature: object) -> None:
    assert _read(_noted(pa.table({"tags": [[1, 0], []]}), tags=feature))["tags"] == ['["good", "bad"]', "[]"]


def test_pictures_are_left_out_and_said() -> None:
    table = pa.table({"text": ["a"], "image": [{"bytes": b"\x89PNG", "path": "x"}], "raw": [b"\xff\xfe"], "spelled": [b"abc"]})
    columns = read_parquet(parquet(table), "x", LIMITS)
    assert columns.names == ("text", "spelled")
    assert [(finding.code, finding.facts["columns"]) for finding in columns.findings] == [("columns_left_out", "image, raw")]


def test_pictures_alone_are_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        read_parquet(parquet(pa.table({"image": [b"\x89PNG\xff"]})), "x", LIMITS)
    assert caught.value.code == "only_binary"


@pytest.mark.parametrize("stream", [True, False])
def test_arrow_is_read_as_the_datasets_library_keeps_it(stream: bool) -> None:
    data = arrow(_noted(pa.table({"text": ["a", "b"], "label": [1, 0]}), label=NAMED), stream=stream)
    table = read_table(data, "data-00000-of-00001.arrow")
    assert (table.format, table.frame.to_numpy().tolist()) == ("arrow", [["a", "good"], ["b", "bad"]])


@pytest.mark.parametrize("stream", [True, False])
def test_arrow_with_offsets_that_point_anywhere_is_refused(stream: bool) -> None:
    whole = arrow(pa.table({"text": ["a" * 1234]}), stream=stream)
    data = whole.replace(struct.pack("<ii", 0, 1234), struct.pack("<ii", 0, 2**30))
    assert data != whole
    with pytest.raises(DatasetError) as caught:
        read_arrow(data, "x.arrow", LIMITS)
    assert caught.value.code == "arrow_unreadable"


def test_text_that_begins_with_odd_bytes_is_no_arrow() -> None:
    assert not is_arrow(b"\xff\xff\xff\xff\xff\xff\xff\x7f")


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(rows=2), "too_many_rows"), (Limits(columns=1), "too_many_columns"), (Limits(unpacked_bytes=50), "unpacks_too_large")],
)
def test_limits_hold(limits: Limits, code: str) -> None:
    table = pa.table({"text": ["a" * 30, "b", "c"], "label": ["x", "y", "x"]})
    for read, data in ((read_parquet, parquet(table)), (read_arrow, arrow(table, stream=True))):
        with pytest.raises(DatasetError) as caught:
            read(data, "x", limits)
        assert caught.value.code == code


def test_chats_in_parquet_are_stored_uniformly() -> None:
    talk = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    table = read_table(parquet(pa.table({"messages": [talk, talk]})), "x.parquet")
    assert (table.task, json.loads(table.frame["messages"][0])) == ("generation", talk)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_refused_or_read_but_never_crash(seed: int) -> None:
    chance = random.Random(seed)
    table = pa.table({"text": ["a", "b"], "label": ["x", "y"]})
    for whole in (parquet(table), arrow(table, stream=True), arrow(table, stream=False)):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        with suppress(DatasetError):
            read_table(bytes(data), "x")
