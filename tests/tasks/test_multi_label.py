"""How sets of labels are scored."""

from __future__ import annotations

import json

import pytest

from playground.tasks import get_task

TASK = get_task("multi-label-classification")
EXPECTED = ['["a", "b"]', '["a"]', "[]", '["价格"]']
ANSWERS = ['["a"]', '["a", "b"]', "[]", '["价格"]']


def test_scores_by_hand() -> None:
    values = TASK.score(EXPECTED, ANSWERS).values
    assert values["micro_f1"] == pytest.approx(2 * 3 / (4 + 4))  # a twice and 价格 found; b missed once and given once too often
    assert values["macro_f1"] == pytest.approx((1 + 0 + 1) / 3)
    assert values["subset_accuracy"] == pytest.approx(0.5)


def test_scores_of_each_label_are_given() -> None:
    score = TASK.score(EXPECTED, ANSWERS).per_class["a"]
    assert (score.precision, score.recall, score.f1, score.support) == (1.0, 1.0, 1.0, 2)


def test_a_label_nobody_asked_for_is_no_class_of_macro_f1_but_counts_in_micro_f1() -> None:
    values = TASK.score(['["a"]'], ['["a", "c"]']).values
    assert values["macro_f1"] == pytest.approx(1.0)
    assert values["micro_f1"] == pytest.approx(2 / 3)


def test_goodness_is_the_f1_of_the_rows_own_set() -> None:
    assert TASK.goodness(EXPECTED, ANSWERS) == pytest.approx([2 / 3, 2 / 3, 1.0, 1.0])


def test_no_label_at_all_is_right_as_a_set_and_has_no_f1() -> None:
    assert TASK.score(["[]"], ["[]"]).values == {"micro_f1": 0.0, "macro_f1": 0.0, "subset_accuracy": 1.0}


def test_labels_are_those_of_every_set() -> None:
    assert TASK.labels(EXPECTED) == ("a", "b", "价格")


def test_labels_are_shown_as_a_list() -> None:
    assert TASK.shown('["b", "价格"]') == json.loads('["b", "价格"]')


def test_a_cell_that_is_no_list_is_an_error() -> None:
    with pytest.raises(ValueError, match="no list of labels"):
        TASK.score(["a"], ["[]"])
