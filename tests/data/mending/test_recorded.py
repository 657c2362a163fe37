"""Steps as JSON, read strictly, and in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.data.mending.recorded import MOST_STEPS, step_sentence, steps_from_json, steps_to_json
from playground.data.types import Step
from playground.errors import DatasetError
from playground.words import LANGUAGES

EVERY = (
    Step("drop_rows", (1, 2)),
    Step("drop_rows", (3,)),
    Step("set_text", (4,), {"text": "new\ntext"}),
    Step("set_text", (4,), {"text": "new", "column": "text_pair"}),
    Step("set_label", (4, 5), {"to": "好评"}),
    Step("rename_labels", (), {"a": "b", "c": "b"}),
    Step("drop_labels", (), {"a": ""}),
    Step("drop_duplicates"),
    Step("drop_duplicates", (), {"labels": "same"}),
    Step("mask_personal", (), {"kinds": "email,phone,card,id"}),
    Step("clean_characters"),
    Step("shorten", (), {"characters": "2000"}),
    Step("move_to_train", (7,)),
)


def test_steps_come_back_from_json_as_they_were() -> None:
    assert steps_from_json(steps_to_json(EVERY)) == EVERY


@pytest.mark.parametrize("step", EVERY, ids=lambda step: step.kind)
def test_every_step_is_said_in_every_language(step: Step) -> None:
    said = {step_sentence(step, language) for language in LANGUAGES}
    assert len(said) == 2
    assert all(sentence and "{" not in sentence and "\n" not in sentence for sentence in said)


def test_rows_are_counted_from_one_for_people() -> None:
    assert step_sentence(Step("drop_rows", (3,))) == "Row 4 left out"


def test_a_long_text_is_not_repeated_whole() -> None:
    assert len(step_sentence(Step("set_text", (0,), {"text": "x" * 5000}))) < 120


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "drop_rows"},
        {"kind": "drop_rows", "rows": [-1]},
        {"kind": "drop_rows", "rows": ["1"]},
        {"kind": "drop_rows", "rows": [True]},
        {"kind": "drop_rows", "rows": [1.0]},
        {"kind": "drop_rows", "rows": [1], "facts": {"to": "x"}},
        {"kind": "drop_duplicates", "rows": [1]},
        {"kind": "drop_duplicates", "facts": {"labels": "none"}},
        {"kind": "set_text", "rows": [1, 2], "facts": {"text": "x"}},
        {"kind": "set_text", "rows": [1]},
        {"kind": "set_text", "rows": [1], "facts": {"text": "x", "column": "label"}},
        {"kind": "set_text", "rows": [1], "facts": {"text": "\ud800"}},
        {"kind": "set_label", "rows": [1], "facts": {"to": 3}},
        {"kind": "rename_labels"},
        {"kind": "rename_labels", "facts": {"a": " "}},
        {"kind": "drop_labels", "facts": {}},
        {"kind": "mask_personal", "facts": {"kinds": "email,iris"}},
        {"kind": "mask_personal", "facts": {"kinds": ""}},
        {"kind": "shorten", "facts": {"characters": "0"}},
        {"kind": "shorten", "facts": {"characters": "many"}},
        {"kind": "shorten", "facts": {"characters": "٣"}},
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_an_incomplete_step_says_what_it_needs(value: dict[str, Any]) -> None:
    with pytest.raises(DatasetError) as caught:
        steps_from_json(json.dumps([value]))
    assert caught.value.code == "step_incomplete"
    assert value["kind"] in caught.value.message("zh")
    assert caught.value.remedy("en").startswith("It needs: ")


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(DatasetError) as caught:
        steps_from_json('[{"kind": "clean_characters"}, {"kind": "eval", "facts": {"code": "1"}}]')
    assert caught.value.code == "step_unknown"
    assert "Step 2" in caught.value.message()
    assert "drop_rows" in caught.value.remedy()


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", "null", "[1]", '["drop_rows"]', '[{"rows": [1]}]', '[{"kind": 1}]', '[{"kind": "drop_rows", "rows": 1}]',
     '[{"kind": "drop_rows", "rows": [1], "facts": []}]', '[{"kind": "drop_rows", "rows": [1], "also": 1}]', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_list_of_steps_is_refused(text: str) -> None:
    with pytest.raises(DatasetError) as caught:
        steps_from_json(text)
    assert caught.value.code == "steps_not_json"


def test_steps_without_end_are_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        steps_from_json(steps_to_json([Step("clean_characters")] * (MOST_STEPS + 1)))
    assert caught.value.code == "steps_too_many"
