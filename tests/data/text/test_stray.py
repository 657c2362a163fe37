"""Quotation marks that never close cost a line, not a file."""

from __future__ import annotations

from playground.data.text.dialect import Dialect
from playground.data.text.stray import Mended

ROWS = [["some words", "a"], ["other words", "b"], ["more of them", "a"]]
TEXT = "".join(",".join(row) + "\n" for row in ROWS)


def mended(text: str) -> tuple[list[list[str]], list[int]]:
    reader = Mended(text, Dialect(","), 2)
    return list(reader.records()), reader.stray


def test_a_mark_that_runs_to_the_end_of_the_file() -> None:
    assert mended(f'{TEXT}"open,a\n{TEXT}') == ([*ROWS, ['"open', "a"], *ROWS], [4])


def test_a_mark_that_runs_to_the_next_quoted_cell() -> None:
    assert mended(f'"open,a\n{TEXT}"x, y",b\n') == ([['"open', "a"], *ROWS, ["x, y", "b"]], [1])


def test_several_of_them() -> None:
    records, stray = mended(f'"one,a\n{TEXT}"two,a\n{TEXT}"three,b\n{TEXT}')
    assert (len(records), stray) == (12, [1, 5, 9])


def test_a_cell_of_several_lines_that_closes_stays_whole() -> None:
    assert mended(f'"a, b\nc\nd, e",x\n{TEXT}') == ([["a, b\nc\nd, e", "x"], *ROWS], [])


def test_sloppy_quotes_within_a_line_are_read_leniently() -> None:
    assert mended(f'"he said "hi" twice",a\n{TEXT}')[1] == []


def test_a_mark_far_from_the_end_does_not_take_forever() -> None:
    records, stray = mended('"open,a\n' + TEXT * 4000)
    assert (len(records), stray) == (12_001, [1])
