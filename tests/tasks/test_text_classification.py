"""How text classification scores answers and names its base."""

from __future__ import annotations

import pytest

from playground.tasks import get_task
from playground.tasks.text_classification import names_have_meaning

TASK = get_task("text-classification")


def test_perfect_answers_score_one() -> None:
    assert TASK.score(["a", "b"], ["a", "b"]).values == {"accuracy": 1.0, "macro_f1": 1.0}


def test_macro_f1_weighs_a_rare_label_like_a_frequent_one() -> None:
    metrics = TASK.score(["a"] * 9 + ["b"], ["a"] * 10)
    assert metrics.values["accuracy"] == pytest.approx(0.9)
    assert metrics.values["macro_f1"] == pytest.approx((18 / 19 + 0) / 2)


def test_a_label_nobody_asked_for_is_no_class_of_the_mean() -> None:
    metrics = TASK.score(["a", "a"], ["a", "c"])
    assert metrics.values["macro_f1"] == pytest.approx(2 / 3)
    assert metrics.per_class["c"].support == 0


def test_scores_of_each_label_are_given() -> None:
    score = TASK.score(["a", "a", "b"], ["a", "b", "b"]).per_class["a"]
    assert (score.precision, score.recall, score.support) == (1.0, 0.5, 2)


@pytest.mark.parametrize(
    "labels", [["0", "1"], ["A", "B", "C"], ["class_1", "class_2"], ["LABEL_0", "LABEL_1"], ["1.0", "2.0"], ["类别1", "类别2"]]
)
def test_codes_are_no_names(labels: list[str]) -> None:
    assert not names_have_meaning(labels)
    assert TASK.base_reference(labels) == "probe"


@pytest.mark.parametrize("labels", [["positive", "negative"], ["好评", "差评"], ["card_lost", "refund"], ["spam", "0", "ham"]])
def test_words_are_names(labels: list[str]) -> None:
    assert names_have_meaning(labels)
    assert TASK.base_reference(labels) == "zero_shot"


def test_labels_are_sorted_and_named_once() -> None:
    assert TASK.labels(["b", "a", "好", "b"]) == ("a", "b", "好")


def test_a_label_is_shown_as_it_is() -> None:
    assert TASK.shown("退货") == "退货"


def test_macro_f1_of_sums_leaves_out_labels_that_were_not_drawn() -> None:
    evidence = TASK.evidence(["a", "a", "b"], ["a", "b", "b"])
    assert TASK.metrics_of(evidence[:1])["macro_f1"] == pytest.approx([1.0])
