"""A process of its own for libraries that could be made to harm."""

from __future__ import annotations

import io
import subprocess
import sys

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from playground.data.formats.apart import read_apart
from playground.data.limits import LIMITS, Limits
from playground.data.read import read_table
from playground.errors import DatasetError
from tests.data.formats.test_sheets import TABLE, ods, shared_xlsx


def _parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def test_columns_and_findings_come_back() -> None:
    columns = read_apart("parquet", _parquet(pa.table({"": ["a", "好"]})), "x", None, LIMITS)
    assert (columns.names, columns.cells[0].to_pylist()) == (("column_1",), ["a", "好"])
    assert [finding.code for finding in columns.findings] == ["columns_renamed"]


def test_an_error_comes_back_as_it_was_raised() -> None:
    with pytest.raises(DatasetError) as caught:
        read_apart("parquet", _parquet(pa.table({"a": [1, 2]})), "x", None, Limits(rows=1))
    assert (caught.value.code, caught.value.facts) == ("too_many_rows", {"name": "x", "limit": 1})


def test_a_sheet_with_two_cells_far_apart_takes_neither_the_memory_nor_the_app() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "text"
    book.active["XFD1048576"] = "far away"
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(DatasetError) as caught:
        read_table(buffer.getvalue(), "x.xlsx", limits=Limits(memory_bytes=400_000_000))
    assert caught.value.code == "unpacks_too_large"


def test_a_cell_that_is_repeated_without_end_is_stopped() -> None:
    many = 'office:value-type="string" table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell></table:table-row>'
    with pytest.raises(DatasetError) as caught:
        read_table(ods([], rest=f'<table:table-row table:number-rows-repeated="1000000"><table:table-cell {many}'), "x.ods")
    assert caught.value.code in ("unpacks_too_large", "workbook_unreadable")  # the library may refuse it first


def test_the_empty_rest_of_a_sheet_is_no_table() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    table = read_table(ods(TABLE, rest=f'<table:table-row table:number-rows-repeated="1048570">{empty}'), "x.ods")
    assert table.frame.shape == (3, 2)


def test_a_long_text_that_a_sheet_repeats_without_end_is_stopped() -> None:
    data = shared_xlsx('<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 100_000, ["x" * 100_000])
    assert len(data) < 1_000_000
    with pytest.raises(DatasetError) as caught:
        read_table(data, "x.xlsx", limits=Limits(memory_bytes=500_000_000))
    assert caught.value.code == "unpacks_too_large"


def test_a_small_parquet_file_that_unfolds_to_much_is_stopped() -> None:
    data = _parquet(pa.table({"text": pa.DictionaryArray.from_arrays(pa.array([0] * 100_000), pa.array(["x" * 100_000]))}))
    assert len(data) < 1_000_000
    with pytest.raises(DatasetError) as caught:
        read_table(data, "x.parquet", limits=Limits(memory_bytes=600_000_000))
    assert caught.value.code == "unpacks_too_large"


def test_reading_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(DatasetError) as caught:
        read_apart("parquet", _parquet(pa.table({"a": ["x"]})), "x", None, Limits(seconds=0))
    assert caught.value.code == "reading_too_slow"


def test_the_process_does_not_wait_for_pandas() -> None:
    modules = ", ".join(f"playground.data.formats.{name}" for name in ("apart", "sheets", "columnar"))
    script = f"import sys, {modules}; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
