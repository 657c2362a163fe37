"""Places of entities, however they are written."""

from __future__ import annotations

import pytest

from playground.data.meaning.spans import spans_in

PERSON = (0, 4, "PER")


@pytest.mark.parametrize(
    "span",
    [
        {"start": "0", "end": "4", "label": "PER"},
        {"start_offset": "0", "end_offset": "4", "entity": "PER"},
        {"start": "0", "end": "4", "labels": ["PER"]},
        {"value": {"start": "0", "end": "4", "text": "Anna", "labels": ["PER"]}, "type": "labels"},
        ["0", "4", "PER"],
    ],
)
def test_spans_are_known_by_many_names(span: object) -> None:
    found = spans_in([span])
    assert found is not None
    assert found[0][:3] == PERSON


def test_what_a_span_says_it_covers_is_kept() -> None:
    assert spans_in([{"start": "0", "end": "4", "label": "PER", "text": "Anna"}]) == [(*PERSON, "Anna")]


def test_an_object_may_hold_the_list() -> None:
    assert spans_in({"id": "7", "entities": [["0", "4", "PER"]]}) == [(*PERSON, None)]


def test_mentions_by_label_count_their_last_character_in() -> None:
    assert spans_in({"PER": {"Anna": [["0", "3"], ["9", "12"]]}}) == [(*PERSON, "Anna"), (9, 13, "PER", "Anna")]
    assert spans_in({"PER": {"Anna": [["0", "4"]]}}) == [(*PERSON, "Anna")]


@pytest.mark.parametrize("empty", [[], {}, {"entities": []}])
def test_no_entity_is_no_fault(empty: object) -> None:
    assert spans_in(empty) == []


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        [["0", "4"]],
        [{"start": "0", "label": "PER"}],
        [{"start": "x", "end": "4", "label": "PER"}],
        {"PER": {"Anna": "0"}},
        {"a": "b"},
    ],
)
def test_anything_else_is_unreadable(value: object) -> None:
    assert spans_in(value) is None
