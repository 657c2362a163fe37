"""References are called by a name that fits their task, and what has no words yet by its own."""

from __future__ import annotations

import pytest

from playground.tasks import TASKS
from playground.ui.names import level_name, metric_name, reference_help, reference_name, short_name, source_name, task_name


def test_a_name_of_the_task_comes_before_the_general_one() -> None:
    assert reference_name("probe", "regression", "en") == "Base model, ridge regression"
    assert reference_name("probe", "text-classification", "en") == "Base model, linear probe"


def test_what_a_newer_version_measured_is_called_as_it_calls_itself() -> None:
    assert reference_name("oracle", "regression", "en") == "oracle"
    assert reference_help("oracle", "regression", "en") == ""
    assert [level_name("oracle", "x", "zh"), metric_name("bleurt", "en"), task_name("dance", "en"), source_name("disk", "en")] == [
        "oracle", "bleurt", "dance", "disk",
    ]  # fmt: skip


@pytest.mark.parametrize("task", TASKS)
def test_everything_a_task_measures_has_words(task: str) -> None:
    for reference in TASKS[task].references:
        assert reference_help(reference, task, "zh")
        for named in (reference_name, short_name, level_name):
            assert named(reference, task, "zh") != reference
    assert task_name(task, "zh") != task
