"""Columns of strings."""

from __future__ import annotations

import pytest

from playground.data.formats.columns import Columns, check_cells, check_labels, chunked, strings, unique_names
from playground.data.limits import Limits
from playground.errors import DatasetError


def test_made_up_names_do_not_collide_with_given_ones() -> None:
    names, changed = unique_names(["", "column_1", "a", "a", "a (2)"])
    assert names == ["column_1", "column_1 (2)", "a", "a (2)", "a (2) (2)"]
    assert changed


def test_good_names_stay() -> None:
    assert unique_names(["text", "label"]) == (["text", "label"], False)


def test_half_characters_are_replaced() -> None:
    assert strings(["a\ud83d", "b"]).to_pylist() == ["a\ufffd", "b"]


def test_a_value_that_is_too_long_is_refused_with_its_column() -> None:
    columns = Columns(("text", "body"), (chunked([strings(["a"])]), chunked([strings(["好" * 6])])))
    with pytest.raises(DatasetError) as caught:
        check_cells(columns, "x", Limits(cell_characters=5))
    assert (caught.value.code, caught.value.facts["column"]) == ("value_too_long", "body")


def test_too_many_labels_are_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        check_labels(["a", "b", "a", "c"], "x", Limits(labels=2))
    assert (caught.value.code, caught.value.facts["count"]) == ("too_many_labels", 3)
