"""How long a trial will take, from the steps of those before it: none is begun that cannot end in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from playground.estimate.speed import evaluations
from playground.recipe import Recipe
from playground.search.types import SearchTrial

#: What a trial may take longer than those before it let expect: another rank is loaded anew, and no two steps take the same.
_MARGIN: Final = 1.1


@dataclass(frozen=True, slots=True)
class Pace:
    """What a step and an evaluation of one trial took, in seconds."""

    #: Rows of a batch, and batches of an optimizer step.
    batch_size: int
    accumulation: int
    step_seconds: float
    evaluation_seconds: float

    def step_of(self, recipe: Recipe) -> float:
        """Seconds an optimizer step of ``recipe`` takes at most: a larger batch grows with its rows, a smaller one saves little."""
        batch = self.step_seconds / self.accumulation
        return batch * recipe.gradient_accumulation * max(1.0, recipe.batch_size / self.batch_size)


def paces(trials: Sequence[SearchTrial]) -> tuple[Pace, ...]:
    """The pace of every trial that made steps."""
    return tuple(
        Pace(trial.recipe.batch_size, trial.recipe.gradient_accumulation, trial.step_seconds, trial.evaluation_seconds)
        for trial in trials
        if trial.step_seconds > 0
    )


def expected_seconds(recipe: Recipe, train_rows: int, known: Sequence[Pace]) -> float | None:
    """Seconds a trial of ``recipe`` is expected to take, with a margin; None before anything was measured.

    :param train_rows: samples of an epoch.
    """
    if not known:
        return None
    alike = [pace for pace in known if pace.batch_size == recipe.batch_size]
    near = alike or [min(known, key=lambda pace: abs(pace.batch_size - recipe.batch_size))]
    step = max(pace.step_of(recipe) for pace in near)
    evaluation = max(pace.evaluation_seconds for pace in known)
    steps = -(-train_rows // (recipe.batch_size * recipe.gradient_accumulation)) * recipe.epochs
    return _MARGIN * (steps * step + evaluations(train_rows, recipe) * evaluation)
