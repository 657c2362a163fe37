"""The Trainer's settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.devices import Device
from playground.recipe import Recipe, Schedule
from playground.training.loop import Rows, training_arguments
from playground.training.order import Item
from playground.training.plan import plan

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)


@pytest.mark.parametrize(("schedule", "name"), [("linear", "linear"), ("cosine", "cosine"), ("constant", "constant_with_warmup")])
def test_the_recipe_reaches_the_trainer(tmp_path: Path, schedule: Schedule, name: str) -> None:
    recipe = Recipe(model="m", epochs=3, learning_rate=2e-4, schedule=schedule, warmup_ratio=0.2, batch_size=7, gradient_accumulation=2)
    arguments = training_arguments(tmp_path, recipe, plan(recipe, LAPTOP))
    assert arguments.lr_scheduler_type == name
    assert arguments.get_warmup_steps(100) == 20
    assert (arguments.num_train_epochs, arguments.learning_rate, arguments.train_batch_size) == (3, 2e-4, 7)
    assert (arguments.bf16, arguments.use_cpu, arguments.device.type) == (True, True, "cpu")


def test_the_trainer_itself_logs_evaluates_and_saves_nothing(tmp_path: Path) -> None:
    recipe = Recipe(model="m")
    arguments = training_arguments(tmp_path, recipe, plan(recipe, LAPTOP))
    assert {arguments.logging_strategy, arguments.eval_strategy, arguments.save_strategy} == {"no"}
    assert arguments.report_to == []


def test_a_row_is_found_by_what_the_sampler_yields() -> None:
    rows = Rows([[1, 2], [3]], [0, 1])
    assert rows[Item(1, 0.5)] == ([3], 1, 0.5)
    assert len(rows) == 2
