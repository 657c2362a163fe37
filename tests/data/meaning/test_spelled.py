"""What cells spell."""

from __future__ import annotations

import math

import pytest

from playground.data.meaning.spelled import any_separator, as_list, form_of, looks_tagged, parse_cell, separator_of, spans_of, to_number


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('["a", "b"]', ["a", "b"]),
        ("['a', 'b']", ["a", "b"]),
        ("['a' 'b']", ["a", "b"]),
        ("('a', 'b')", ["a", "b"]),
        ("['it\\'s', \"so\"]", ["it's", "so"]),
        ("[]", []),
        ("['a, b', 'c (d)']", ["a, b", "c (d)"]),
        ("[1, 2.50, True, None]", ["1", "2.50", "True", ""]),
    ],
)
def test_lists_are_read_as_json_python_and_numpy_write_them(cell: str, value: list[str]) -> None:
    assert as_list(cell) == value


@pytest.mark.parametrize("cell", ["", "text", "[1] as before", "{}", "[[1]]", "[__import__('os')]", "[" * 100_000, "(1 + 1)", "['a'] * 9"])
def test_anything_else_is_no_list_and_never_run(cell: str) -> None:
    assert as_list(cell) is None


def test_python_records_are_read_too() -> None:
    assert parse_cell("[{'start': 0, 'end': 4, 'label': 'PER', 'sure': True}]") == [
        {"start": "0", "end": "4", "label": "PER", "sure": True}
    ]


def test_spans_are_read_from_json_and_python() -> None:
    assert spans_of('{"entities": [[0, 4, "PER"]]}') == [(0, 4, "PER", None)]
    assert spans_of("[(0, 4, 'PER')]") == [(0, 4, "PER", None)]
    assert spans_of("Anna") is None


@pytest.mark.parametrize(
    ("sample", "form"),
    [
        (["a", "b"], "plain"),
        (['["a"]', "[]"], "list"),
        (['[{"start": 0, "end": 1, "label": "X"}]', "[]"], "spans"),
        (['{"name": {"Anna": [[0, 3]]}}', "{}"], "spans"),
        (['[{"role": "user", "content": "x"}]'], "messages"),
        (['[{"from": "human", "value": "x"}]'], "messages"),
        (["B-PER O O", "O"], "tags"),
        (["O"], "plain"),
        (["[1] see below", "[2] see above"], "plain"),
        ([], "plain"),
    ],
)
def test_the_form_of_a_column(sample: list[str], form: str) -> None:
    assert form_of(sample) == form


def test_tags_are_told_from_other_lists() -> None:
    assert looks_tagged(['["B-PER", "O"]', '["O"]'])
    assert not looks_tagged(['["sport", "news"]'])


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["a;b", "a", "b;c", "c"] * 5, ";"),
        (["a|b", "b|a|c", "c"] * 5, "|"),
        (["a, b", "b, c", "a", "c"] * 5, ","),
        (["甲、乙", "乙、丙", "甲", "丙"] * 5, "、"),
        (["Food, Drinks", "Home, Garden", "Toys"] * 5, None),
        (["a", "b"] * 5, None),
        (["so; it goes", "and so on", "well; then"], None),
        ([], None),
    ],
    ids=ascii,
)
def test_a_separator_is_known_by_parts_that_come_back(cells: list[str], mark: str | None) -> None:
    assert separator_of(cells) == mark


def test_whoever_says_there_are_several_labels_gets_them_split_but_never_at_a_comma() -> None:
    assert any_separator(["a;b", "c"]) == ";"
    assert any_separator(["Food, Drinks", "Toys"]) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5), ("1,5", 1.5), ("-0,25", -0.25), ("1,234", 1234), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("007", 7), ("80 %", 80),
        ("1e3", 1000), ("\u22123", -3), (" 4 ", 4), (".5", 0.5), ("0,125", 0.125), ("12,345,678", 12345678),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_spell_them(text: str, number: float) -> None:
    assert to_number(text) == number


@pytest.mark.parametrize("text", ["", "n/a", "nan", "inf", "1.2.3", "1e999", "12a", "--1", "1_000"])
def test_anything_else_is_no_number(text: str) -> None:
    assert math.isnan(to_number(text))


def test_a_quotation_mark_nobody_closes_is_no_list() -> None:
    # Tried again from every place in it, this cell would take minutes.
    assert parse_cell("{'a': '" + "\\'" * 400_000) is None
