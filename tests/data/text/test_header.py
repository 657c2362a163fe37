"""Names or the first example?"""

from __future__ import annotations

import pytest

from playground.data.text.header import first_row_is_header

ROWS = [["where is my parcel", "delivery"], ["pay me back", "refund"], ["it never came", "delivery"]]


@pytest.mark.parametrize("first", [["text", "label"], ["Review Text", "Sentiment"], ["评论内容", "情感"], ["words", "kind"], ["", "label"]])
def test_names_are_a_header(first: list[str]) -> None:
    assert first_row_is_header([first, *ROWS])


@pytest.mark.parametrize(
    "first",
    [["is it lost?", "delivery"], ["I waited for two weeks, nothing came", "other"], ["some words", "1"], ["some words", "true"]],
)
def test_an_example_is_no_header(first: list[str]) -> None:
    assert not first_row_is_header([first, *ROWS])


def test_a_label_that_is_also_a_column_name_is_no_header() -> None:
    assert not first_row_is_header([["what time is it", "question"], ["who came", "question"], ["go home", "order"]])


def test_a_header_pasted_in_again_stays_a_header() -> None:
    assert first_row_is_header([["text", "label"], *ROWS, ["text", "label"]])
