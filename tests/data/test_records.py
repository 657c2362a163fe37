"""JSON in its shapes."""

from __future__ import annotations

import json

import pytest

from playground.data.read import read_table
from playground.data.types import Table
from playground.errors import DatasetError

RECORDS = [{"text": "hello", "label": "a"}, {"text": "bye", "label": "b"}]


def _read(text: str, name: str = "x.json") -> Table:
    return read_table(text.encode(), name)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps(RECORDS, indent=2),
        json.dumps({"text": ["hello", "bye"], "label": ["a", "b"]}),
        json.dumps({"text": {"0": "hello", "1": "bye"}, "label": {"0": "a", "1": "b"}}),
        json.dumps({"version": 2, "tags": ["x"], "data": RECORDS}),
        json.dumps({"response": {"items": RECORDS, "total": 2}}),
        json.dumps([["text", "label"], ["hello", "a"], ["bye", "b"]]),
        "\n".join(map(json.dumps, RECORDS)),
        " ".join(map(json.dumps, RECORDS[:1])) + "\n\n" + json.dumps(RECORDS[1]) + "\n",
        "\ufeff" + json.dumps(RECORDS),
    ],
    ids=["records", "pretty", "columns", "pandas columns", "inside", "deeper inside", "rows", "lines", "gappy lines", "marked"],
)
@pytest.mark.parametrize("name", ["x.json", "x.csv"])
def test_records_are_found_wherever_they_lie(text: str, name: str) -> None:
    frame = _read(text, name).frame
    assert frame.to_dict("records") == RECORDS


def test_values_keep_their_spelling() -> None:
    table = _read('[{"a": 1.0, "b": true, "c": null, "d": "007", "e": [1, "é"], "f": 12345678901234567890, "g": NaN}]')
    assert table.frame.iloc[0].tolist() == ["1.0", "true", "", "007", '["1", "é"]', "12345678901234567890", "NaN"]


def test_missing_keys_are_empty_cells() -> None:
    assert _read('[{"text": "a"}, {"label": "b"}]').frame.to_numpy().tolist() == [["a", ""], ["", "b"]]


def test_a_broken_line_is_a_finding_that_names_it() -> None:
    table = _read('{"text": "a", "label": "x"}\n{"text": "b", \n{"text": "c", "label": "y"}\n', "x.jsonl")
    assert (table.format, len(table.frame)) == ("jsonl", 2)
    assert table.findings[0].code == "broken_lines"
    assert table.findings[0].facts["lines"] == "2"


def test_a_broken_first_line_is_a_finding_too() -> None:
    table = _read('{"text": \n{"text": "a", "label": "x"}\n{"text": "c", "label": "y"}\n', "x.jsonl")
    assert (len(table.frame), table.findings[0].facts["lines"]) == (2, "1")


def test_line_separators_inside_strings_do_not_end_a_line() -> None:
    table = _read('{"text": "a\u2028b", "label": "x"}\n{"text": "c", "label": "y"}\n', "x.jsonl")
    assert table.frame["text"].tolist() == ["a\u2028b", "c"]


def test_half_characters_are_replaced() -> None:
    assert _read('[{"text": "a\\ud83d", "label": "x"}]').frame["text"].tolist() == ["a\ufffd"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[{"text": "a"', "json_broken"),
        ("[1, 2, 3]", "json_without_records"),
        ("{}", "json_without_records"),
        ("[" * 100_000, "json_too_deep"),
        ('{"a": ' * 50_000 + "1" + "}" * 50_000, "json_too_deep"),
        ("not json at all", "json_broken"),
    ],
)
def test_json_without_a_table_is_refused_with_its_cause(text: str, code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        _read(text)
    assert caught.value.code == code


def test_a_csv_that_begins_with_a_bracket_stays_a_csv() -> None:
    table = _read('text,label\n"[urgent] help",a\nfine,b\n', "x.csv")
    assert table.format == "csv"
