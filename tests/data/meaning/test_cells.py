"""Cells that hold lists."""

from __future__ import annotations

import pandas as pd
import pytest

from playground.data.meaning.cells import entities_of, label_counts, list_cell, listed, messages_of, plain_texts

TALK = '[{"role": "user", "content": "hi"}]'


@pytest.mark.parametrize("values", [[], ["a"], ['"', "\\", "中", "\u2028"]])
def test_a_list_comes_back_from_its_cell(values: list[str]) -> None:
    assert listed(list_cell(values)) == values


@pytest.mark.parametrize("cell", ["", "a", "[", "[1]", "['a']", "{}", '[["a"]]', "[" * 100_000])
def test_what_is_no_list_of_strings_is_none(cell: str) -> None:
    assert listed(cell) is None


@pytest.mark.parametrize("cell", ["", "hi", "[]", '["a"]', '[{"role": "user"}]', '[{"role": 1, "content": "x"}]', "["])
def test_what_is_no_conversation_has_no_messages(cell: str) -> None:
    assert messages_of(cell) == []


def test_a_conversation_has_its_messages() -> None:
    assert messages_of(TALK) == [{"role": "user", "content": "hi"}]


@pytest.mark.parametrize(
    ("tags", "entities"),
    [
        (["B-PER", "I-PER", "O", "B-LOC"], ["PER", "LOC"]),
        (["B-PER", "B-PER"], ["PER", "PER"]),
        (["I-PER", "I-PER", "O", "I-PER"], ["PER", "PER"]),
        (["B-PER", "I-LOC"], ["PER", "LOC"]),
        (["S-PER", "U-PER", "B-ORG", "E-ORG"], ["PER", "PER", "ORG"]),
        (["VERB", "NOUN", "NOUN"], ["VERB", "NOUN"]),
        (["O", "O"], []),
    ],
)
def test_entities_are_counted_where_they_begin(tags: list[str], entities: list[str]) -> None:
    assert entities_of(tags) == entities


@pytest.mark.parametrize(
    ("task", "cells", "counts"),
    [
        ("text-classification", ["b", "a", "b"], {"b": 2, "a": 1}),
        ("multi-label-classification", ['["a", "b"]', '["b"]', "[]"], {"b": 2, "a": 1}),
        ("token-classification", ['["B-PER", "I-PER"]', '["B-PER", "B-LOC"]', '["O"]'], {"PER": 2, "LOC": 1}),
        ("regression", ["1", "2"], {}),
        ("generation", ["yes", "no"], {}),
    ],
)
def test_labels_are_counted_as_their_task_has_them(task: str, cells: list[str], counts: dict[str, int]) -> None:
    counted = label_counts(pd.Series(cells, dtype="str"), task)
    assert list(counted.items()) == list(counts.items())


@pytest.mark.parametrize(
    ("task", "row", "text"),
    [
        ("text-classification", {"text": "hi", "label": "a"}, "hi"),
        ("text-pair-classification", {"text": "hi", "text_pair": "ho", "label": "a"}, "hi\nho"),
        ("token-classification", {"text": '["New", "York"]', "label": "[]"}, "New York"),
        ("generation", {"text": TALK, "label": "hello"}, "hi\nhello"),
    ],
)
def test_a_person_reads_the_words_and_not_their_packing(task: str, row: dict[str, str], text: str) -> None:
    assert plain_texts(pd.DataFrame([row], dtype="str"), task).tolist() == [text]
