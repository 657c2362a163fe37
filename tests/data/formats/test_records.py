"""JSON in its shapes."""

from __future__ import annotations

import json

import pytest

from playground.data.limits import Limits
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
    table = _read('[{"a": 1.0, "b": true, "c": null, "d": "007", "e": [1.50, "é", null], "f": 12345678901234567890, "g": NaN}]')
    assert table.frame.iloc[0].tolist() == ["1.0", "true", "", "007", '[1.50, "é", null]', "12345678901234567890", "NaN"]


def test_spans_stay_json_with_their_numbers() -> None:
    spans = '[{"start": 0, "end": 5, "label": "PER"}]'
    assert _read(f'[{{"text": "Alice left", "entities": {spans}}}]').frame["entities"].tolist() == [spans]


@pytest.mark.parametrize(
    "text",
    [
        '{"columns": ["text", "label"], "index": [0, 1], "data": [["hello", "a"], ["bye", "b"]]}',
        '{"first": {"text": "hello", "label": "a"}, "second": {"text": "bye", "label": "b"}}',
        '{"0": {"text": "hello", "label": "a"}, "1": {"text": "bye", "label": "b"}}',
        '{"rows": [{"row_idx": 0, "row": {"text": "hello", "label": "a"}}, {"row_idx": 1, "row": {"text": "bye", "label": "b"}}]}',
        '["text", "label"]\n["hello", "a"]\n["bye", "b"]\n',
    ],
    ids=["pandas split", "records by id", "records by number", "the hub's viewer", "lines of lists"],
)
def test_rarer_shapes_are_found_too(text: str) -> None:
    assert _read(text).frame.to_dict("records") == RECORDS


@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x.csv", "x.txt"])
@pytest.mark.parametrize("text", ["{'text': 'hello', 'label': 'a'}\n{'text': 'bye', 'label': 'b'}\n", str(RECORDS)], ids=["lines", "list"])
def test_records_as_python_prints_them_are_read(text: str, name: str) -> None:
    assert _read(text, name).frame.to_dict("records") == RECORDS


def test_what_python_would_run_is_never_run() -> None:
    with pytest.raises(DatasetError) as caught:
        _read("[{'text': __import__('os').getcwd(), 'label': 'a'}]")
    assert caught.value.code == "json_broken"


def test_a_list_of_texts_is_a_column_of_them() -> None:
    assert _read('["a b", "c d"]').frame.to_dict("list") == {"text": ["a b", "c d"]}


def test_a_single_line_is_a_single_record() -> None:
    assert _read('{"text": "a", "label": "x"}\n', "x.jsonl").frame.to_dict("records") == [{"text": "a", "label": "x"}]


def test_labels_with_lists_of_texts_are_turned_around() -> None:
    frame = _read('{"good": ["nice one", "so fine"], "bad": ["too dear"]}').frame
    assert frame.to_dict("list") == {"text": ["nice one", "so fine", "too dear"], "label": ["good", "good", "bad"]}


def test_lists_called_like_splits_are_splits() -> None:
    table = _read(json.dumps({"test": RECORDS[:1], "train": RECORDS, "version": 1}))
    assert table.splits == ("train", "train", "test")
    assert table.frame["label"].tolist() == ["a", "b", "a"]


@pytest.mark.parametrize(
    "text",
    [
        '{"text": "hello", "label": "a"} {"text": "bye", "label": "b"}',
        '{"text": "hello", "label": "a"}{"text": "bye", "label": "b"}',
        '{"text": "hello", "label": "a"},\n{"text": "bye", "label": "b"},\n',
        '{\n  "text": "hello",\n  "label": "a"\n}\n{\n  "text": "bye",\n  "label": "b"\n}\n',
        '\x1e{"text": "hello", "label": "a"}\n\x1e{"text": "bye", "label": "b"}\n',
    ],
    ids=["on one line", "touching", "with commas", "pretty-printed", "with separators"],
)
@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_objects_one_after_another_are_read(text: str, name: str) -> None:
    table = _read(text, name)
    assert (table.format, table.frame.to_dict("records")) == ("jsonl", RECORDS)


@pytest.mark.parametrize(
    "text",
    ['[{"text": "hello", "label": "a",}, {"text": "bye", "label": "b"},\n]', json.dumps(RECORDS) + ",\n", "\n\n" + json.dumps(RECORDS)],
)
def test_a_comma_too_many_does_no_harm(text: str) -> None:
    assert _read(text).frame.to_dict("records") == RECORDS


def test_commas_inside_strings_stay_where_a_comma_is_too_many() -> None:
    assert _read('[{"text": "a, ] b", "label": "x",}]').frame["text"].tolist() == ["a, ] b"]


def test_a_table_called_json_is_read_as_the_table_it_is() -> None:
    assert _read("text,label\nwhere is it,x\nwho came,y\n", "x.json").format == "csv"


def test_json_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        read_table(b"[" + b"[]," * 1000 + b"[]]", "x.json", limits=Limits(memory_bytes=10_000))
    assert caught.value.code == "unpacks_too_large"


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


def test_many_broken_lines_are_all_named_and_cost_no_other() -> None:
    lines = [f'{{"text": "a {n}", "label": "x"}}' if n % 3 else '{"text": "broken' for n in range(1, 1501)]
    table = _read("\n".join(lines), "x.jsonl")
    assert len(table.frame) == 1000
    assert (table.findings[0].facts["count"], table.findings[0].facts["lines"]) == (500, "3, 6, 9, 12, 15 …")


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
