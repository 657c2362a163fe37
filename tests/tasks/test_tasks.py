"""What every task keeps, whatever its answers are."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from playground.data.types import TaskName
from playground.errors import RecipeError
from playground.tasks import TASKS, Task, get_task, lower_is_better
from playground.words import LANGUAGES, say
from tests.tasks.making import cells

EVERY_TASK = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())


def test_every_kind_of_data_is_a_task() -> None:
    assert set(TASKS) == set(get_args(TaskName))


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(RecipeError):
        get_task("poetry")


@EVERY_TASK
@pytest.mark.parametrize("seed", [1, 2])
def test_summed_evidence_gives_the_metrics_the_primary_one_among_them(task: Task, seed: int) -> None:
    expected, poor, good = cells(task.name, 60, seed)
    for answers in (poor, good):
        found = task.metrics_of(task.evidence(expected, answers).sum(axis=0, keepdims=True))
        assert task.primary_metric in found
        scores = task.score(expected, answers).values
        assert {name: values[0] for name, values in found.items()} == pytest.approx({name: scores[name] for name in found}, abs=1e-9)


@EVERY_TASK
def test_evidence_is_summed_draw_by_draw(task: Task) -> None:
    expected, answers, _ = cells(task.name, 30)
    evidence = task.evidence(expected, answers)
    draws = np.random.default_rng(0).multinomial(30, [1 / 30] * 30, size=5).astype(float)
    for name, values in task.metrics_of(draws @ evidence).items():
        assert values == pytest.approx([task.metrics_of((draw @ evidence)[np.newaxis])[name][0] for draw in draws])


@EVERY_TASK
def test_better_answers_score_better_by_metric_and_by_goodness(task: Task) -> None:
    expected, poor, good = cells(task.name, 200)
    scores = [task.score(expected, answers).values[task.primary_metric] for answers in (poor, good)]
    assert (scores[1] < scores[0]) == lower_is_better(task.primary_metric)
    assert task.goodness(expected, good).mean() > task.goodness(expected, poor).mean()
    assert task.goodness(expected, good).max() <= task.perfect


@EVERY_TASK
def test_answers_must_be_as_many_as_rows(task: Task) -> None:
    expected, answers, _ = cells(task.name, 4)
    with pytest.raises(ValueError, match="4 rows, but 3 answers"):
        task.score(expected, answers[:3])
    with pytest.raises(ValueError, match="nothing"):
        task.score([], [])


@EVERY_TASK
def test_what_a_task_names_has_words(task: Task) -> None:
    expected, answers, _ = cells(task.name, 10)
    metrics = [f"metric.{name}" for name in (*task.score(expected, answers).values, task.watched_metric)]
    references = [f"{room}.{name}" for name in task.references for room in ("reference", "compare.base")]
    helps = [f"{key}.help" for key in (*metrics, *references) if not key.startswith("compare")]
    assert all(say(key, language) for key in (*metrics, *references, *helps, f"data.task.{task.name}") for language in LANGUAGES)


@EVERY_TASK
def test_the_base_is_one_of_the_references(task: Task) -> None:
    assert {task.base_reference(("good", "bad")), task.base_reference(("0", "1"))} <= set(task.references)


@EVERY_TASK
def test_only_right_or_wrong_answers_are_one_or_zero(task: Task) -> None:
    expected, answers, _ = cells(task.name, 100)
    assert set(np.unique(task.goodness(expected, answers))) <= {0.0, 1.0} or task.graded
