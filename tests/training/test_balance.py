"""Rare labels count as much as frequent ones, and no row is lost for it."""

from __future__ import annotations

from collections import Counter

import pytest

from playground.training.balance import MOST_REPEATS, class_weights, repeated_rows

LABELS = [0] * 12 + [1] * 6 + [2] * 2


def test_all_labels_count_the_same_in_sum() -> None:
    weights, counts = class_weights(LABELS, 3), Counter(LABELS)
    assert {round(weights[label] * counts[label], 6) for label in counts} == {round(20 / 3, 6)}


def test_a_row_counts_one_on_average() -> None:
    weights = class_weights(LABELS, 3)
    assert sum(weights[label] for label in LABELS) == pytest.approx(len(LABELS))


def test_a_label_without_rows_disturbs_nobody() -> None:
    assert class_weights(LABELS, 4)[:3] == class_weights(LABELS, 3)


def test_repeating_brings_every_label_up_to_the_most_frequent_one() -> None:
    assert Counter(LABELS[place] for place in repeated_rows(LABELS)) == {0: 12, 1: 12, 2: 12}


def test_no_row_is_left_out() -> None:
    assert set(repeated_rows(LABELS)) == set(range(len(LABELS)))


def test_a_row_is_repeated_ten_times_at_most() -> None:
    assert Counter(repeated_rows([0] * 500 + [1]))[500] == MOST_REPEATS


def test_equal_labels_need_no_repeats() -> None:
    assert repeated_rows([0, 1, 0, 1]) == [0, 1, 2, 3]
