"""What the stages of one attempt share: the run, its processes, its clock, and when to end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import torch
from transformers import TrainingArguments

from playground.recipe import Recipe
from playground.runs.folder import CHECKPOINTS, RunFolder
from playground.runs.writer import stop_requested
from playground.training.embed import Batches
from playground.training.entry import Interrupted
from playground.training.plan import Plan
from playground.training.ranks import Ranks
from playground.training.say import Voice
from playground.training.texts import LabelledSplits
from playground.training.watch import Ending

if TYPE_CHECKING:
    from playground.training.objective import Objective

#: What the processes tell each other.
_CODES: Final[tuple[Ending | None, ...]] = (None, "stopped", "paused")


@dataclass(frozen=True, slots=True)
class Clock:
    """How much of a time budget is left."""

    started: float
    budget: float | None

    def over(self, reserve: float = 0.0) -> bool:
        """Whether less than ``reserve`` seconds are left."""
        return self.budget is not None and time.monotonic() - self.started + reserve >= self.budget


@dataclass(frozen=True, slots=True)
class Work:
    """What all stages of an attempt share."""

    folder: RunFolder
    recipe: Recipe
    objective: Objective
    splits: LabelledSplits
    how: Plan
    ranks: Ranks
    arguments: TrainingArguments
    device: torch.device
    clock: Clock
    voice: Voice
    #: Step of the checkpoint this attempt goes on from, 0 for none.
    step: int
    #: Where a seed after the first keeps its files; None for the first, which keeps them in the run's folder.
    place: Path | None = None

    @property
    def checkpoints(self) -> Path:
        """What this seed can go on from."""
        return (self.place or self.folder.path) / CHECKPOINTS

    def ending(self, reserve: float = 0.0, *, pause: bool = True) -> Ending | None:
        """Whether to end now; all processes get the same answer."""
        code = 1 if stop_requested(self.folder.path) else 2 if pause and self.clock.over(reserve) else 0
        return _CODES[self.ranks.agree(code)]

    def check(self, *, pause: bool = True) -> None:
        """:raises Interrupted: if a person asked to stop, or the time budget is over."""
        ending = self.ending(pause=pause)
        if ending:
            raise Interrupted(ending, self.step)

    def batches(self, padding: int) -> Batches:
        """Passes without gradients, which a person can stop; the clock is looked at between them, or a short slice would never end one."""
        return Batches(self.how, self.device, padding, self.ranks, partial(self.check, pause=False))
