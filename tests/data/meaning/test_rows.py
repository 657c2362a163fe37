"""The uniform examples of each task."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from playground.data.meaning.rows import bio_tags, example_rows, tokens_and_places, usable
from playground.data.types import ColumnChoice, TaskName
from tests.data.conftest import table_of


def _rows(task: TaskName, columns: dict[str, list[str]], text: str, label: str, pair: str | None = None) -> list[list[str]]:
    rows = example_rows(table_of(columns), task, ColumnChoice(text, label, pair))
    return [[str(cell) for cell in row] for row in rows.itertuples(index=False)]


def test_text_and_label_are_stripped_strings() -> None:
    assert _rows("text-classification", {"a": [" x ", ""], "b": ["1.0", " NA"]}, "a", "b") == [["x", "1.0"], ["", "NA"]]


def test_a_pair_has_its_second_text_in_the_middle() -> None:
    assert _rows("text-pair-classification", {"a": ["x"], "b": ["y"], "c": ["z"]}, "a", "c", "b") == [["x", "y", "z"]]


def test_several_labels_are_a_sorted_list_without_repeats() -> None:
    cells = ["b;a;b", "a", "", "a ; c", "c;b"]
    assert [label for _, label in _rows("multi-label-classification", {"t": list("vwxyz"), "l": cells}, "t", "l")] == [
        '["a", "b"]', '["a"]', "", '["a", "c"]', '["b", "c"]',
    ]  # fmt: skip


def test_an_empty_list_of_labels_is_an_answer_and_an_empty_cell_is_none() -> None:
    rows = example_rows(table_of({"t": ["x", "y"], "l": ["[]", ""]}), "multi-label-classification", ColumnChoice("t", "l"))
    assert usable(rows, "multi-label-classification").tolist() == [True, False]


def test_columns_of_zero_and_one_become_the_labels_they_name() -> None:
    columns = {"t": ["x", "y"], "toxic": ["1", "0"], "rude": ["1.0", "0.0"], "other": ["hello", "you"]}
    assert _rows("multi-label-classification", columns, "t", "") == [["x", '["rude", "toxic"]'], ["y", "[]"]]


@pytest.mark.parametrize(
    ("tokens", "tags"),
    [
        ('["a", "b"]', '["B-X", "O"]'),
        ("['a', 'b']", "['B-X' 'O']"),
        ("a b", "B-X O"),
        ("a  b", '["B-X", "O"]'),
    ],
)
def test_tokens_and_tags_are_lists_however_they_are_written(tokens: str, tags: str) -> None:
    assert _rows("token-classification", {"t": [tokens], "l": [tags]}, "t", "l") == [['["a", "b"]', '["B-X", "O"]']]


def test_tags_in_small_letters_are_bio_tags_too() -> None:
    assert _rows("token-classification", {"t": ["a b c"], "l": ["b-per i-per o"]}, "t", "l")[0][1] == '["B-per", "I-per", "O"]'
    assert _rows("token-classification", {"t": ["a b c"], "l": ["noun verb o"]}, "t", "l")[0][1] == '["noun", "verb", "o"]'


def test_chinese_without_spaces_is_tagged_by_character() -> None:
    rows = _rows("token-classification", {"t": ["张三来了"], "l": ["B-PER I-PER O O"]}, "t", "l")
    assert json.loads(rows[0][0]) == ["张", "三", "来", "了"]


def test_a_row_with_as_many_tags_as_tokens_only_is_usable() -> None:
    rows = example_rows(table_of({"t": ["a b", "a b", ""], "l": ["O O", "O", "O"]}), "token-classification", ColumnChoice("t", "l"))
    assert usable(rows, "token-classification").tolist() == [True, False, False]


def test_spans_become_tags() -> None:
    spans = json.dumps([{"start": 0, "end": 8, "label": "PER"}, [18, 24, "LOC"]])
    rows = _rows("token-classification", {"t": ["Ann Chan lives in Berlin."], "l": [spans]}, "t", "l")
    assert json.loads(rows[0][0]) == ["Ann", "Chan", "lives", "in", "Berlin", "."]
    assert json.loads(rows[0][1]) == ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]


def test_spans_of_chinese_count_characters() -> None:
    places = tokens_and_places("我在北京买iPhone")
    assert [token for token, _, _ in places] == ["我", "在", "北", "京", "买", "iPhone"]
    assert bio_tags(places, [(2, 4, "LOC", None), (5, 11, "OBJ", None)]) == ["O", "O", "B-LOC", "I-LOC", "O", "B-OBJ"]


def test_of_overlapping_spans_the_longest_first_one_stands() -> None:
    assert bio_tags(tokens_and_places("a b c"), [(0, 1, "X", None), (0, 3, "Y", None)]) == ["B-Y", "I-Y", "O"]


def test_a_chat_is_split_before_its_last_answer() -> None:
    turns = [
        {"from": "human", "value": "hi"},
        {"from": "gpt", "value": "hello"},
        {"from": "human", "value": "why"},
        {"from": "gpt", "value": "so"},
    ]
    rows = _rows("generation", {"m": [json.dumps(turns)]}, "m", "")
    assert [turn["role"] for turn in json.loads(rows[0][0])] == ["user", "assistant", "user"]
    assert rows[0][1] == "so"


def test_a_chat_without_an_answer_has_none() -> None:
    rows = _rows("generation", {"m": [json.dumps([{"role": "user", "content": "hi"}]), ""]}, "m", "")
    assert [answer for _, answer in rows] == ["", ""]
    assert rows[1][0] == ""


def test_an_instruction_stands_above_its_input() -> None:
    rows = _rows("generation", {"i": ["Translate", "Sing"], "x": ["chat", ""], "o": ["cat", "la"]}, "i", "o", "x")
    assert [json.loads(text)[0]["content"] for text, _ in rows] == ["Translate\n\nchat", "Sing"]


def test_a_number_stays_as_it_is_spelled() -> None:
    rows = example_rows(table_of({"t": list("abc"), "n": ["1,5", "007", "n/a"]}), "regression", ColumnChoice("t", "n"))
    assert rows["label"].tolist() == ["1,5", "007", "n/a"]
    assert usable(rows, "regression").tolist() == [True, True, False]


def test_splits_of_the_file_come_along() -> None:
    table = replace(table_of({"a": ["x", "y"], "b": ["l", "m"]}), splits=("train", "test"))
    assert example_rows(table, "text-classification", ColumnChoice("a", "b"))["split"].tolist() == ["train", "test"]


def test_a_column_of_splits_comes_along() -> None:
    columns = {"a": ["x", "y", "z"], "b": ["l", "m", "l"], "Subset": ["Train", "Dev", "TEST"]}
    rows = example_rows(table_of(columns), "text-classification", ColumnChoice("a", "b"))
    assert rows["split"].tolist() == ["train", "validation", "test"]


def test_a_column_called_split_with_other_values_does_not() -> None:
    columns = {"a": ["x", "y"], "b": ["l", "m"], "split": ["train", "banana"]}
    assert "split" not in example_rows(table_of(columns), "text-classification", ColumnChoice("a", "b"))
