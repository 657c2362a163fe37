"""Titles and comments above a table, totals below it."""

from __future__ import annotations

import pandas as pd
import pytest

from playground.data.text.edges import records_above, without_totals

ROWS = [["some words", "a"], ["other words", "b"], ["more of them", "a"], ["and more", "b"]]
HEADER = ["text", "label"]


@pytest.mark.parametrize(
    ("above", "count"),
    [
        ([], 0),
        ([["Feedback"]], 1),
        ([["Feedback of all", ""], ["May 2024", ""]], 2),
        ([["# made by me"], ["# on Monday", " at noon"]], 2),
        ([["// comment"]], 1),
    ],
)
def test_titles_and_comments_stand_above(above: list[list[str]], count: int) -> None:
    assert records_above([*above, HEADER, *ROWS]) == count


@pytest.mark.parametrize(
    "records", [ROWS, [["lonely"], *ROWS], [["#tag of mine", "a"], *ROWS], [["text"], ["one"], ["two"]], [["text", ""], *ROWS]]
)
def test_first_rows_and_headers_are_not_above(records: list[list[str]]) -> None:
    assert records_above(records) == 0


def test_comments_above_rows_without_a_header_are_above_too() -> None:
    assert records_above([["# made by me"], *ROWS]) == 1


@pytest.mark.parametrize(
    "last", [["Total", "12"], ["合计：", "12"], ["", "Total", "12"][1:], ["(4 rows)", ""], ["共 4 条", ""], ["Total: 4", ""]]
)
def test_totals_are_left_out(last: list[str]) -> None:
    frame, said = without_totals(pd.DataFrame([*ROWS, last], columns=HEADER))
    assert (len(frame), len(said)) == (4, 1)


@pytest.mark.parametrize("last", [["total disaster", "a"], ["Total", "a"], ["12", "13"], ["", ""]])
def test_other_last_rows_stay(last: list[str]) -> None:
    assert len(without_totals(pd.DataFrame([*ROWS, last], columns=HEADER))[0]) == 5
