"""What is told and decided after a step."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers import TrainerControl, TrainerState

from playground.errors import RunError
from playground.recipe import Recipe
from playground.runs.events import Event, StepEvent
from playground.training.checkpoint import Progress
from playground.training.ranks import ALONE
from playground.training.watch import Surroundings, Watch


def make(told: list[Event], tmp_path: Path, **changes: Any) -> Watch:
    values: dict[str, Any] = {
        "folder": tmp_path, "recipe": Recipe(model="m", epochs=2), "ranks": ALONE, "device": torch.device("cpu"), "steps_per_epoch": 5,
        "evaluation_steps": (5, 10), "evaluate": lambda: (1.0, 0.5), "tell": told.append, "ending": lambda reserve: None,
        "lazy_loss": False, "lower_is_better": False,
    }  # fmt: skip
    watch = Watch(Surroundings(**(values | changes)), Progress(evaluation_seconds=3.0))
    watch.tuner = SimpleNamespace(
        step_loss=torch.tensor(0.25),
        train_dataset=range(18),
        lr_scheduler=SimpleNamespace(get_last_lr=lambda: [0.1]),
        model=torch.nn.Linear(1, 1),
    )
    return watch


def step(watch: Watch, number: int) -> TrainerControl:
    control = TrainerControl()
    watch.on_step_end(None, TrainerState(global_step=number, max_steps=10), control)
    return control


def test_the_time_left_counts_the_evaluations_to_come(tmp_path: Path) -> None:
    told: list[Event] = []
    step(make(told, tmp_path), 1)
    event = told[0]
    assert isinstance(event, StepEvent)
    assert event.eta_seconds == pytest.approx(6.0, abs=1.0)
    assert (event.loss, event.epoch, event.learning_rate, event.total_steps) == (0.25, 0.2, 0.1, 10)


def test_rows_of_an_epochs_steps_sum_to_the_split(tmp_path: Path) -> None:
    watch = make([], tmp_path)
    assert sum(watch._rows_of(number) for number in range(1, 6)) == 18
    assert sum(watch._rows_of(number) for number in range(6, 11)) == 18


def test_an_ending_asks_for_a_checkpoint_and_puts_a_due_evaluation_off(tmp_path: Path) -> None:
    watch = make([], tmp_path, ending=lambda reserve: "stopped")
    control = step(watch, 5)
    assert control.should_save
    assert control.should_training_stop
    assert watch.progress.evaluation_due


def test_patience_ends_training(tmp_path: Path) -> None:
    watch = make([], tmp_path, recipe=Recipe(model="m", epochs=2, early_stopping_patience=1))
    watch.progress.best_step, watch.progress.best_metric = 3, 0.9
    assert step(watch, 5).should_training_stop
    assert watch.progress.done


def test_equal_metrics_are_decided_by_the_loss(tmp_path: Path) -> None:
    watch = make([], tmp_path)
    watch.progress.best_step, watch.progress.best_metric, watch.progress.best_loss = 3, 0.5, 1.5
    step(watch, 5)
    assert (watch.progress.best_step, watch.progress.best_loss) == (5, 1.0)


def test_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    watch = make([], tmp_path)
    watch.tuner.step_loss = torch.tensor(float("nan"))
    with pytest.raises(RunError) as caught:
        step(watch, 3)
    assert caught.value.facts == {"step": 3, "learning_rate": 1e-3}


def test_a_device_that_would_wait_is_not_asked_for_every_loss(tmp_path: Path) -> None:
    told: list[Event] = []
    watch = make(told, tmp_path, lazy_loss=True)
    step(watch, 1)
    watch.tuner.step_loss = torch.tensor(float("nan"))
    step(watch, 2)
    assert len(told) == 1


def test_a_metric_that_falls_is_better_when_lower(tmp_path: Path) -> None:
    metrics = iter([30.0, 20.0, 25.0])
    watch = make([], tmp_path, lower_is_better=True, evaluate=lambda: (1.0, next(metrics)))
    for step in (1, 2, 3):
        watch._evaluate(step)
    assert (watch.progress.best_step, watch.progress.best_metric) == (2, 20.0)
