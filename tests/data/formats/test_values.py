"""JSON values one after another."""

from __future__ import annotations

from typing import Any

import pytest

from playground.data.formats.values import as_python, values_in
from playground.data.limits import LIMITS, Limits
from playground.errors import DatasetError


def _values(text: str) -> tuple[list[Any], list[int]]:
    return values_in(text, "x", LIMITS)


def test_values_need_no_lines_of_their_own() -> None:
    assert _values('{"a": 1}{"a": 2} , [3]\n\n{\n"a":\n4}') == ([{"a": "1"}, {"a": "2"}, ["3"], {"a": "4"}], [])


def test_broken_lines_are_named_on_both_sides_of_our_patience() -> None:
    lines = ["{oops" if number % 2 else "{}" for number in range(1, 401)]
    values, broken = _values("\n".join(lines))
    assert (len(values), broken) == (200, list(range(1, 400, 2)))


def test_too_many_are_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        values_in("{}\n" * 5, "x", Limits(rows=4))
    assert caught.value.code == "too_many_rows"


@pytest.mark.parametrize("text", ["{'a': print(1)}", "{1: 2}", "[1]", "{'a'", ""])
def test_what_is_no_record_of_python_is_left(text: str) -> None:
    assert as_python(text) is None
