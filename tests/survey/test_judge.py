"""Judging labels: on made-up vectors in which right and wrong are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from playground.survey.judge import FEWEST_TEXTS, MOST_LABELS, choose_threshold, judge, make_case, opinions
from playground.survey.rows import Rows, read_rows
from playground.training.embed import Matrix


def rows_of(labels: list[str], texts: list[str] | None = None) -> Rows:
    texts = texts or [f"text {number}" for number in range(len(labels))]
    return read_rows(pd.DataFrame({"text": texts, "label": labels}), "text-classification")


def clusters(labels: list[str], noise: float = 0.4) -> Matrix:
    """A direction a label, and noise."""
    names = sorted(set(labels))
    draw = np.random.default_rng(0)
    vectors = np.eye(len(names), 16)[[names.index(label) for label in labels]] + noise * draw.normal(size=(len(labels), 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def labels() -> list[str]:
    return ["a", "b", "c"] * 40


def test_a_wrong_label_is_found_and_the_right_one_suggested(labels: list[str]) -> None:
    vectors = clusters(labels, 0.2)
    wrong = list(labels)
    wrong[30], wrong[61] = "b", "c"  # a and b by their vectors
    found = {suspect.row: suspect for suspect in judge(rows_of(wrong), vectors).suspects}
    assert {30, 61} <= set(found)
    assert (found[30].label, found[30].suggested) == ("b", "a")
    assert (found[61].label, found[61].suggested) == ("c", "b")
    assert found[30].confidence > 0.5


def test_right_labels_are_left_alone(labels: list[str]) -> None:
    judgement = judge(rows_of(labels), clusters(labels, 0.1))
    assert judgement.suspects == ()
    assert judgement.agreement == 1.0
    assert judgement.judged_rows == 120


def test_the_trial_tells_good_data_from_noise(labels: list[str]) -> None:
    good = judge(rows_of(labels), clusters(labels, 0.2)).trial
    noise = judge(rows_of(labels), np.random.default_rng(0).normal(size=(120, 16)).astype(np.float32)).trial
    assert good is not None
    assert noise is not None
    assert good.found > 0.8
    assert good.precise > 0.5 > noise.precise


def test_the_trial_is_announced(labels: list[str]) -> None:
    told: list[bool] = []
    judge(rows_of(labels), clusters(labels), lambda: told.append(True))
    assert told == [True]


def test_labels_with_few_texts_are_not_judged_and_not_suggested(labels: list[str]) -> None:
    all_labels = [*labels, *["rare"] * (FEWEST_TEXTS - 1), ""]
    judgement = judge(rows_of(all_labels), clusters(all_labels))
    assert judgement.judged_rows == 120
    assert all("rare" not in (suspect.label, suspect.suggested) for suspect in judgement.suspects)


def test_a_label_on_one_text_many_times_is_not_judged() -> None:
    assert make_case(rows_of(["a", "b"] * 10, ["same", "text"] * 10), clusters(["a", "b"] * 10)) is None


def test_one_label_alone_is_not_judged() -> None:
    assert judge(rows_of(["a"] * 20), clusters(["a"] * 20)).suspects == ()


def test_the_same_text_is_never_judged_by_who_has_seen_it() -> None:
    # Pure noise, but every text is there twice: a judge who had seen the twin would know.
    labels = [label for label in ["a", "b"] * 60 for _ in range(2)]
    texts = [f"word{number} thing{number}" for number in range(120) for _ in range(2)]
    vectors = np.repeat(np.random.default_rng(1).normal(size=(120, 16)), 2, axis=0).astype(np.float32)
    case = make_case(rows_of(labels, texts), vectors)
    assert case is not None
    agreement = (opinions(case).argmax(axis=1) == case.labels).mean()
    assert agreement < 0.65


def test_the_same_data_is_judged_the_same(labels: list[str]) -> None:
    vectors = clusters(labels)
    assert judge(rows_of(labels), vectors) == judge(rows_of(labels), vectors)


def test_labels_of_very_different_sizes_are_judged() -> None:
    labels = ["a"] * 200 + ["b"] * 6
    judgement = judge(rows_of(labels), clusters(labels, 0.2))
    assert judgement.judged_rows == 206
    assert len(judgement.suspects) < 5


def test_the_list_is_as_long_as_it_takes_to_find_five_flips_in_six() -> None:
    flips = np.linspace(0.01, 0.12, 12)
    others = np.append(np.linspace(0.2, 1.0, 90), 0.015)
    threshold, found, precise = choose_threshold(flips, others)
    assert threshold == flips[9]
    assert found == 10 / 12
    assert precise == 10 / 11


def test_a_list_of_mostly_false_alarms_is_cut_shorter() -> None:
    flips = np.array([0.01, 0.02, 0.03, 0.04, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])
    threshold, found, precise = choose_threshold(flips, np.linspace(0.05, 1.0, 200))
    assert (threshold, found, precise) == (0.04, 0.4, 1.0)


def test_of_very_many_labels_the_most_frequent_are_judged() -> None:
    labels = [f"label {number:03}" for number in range(MOST_LABELS + 5) for _ in range(FEWEST_TEXTS + (number > 4))]
    case = make_case(rows_of(labels), np.zeros((len(labels), 4), np.float32))
    assert case is not None
    assert len(case.names) == MOST_LABELS
    assert "label 000" not in case.names


def test_texts_that_carry_every_label_are_judged_without_trouble() -> None:
    labels = ["a", "b"] * 5
    judgement = judge(rows_of(labels, [f"text {number // 2}" for number in range(10)]), np.repeat(clusters(["a"] * 5), 2, axis=0))
    assert judgement.judged_rows == 10


def test_a_judge_who_saw_one_label_only_says_that_one() -> None:
    # Five texts carry b, all of them in the turn of one judge.
    case = make_case(rows_of(["a"] * 50 + ["b"] * 5), clusters(["a"] * 50 + ["b"] * 5))
    assert case is not None
    together = replace(case, same=np.append(np.arange(50), np.full(5, 50)))
    assert np.isfinite(opinions(together)).all()
