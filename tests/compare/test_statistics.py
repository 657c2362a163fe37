"""The two tests behind a verdict, against slow and independent ways to get the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import f1_score

from playground.compare.statistics import bootstrap_macro_f1_difference, mcnemar_p_value

LABELS = ["a", "b", "c"]


def answers(rows: int, right: float, seed: int, truth: list[str]) -> list[str]:
    generator = np.random.default_rng(seed)
    return [name if generator.random() < right else str(generator.choice(LABELS)) for name in truth[:rows]]


@pytest.fixture
def truth() -> list[str]:
    return [str(name) for name in np.random.default_rng(0).choice(LABELS, 150, p=[0.6, 0.3, 0.1])]


def test_the_interval_agrees_with_row_by_row_resampling(truth: list[str]) -> None:
    base, tuned = answers(150, 0.5, 1, truth), answers(150, 0.8, 2, truth)
    generator, slow = np.random.default_rng(9), []
    expected, before, after = np.array(truth), np.array(base), np.array(tuned)
    for _ in range(400):
        drawn = generator.integers(0, len(truth), len(truth))
        asked = sorted(set(expected[drawn]))
        scores = [f1_score(expected[drawn], side[drawn], labels=asked, average="macro", zero_division=0) for side in (before, after)]
        slow.append(scores[1] - scores[0])
    low, high = bootstrap_macro_f1_difference(truth, base, tuned)
    assert (low, high) == pytest.approx(tuple(np.quantile(slow, [0.025, 0.975])), abs=0.04)


def test_equal_answers_have_an_interval_of_zero(truth: list[str]) -> None:
    assert bootstrap_macro_f1_difference(truth, truth, truth) == (0.0, 0.0)


def test_the_interval_repeats_with_the_same_seed(truth: list[str]) -> None:
    base, tuned = answers(150, 0.5, 1, truth), answers(150, 0.6, 2, truth)
    assert bootstrap_macro_f1_difference(truth, base, tuned, seed=3) == bootstrap_macro_f1_difference(truth, base, tuned, seed=3)


def test_fewer_rows_give_a_wider_interval(truth: list[str]) -> None:
    base, tuned = answers(150, 0.5, 1, truth), answers(150, 0.8, 2, truth)
    few = bootstrap_macro_f1_difference(truth[:20], base[:20], tuned[:20])
    many = bootstrap_macro_f1_difference(truth, base, tuned)
    assert few[1] - few[0] > many[1] - many[0]


def test_mcnemar_is_the_exact_binomial_test_on_changed_rows() -> None:
    base = np.array([True] * 10 + [False] * 9 + [True] * 2)
    tuned = np.array([True] * 10 + [True] * 9 + [False] * 2)
    assert mcnemar_p_value(base, tuned) == pytest.approx(binomtest(2, 11).pvalue)


def test_mcnemar_without_a_changed_row_is_one() -> None:
    same = np.array([True, False, True])
    assert mcnemar_p_value(same, same) == pytest.approx(1.0)
