"""The two tests behind a verdict, against slow and independent ways to get the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, wilcoxon
from sklearn.metrics import f1_score

from playground.compare.statistics import bootstrap, mcnemar_p_value, paired_test
from playground.tasks import TASKS, Task, get_task
from playground.tasks.generation import Written
from tests.tasks.making import cells

LABELS = ["a", "b", "c"]
ONE_LABEL = get_task("text-classification")
EVERY_TASK = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())


def difference(task: Task, expected: list[str], base: list[str], tuned: list[str], seed: int = 0) -> tuple[float, float]:
    found = bootstrap(task, expected, base, tuned, seed=seed)[task.primary_metric].change
    assert found is not None
    return found


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
    for _ in range(250):
        drawn = generator.integers(0, len(truth), len(truth))
        asked = sorted(set(expected[drawn]))
        scores = [f1_score(expected[drawn], side[drawn], labels=asked, average="macro", zero_division=0) for side in (before, after)]
        slow.append(scores[1] - scores[0])
    low, high = difference(ONE_LABEL, truth, base, tuned)
    assert (low, high) == pytest.approx(tuple(np.quantile(slow, [0.025, 0.975])), abs=0.04)


def test_equal_answers_have_an_interval_of_zero(truth: list[str]) -> None:
    assert difference(ONE_LABEL, truth, truth, truth) == (0.0, 0.0)


def test_the_interval_repeats_with_the_same_seed(truth: list[str]) -> None:
    base, tuned = answers(150, 0.5, 1, truth), answers(150, 0.6, 2, truth)
    assert difference(ONE_LABEL, truth, base, tuned, seed=3) == difference(ONE_LABEL, truth, base, tuned, seed=3)


def test_fewer_rows_give_a_wider_interval(truth: list[str]) -> None:
    base, tuned = answers(150, 0.5, 1, truth), answers(150, 0.8, 2, truth)
    few = difference(ONE_LABEL, truth[:20], base[:20], tuned[:20])
    many = difference(ONE_LABEL, truth, base, tuned)
    assert few[1] - few[0] > many[1] - many[0]


def test_mcnemar_is_the_exact_binomial_test_on_changed_rows() -> None:
    base = np.array([True] * 10 + [False] * 9 + [True] * 2)
    tuned = np.array([True] * 10 + [True] * 9 + [False] * 2)
    assert mcnemar_p_value(base, tuned) == pytest.approx(binomtest(2, 11).pvalue)


def test_mcnemar_without_a_changed_row_is_one() -> None:
    same = np.array([True, False, True])
    assert mcnemar_p_value(same, same) == pytest.approx(1.0)


@pytest.mark.parametrize("task", [task for task in TASKS.values() if task.graded], ids=lambda task: task.name)
def test_the_interval_of_graded_answers_agrees_with_row_by_row_resampling(task: Task) -> None:
    expected, base, tuned = cells(task.name, 60)
    generator, slow = np.random.default_rng(9), []
    for _ in range(100):
        drawn = generator.integers(0, 60, 60)
        rows = [[column[row] for row in drawn] for column in (expected, base, tuned)]
        scores = [task.score(rows[0], side).values[task.primary_metric] for side in rows[1:]]
        slow.append(scores[1] - scores[0])
    low, high = difference(task, expected, base, tuned)
    width = max(slow) - min(slow)
    assert (low, high) == pytest.approx(tuple(np.quantile(slow, [0.025, 0.975])), abs=0.2 * width)


@EVERY_TASK
def test_the_interval_covers_the_difference_of_a_large_sample(task: Task) -> None:
    many = cells(task.name, 1500)
    scores = [task.score(many[0], side).values[task.primary_metric] for side in many[1:]]
    low, high = difference(task, *cells(task.name, 100, seed=5))
    assert low < scores[1] - scores[0] < high


def test_rows_drawn_one_by_one_give_the_interval_of_cells_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = cells("text-classification", 200)
    at_once = difference(ONE_LABEL, *columns)
    monkeypatch.setattr("playground.compare.statistics._FEW_CELLS", 0)
    one_by_one = difference(ONE_LABEL, *columns)
    assert one_by_one != at_once
    assert one_by_one == pytest.approx(at_once, abs=0.02)


def test_resamples_without_anything_to_score_are_left_out() -> None:
    task = get_task("multi-label-classification")
    expected, right, wrong = ['["a"]', "[]", "[]"], ['["a"]', "[]", "[]"], ["[]", "[]", "[]"]
    assert difference(task, expected, wrong, right) == (1.0, 1.0)


def test_a_metric_that_is_undefined_everywhere_has_no_interval() -> None:
    task = get_task("multi-label-classification")
    assert bootstrap(task, ["[]"] * 3, ["[]"] * 3, ["[]"] * 3)["micro_f1"].change is None


def test_graded_answers_are_tested_by_wilcoxon_on_the_rows_that_changed() -> None:
    base, gains = np.arange(12.0), np.array([0.5, 0, 0.4, 0.3, -0.1, 0.7, 0.2, 0.9, 0, 0.6, 0.8, 1.1])
    found = paired_test(base, base + gains, graded=True)
    assert found.p_value == pytest.approx(wilcoxon(gains[gains != 0]).pvalue)
    assert found.direction == 1


def test_the_direction_is_that_of_the_ranks() -> None:
    base = np.zeros(6)
    assert paired_test(base, np.array([-1.0, -2, -3, -4, -5, 60]), graded=True).direction == -1


@pytest.mark.parametrize("graded", [True, False])
def test_answers_that_are_all_as_good_as_before_differ_by_luck(graded: bool) -> None:
    same = np.array([1.0, 0.0, 1.0])
    found = paired_test(same, same, graded=graded)
    assert (found.p_value, found.direction) == (pytest.approx(1.0), 0)


def test_right_or_wrong_answers_are_tested_by_mcnemar() -> None:
    base, tuned = np.array([0.0] * 9 + [1.0] * 3), np.array([1.0] * 9 + [0.0] * 2 + [1.0])
    found = paired_test(base, tuned, graded=False)
    assert found.p_value == pytest.approx(binomtest(2, 11).pvalue)
    assert found.direction == 1


def test_every_metric_of_written_answers_has_intervals_around_its_score() -> None:
    task = get_task("generation")
    expected, base, tuned = cells("generation", 80)
    found = bootstrap(task, expected, base, tuned)
    assert set(found) == {"chrf", "rouge_l", "exact_match", "perplexity"}
    for side, answered in (("base", base), ("tuned", tuned)):
        for name, value in task.score(expected, answered).values.items():
            low, high = getattr(found[name], side)
            assert low <= value <= high


def test_the_interval_of_a_difference_is_that_of_pairs() -> None:
    task = get_task("generation")
    expected, _, tuned = cells("generation", 80)
    same = bootstrap(task, expected, tuned, tuned)["rouge_l"]
    assert same.change == (0.0, 0.0)
    assert same.base == same.tuned != (0.0, 0.0)


def test_an_answerer_without_probabilities_has_no_interval_of_perplexity() -> None:
    task = get_task("generation")
    expected, _, tuned = cells("generation", 30)
    found = bootstrap(task, expected, [Written("good").cell] * 30, tuned)["perplexity"]
    assert (found.base, found.change) == (None, None)
    assert found.tuned is not None
