"""Which objective a task and a base model make."""

from __future__ import annotations

import pytest

from playground.errors import RecipeError
from playground.models.catalogue import CATALOGUE, get_model
from playground.tasks import TASKS
from playground.training.objectives import objective_for
from tests.training.conftest import MINILM


@pytest.mark.parametrize("task", sorted(TASKS))
def test_every_task_has_an_objective_for_every_kind_of_model_it_names(task: str) -> None:
    for kind in TASKS[task].kinds:
        facts = next(model for model in CATALOGUE if model.kind == kind)
        assert objective_for(task, facts).task.name == task


def test_a_kind_of_model_that_cannot_do_the_task_is_refused() -> None:
    with pytest.raises(RecipeError) as caught:
        objective_for("generation", get_model(MINILM))
    assert caught.value.code == "model_kind_for_task"
