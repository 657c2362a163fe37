"""Steps at rising learning rates: the Trainer's side of the range test."""

from __future__ import annotations

from typing import Any

import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import TrainerCallback, TrainerControl, TrainerState

from playground.search.rates import diverges, rising
from playground.training.checkpoint import Progress
from playground.training.loop import FineTuner, Rows
from playground.training.objective import Scene


class RisingTuner(FineTuner):
    """A ``FineTuner`` whose schedule rises exponentially between two rates.

    :param rates: the lowest and the highest.
    """

    def __init__(self, scene: Scene, rows: Rows, watch: TrainerCallback, rates: tuple[float, float], steps: int) -> None:
        work, recipe = scene.work, scene.recipe
        super().__init__(
            scene.model, work.arguments, work.objective, rows, recipe, scene.batches(), Progress(), work.folder.checkpoints, watch
        )  # fmt: skip
        self._rising = [rate / recipe.learning_rate for rate in rising(*rates, steps)]

    def create_scheduler(self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None) -> Any:
        """Multiples of each group's own rate, so that LoRA+ keeps its ratio."""
        made = optimizer or self.optimizer
        assert made is not None
        self.lr_scheduler = LambdaLR(made, lambda step: self._rising[min(step, len(self._rising) - 1)])
        return self.lr_scheduler


class Climb(TrainerCallback):
    """Notes rate and loss of each step, and ends the test when the loss shoots up. ``tuner`` is set once the Trainer exists."""

    def __init__(self, scene: Scene) -> None:
        self.tuner: Any = None
        self.points: list[tuple[float, float]] = []
        self.diverged = False
        self._scene = scene
        self._rate = 0.0

    def on_train_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.tuner.model.train()

    def on_epoch_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.tuner.sampler.set_epoch(round(state.epoch or 0))

    def on_step_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._rate = float(self.tuner.lr_scheduler.get_last_lr()[0])

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._scene.work.check(pause=False)
        self.points.append((self._rate, float(self.tuner.step_loss)))
        self.tuner.step_loss.zero_()
        if diverges([loss for _, loss in self.points]):
            self.diverged = control.should_training_stop = True
