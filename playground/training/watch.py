"""After each optimizer step: tell, evaluate, keep the best, and see whether to stop, pause or put a checkpoint on disk."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState

from playground.errors import RunError
from playground.recipe import Recipe
from playground.runs.events import CheckpointEvent, EvaluationEvent, Event, StepEvent
from playground.training import checkpoint as checkpoints
from playground.training.checkpoint import Progress
from playground.training.devices import memory_now_mb, memory_peak_mb
from playground.training.entry import Interrupted
from playground.training.ranks import Ranks

#: Least seconds between two step events: a page draws no faster, and tiny steps must not spend their time on writing.
STEP_EVENT_SECONDS = 0.25
#: Least seconds between two checkpoints nobody asked for; a kill loses at most about this much and one evaluation interval.
CHECKPOINT_SECONDS = 20.0
#: Steps the rate is taken over.
_WINDOW: Final = 20

Ending = Literal["stopped", "paused"]
#: Mean loss and watched metric of the validation split.
Evaluate = Callable[[], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What watching needs from the run around it."""

    folder: Path
    recipe: Recipe
    ranks: Ranks
    device: torch.device
    steps_per_epoch: int
    evaluation_steps: tuple[int, ...]
    evaluate: Evaluate
    #: Whether the watched metric improves by falling.
    lower_is_better: bool
    tell: Callable[[Event], None]
    #: Whether to end now, given the seconds still needed to put things on disk; the same for all processes.
    ending: Callable[[float], Ending | None]
    #: Whether reading a loss makes the device wait.
    lazy_loss: bool

    @property
    def total_steps(self) -> int:
        """Optimizer steps of the whole run, unless it is stopped early."""
        return self.steps_per_epoch * self.recipe.epochs


class Watch(TrainerCallback):
    """The Trainer's callback. ``tuner`` is set once the Trainer exists."""

    def __init__(self, around: Surroundings, progress: Progress) -> None:
        self.around, self.progress = around, progress
        self.tuner: Any = None
        self.ended: Ending | None = None
        self._recent: deque[tuple[float, int]] = deque(maxlen=_WINDOW)
        self._told = self._saved = self._saving = self._mark = time.monotonic()
        self._save_seconds = 1.0

    def catch_up(self, step: int) -> None:
        """Make the evaluation that an earlier attempt left undone at this step; the weights of that step are in place.

        :raises Interrupted: if a person asks to stop meanwhile; the checkpoint still says that it is due.
        """
        self._evaluate(step)

    def on_train_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.tuner.model.train()
        self._mark = self._saved = time.monotonic()

    def on_epoch_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.tuner.sampler.set_epoch(state.global_step // self.around.steps_per_epoch)

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._count_step(state)
        self._tell_step(state)
        self.ended = self.around.ending(self._reserve(state.global_step))
        self.progress.evaluation_due = state.global_step in self.around.evaluation_steps
        if self.progress.evaluation_due and not self.ended:
            self._try_to_evaluate(state.global_step)
        due = self.around.ranks.agree(int(time.monotonic() - self._saved > CHECKPOINT_SECONDS))
        control.should_save = bool(self.ended or self.progress.done or due)
        if self.ended or self.progress.done:
            control.should_training_stop = True
        self._mark_saving()

    def on_save(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._mark = self._saved = time.monotonic()
        self._save_seconds = self._saved - self._saving
        self.around.tell(CheckpointEvent(step=state.global_step))

    def _mark_saving(self) -> None:
        self._saving = self._mark = time.monotonic()

    def _count_step(self, state: TrainerState) -> None:
        now = time.monotonic()
        seconds, self._mark = now - self._mark, now
        rows = self._rows_of(state.global_step)
        self._recent.append((seconds, rows))
        self.progress.step_seconds += seconds
        self.progress.training_seconds += seconds
        self.progress.rows += rows

    def _rows_of(self, step: int) -> int:
        """Rows of a step over all processes, on average over its epoch."""
        total, per_epoch = len(self.tuner.train_dataset), self.around.steps_per_epoch
        place = (step - 1) % per_epoch
        return total * (place + 1) // per_epoch - total * place // per_epoch

    def _tell_step(self, state: TrainerState) -> None:
        step, total = state.global_step, state.max_steps
        due = time.monotonic() - self._told >= STEP_EVENT_SECONDS or step == total or step == 1 or step in self.around.evaluation_steps
        if self.around.lazy_loss and self.around.ranks.size == 1 and not due:
            self.tuner.step_loss.zero_()
            return
        loss = float(self.around.ranks.mean(self.tuner.step_loss.detach()).item())
        self.tuner.step_loss.zero_()
        if not math.isfinite(loss):
            raise RunError("loss_not_finite", step=step, learning_rate=self.around.recipe.learning_rate)
        if not due:
            return
        self._told = time.monotonic()
        now = memory_now_mb(self.around.device)
        self.progress.peak_memory_mb = max(self.progress.peak_memory_mb, memory_peak_mb(self.around.device))
        rates = self.tuner.lr_scheduler.get_last_lr()
        self.around.tell(
            StepEvent(
                step=step, total_steps=total, epoch=round(step / self.around.steps_per_epoch, 4), loss=loss, learning_rate=float(rates[0]),
                samples_per_second=self._rate(), eta_seconds=self._eta(step, total), memory_mb=now,
            )
        )  # fmt: skip

    def _rate(self) -> float:
        seconds = sum(each for each, _ in self._recent)
        return sum(rows for _, rows in self._recent) / max(seconds, 1e-9)

    def _step_seconds(self) -> float:
        return sum(seconds for seconds, _ in self._recent) / max(1, len(self._recent))

    def _eta(self, step: int, total: int) -> float:
        """Remaining steps at the recent rate, and remaining evaluations at the time the last one took; the same for seeds that follow."""
        seeds, due = self.around.recipe.seeds - 1, self.around.evaluation_steps
        steps, evaluations = total - step + seeds * total, sum(place >= step for place in due) + seeds * len(due)
        return steps * self._step_seconds() + evaluations * self.progress.evaluation_seconds

    def _reserve(self, step: int) -> float:
        """Seconds to keep back of a time budget: for one more step, its evaluation, and a checkpoint."""
        evaluation = self.progress.evaluation_seconds if step + 1 in self.around.evaluation_steps else 0.0
        return 1.5 * self._step_seconds() + evaluation + 2 * self._save_seconds

    def _try_to_evaluate(self, step: int) -> None:
        try:
            self._evaluate(step)
        except Interrupted as interruption:
            # The checkpoint of this step will say that its evaluation is still to be made.
            self.ended = "stopped" if interruption.outcome.ending == "stopped" else "paused"

    def _evaluate(self, step: int) -> None:
        started = time.monotonic()
        loss, metric = self.around.evaluate()
        self.tuner.model.train()
        progress = self.progress
        progress.evaluation_seconds = time.monotonic() - started
        progress.training_seconds += progress.evaluation_seconds
        progress.evaluation_due = False
        best = progress.evaluated(step, metric, loss, lower_is_better=self.around.lower_is_better)
        if best:
            self.around.ranks.first_only(lambda: checkpoints.keep_best(self.around.folder, self.tuner.model))
        patience = self.around.recipe.early_stopping_patience
        progress.done = step >= self.around.total_steps or 0 < patience <= progress.without_gain
        epoch = round(step / self.around.steps_per_epoch, 4)
        self.around.tell(EvaluationEvent(step=step, epoch=epoch, loss=loss, metric=metric, best=best))
