"""Where records lie in JSON, and how values are spelled."""

from __future__ import annotations

from typing import Any

import pytest

from playground.data.formats.nested import Number, find_records, spell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("a", "a"),
        (None, ""),
        (True, "true"),
        (Number("1.50"), "1.50"),
        ([Number("1e3"), "好\n", None, False], '[1e3, "好\\n", null, false]'),
        ({"a": {"b": []}}, '{"a": {"b": []}}'),
    ],
)
def test_values_are_spelled_as_the_file_spells_them(value: Any, cell: str) -> None:
    assert spell(value) == cell


@pytest.mark.parametrize("value", [[], {}, "a", None, [1, 2], [Number("1")], {"a": []}, {"a": {"b": {"c": {"d": [{"x": 1}]}}}}])
def test_no_records_are_made_up(value: Any) -> None:
    assert find_records(value) is None


def test_the_longest_list_inside_an_object_counts() -> None:
    assert find_records({"tags": [{"id": 1}], "items": {"all": [{"x": 1}, {"x": 2}]}, "note": "y"}) == [{"x": 1}, {"x": 2}]
