"""What makes training impossible."""

from __future__ import annotations

import json

import pytest

from playground.data.types import TaskName
from tests.data.findings.making import codes, finding, labelled, sentences

IMPOSSIBLE = {
    "one_label": labelled(["same"] * 20),
    "too_few_rows": labelled(["a", "b"] * 4),
    "labels_do_not_repeat": labelled([f"id-{row}" for row in range(40)]),
    "labels_too_rare": labelled([f"label {row // 2}" for row in range(20)]),
}


@pytest.mark.parametrize("code", IMPOSSIBLE)
def test_what_cannot_be_trained_on_is_an_error(code: str) -> None:
    assert finding(IMPOSSIBLE[code], code).severity == "error"


def test_copies_of_a_few_texts_are_too_few() -> None:
    assert finding(labelled(["a", "b"] * 20, sentences(4) * 10), "too_few_rows").facts["count"] == 4


def test_labels_that_are_no_labels_are_not_judged_as_labels() -> None:
    assert codes(IMPOSSIBLE["labels_do_not_repeat"]) == {"labels_do_not_repeat"}


@pytest.mark.parametrize(
    ("task", "label", "code"),
    [
        ("multi-label-classification", '["x"]', "too_few_rows"),
        ("regression", "1.5", "too_few_examples"),
        ("generation", "yes", "too_few_examples"),
        ("token-classification", '["O"]', "too_few_examples"),
        ("language-modeling", "", "too_few_texts"),
    ],
)
def test_every_task_needs_ten_examples(task: TaskName, label: str, code: str) -> None:
    rows = labelled([label] * 5, [json.dumps(["word"])] * 5)
    assert finding(rows, code, task).severity == "error"


def test_one_of_several_labels_is_enough_but_none_is_not() -> None:
    assert "one_label" not in codes(labelled(['["x"]', "[]"] * 20), "multi-label-classification")
    assert finding(labelled(["[]"] * 20), "no_labels", "multi-label-classification").severity == "error"
