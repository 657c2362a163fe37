"""Workbooks and Parquet."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import random

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from playground.data.limits import Limits
from playground.data.read import read_table
from playground.errors import DatasetError


def _workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for place, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {place + 1}")
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def test_a_workbook_shows_its_cells_as_a_person_sees_them() -> None:
    day = datetime.date(2026, 3, 1)
    table = read_table(_workbook([["text", "label", "when"], ["你好", 1, day], ["007", 2.5, None], [True, 1, day]]), "x.xlsx")
    assert table.format == "xlsx"
    assert table.frame.to_numpy().tolist() == [["你好", "1", "2026-03-01"], ["007", "2.5", ""], ["TRUE", "1", "2026-03-01"]]


def test_the_sheet_with_the_most_rows_is_read_and_named() -> None:
    data = _workbook([["about"], ["x"]], [["text", "label"], ["a", "x"], ["b", "y"], ["c", "x"]])
    table = read_table(data, "x.xlsx")
    assert len(table.frame) == 3
    assert [finding.facts["sheet"] for finding in table.findings if finding.code == "several_sheets"] == ["Sheet 2"]


def test_a_workbook_is_known_by_its_content() -> None:
    assert read_table(_workbook([["text", "label"], ["a", "x"], ["b", "y"]]), "x.csv").format == "xlsx"


def test_a_workbook_with_a_header_alone_is_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        read_table(_workbook([["text", "label"]]), "x.xlsx")
    assert caught.value.code == "no_rows"


def test_a_workbook_that_unfolds_too_far_is_refused_unopened() -> None:
    with pytest.raises(DatasetError) as caught:
        read_table(_workbook([["text", "label"], ["a", "x"]]), "x.xlsx", limits=Limits(unpacked_bytes=100))
    assert caught.value.code == "unpacks_too_large"


def test_parquet_values_become_strings_and_nulls_empty() -> None:
    table = read_table(_parquet(pa.table({"text": ["a", None, "NA"], "label": [1, 2, None], "ok": [True, False, True]})), "x.parquet")
    assert table.frame.to_numpy().tolist() == [["a", "1", "true"], ["", "2", "false"], ["NA", "", "true"]]


def test_parquet_categories_are_read() -> None:
    column = pa.array(["x", "y", "x"]).dictionary_encode()
    assert read_table(_parquet(pa.table({"label": column})), "x").frame["label"].tolist() == ["x", "y", "x"]


def test_class_numbers_get_the_names_the_file_knows() -> None:
    note = {"info": {"features": {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}}}}
    table = pa.table({"text": ["a", "b"], "label": [1, 0]}).replace_schema_metadata({"huggingface": json.dumps(note)})
    assert read_table(_parquet(table), "x.parquet").frame["label"].tolist() == ["good", "bad"]


def test_nested_columns_are_left_out_and_said() -> None:
    table = read_table(_parquet(pa.table({"text": ["a"], "label": ["x"], "tokens": [["a"]]})), "x.parquet")
    assert table.frame.columns.tolist() == ["text", "label"]
    assert table.findings[0].code == "nested_columns"


def test_parquet_of_nested_columns_only_is_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        read_table(_parquet(pa.table({"tokens": [["a"]]})), "x.parquet")
    assert caught.value.code == "parquet_nested"


@pytest.mark.parametrize("seed", range(20))
def test_damaged_workbooks_and_parquet_files_are_refused_or_read_but_never_crash(seed: int) -> None:
    chance = random.Random(seed)
    for whole in (_workbook([["text", "label"], ["a", "x"], ["b", "y"]]), _parquet(pa.table({"text": ["a", "b"], "label": ["x", "y"]}))):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        with contextlib.suppress(DatasetError):
            read_table(bytes(data), "x")
