"""What a column holds."""

from __future__ import annotations

import pandas as pd
import pytest

from playground.data.meaning.describe import describe, listed_names
from tests.data.findings.making import sentences


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["", ""], "empty"),
        (["yes", "no"] * 10, "label"),
        (["1", "2"] * 10, "label"),
        (["1,5", "2,5", "3,5"], "number"),
        ([str(row) for row in range(50)], "identifier"),
        ([f"A-{row}" for row in range(50)], "identifier"),
        (sentences(50), "text"),
        (["what a long sentence this is, longer than any label ought to be, really"] * 20, "text"),
    ],
)
def test_the_kind_of_a_column(values: list[str], kind: str) -> None:
    assert describe("x", pd.Series(values, dtype="str")).kind == kind


def test_a_column_counts_what_is_filled() -> None:
    column = describe("x", pd.Series(["ab", "abcd", "ab", ""], dtype="str"))
    assert (column.distinct, column.filled, round(column.mean_length, 2)) == (2, 3, 2.67)


def test_many_names_are_cut_short() -> None:
    columns = [describe(f"c{place}", pd.Series([""], dtype="str")) for place in range(8)]
    assert listed_names(columns) == "c0, c1, c2, c3, c4, c5 …"
