"""Every task that can be trained has a view, and the views agree with the tasks about what their metrics mean."""

from __future__ import annotations

import pytest

from playground.tasks import TASKS, lower_is_better
from playground.ui.tasks import VIEWS, view_of
from tests.ui.tasks.seen import comparison


def test_every_task_has_a_view() -> None:
    assert set(VIEWS) == set(TASKS)


@pytest.mark.parametrize("task", TASKS)
def test_a_metric_falls_on_the_page_where_it_falls_in_the_task(task: str) -> None:
    names = {TASKS[task].watched_metric, *comparison(task).tuned.values}  # type: ignore[arg-type]
    assert {name for name in names if view_of(task).scale(name).falls} == {name for name in names if lower_is_better(name)}


@pytest.mark.parametrize("task", TASKS)
def test_a_share_stays_between_0_and_1(task: str) -> None:
    seen = comparison(task)  # type: ignore[arg-type]
    shares = [value for name, value in seen.tuned.values.items() if view_of(task).scale(name).kind == "share"]
    assert all(0 <= value <= 1 for value in shares)
