"""What to try next, by Optuna: a tree of Parzen estimators proposes (Bergstra et al. 2011), the median of the others prunes (Vizier).

Optuna is imported when a study begins, by the search's process only; its studies live in memory, and what was tried before is told to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from playground.recipe import Recipe
from playground.search.space import Space
from playground.search.types import SearchTrial

if TYPE_CHECKING:
    from optuna import Study as OptunaStudy
    from optuna.trial import Trial

#: Trials drawn at random before the estimators take over, the first recipe among them.
_RANDOM_TRIALS: Final = 6
#: Trials that must have come to their end before one is pruned, and how many of them must have been scored at that epoch.
_BEFORE_PRUNING: Final = 4
_AT_THAT_EPOCH: Final = 3
#: Values are compared at quarters of an epoch, and never before one whole epoch.
_PARTS: Final = 4
#: Proposals looked at before it is said that nothing new is left.
_MOST_PROPOSALS: Final = 60


@dataclass(slots=True)
class Proposal:
    """A recipe to try, and what is told about it while it is tried."""

    recipe: Recipe
    _study: OptunaStudy
    _trial: Trial

    def scored(self, epoch: float, value: float) -> bool:
        """Tell a value of the watched metric; whether the trial is not worth going on with."""
        self._trial.report(value, round(epoch * _PARTS))
        return self._trial.should_prune()

    def finish(self, value: float) -> None:
        """It came to its end."""
        self._study.tell(self._trial, value)

    def give_up(self) -> None:
        """It was pruned, or could not be trained: like a bad one."""
        from optuna.trial import TrialState

        self._study.tell(self._trial, state=TrialState.PRUNED)


class Study:
    """Proposes recipes of a space.

    :param past: trials of this search that have ended; their recipes are never proposed again.
    :param falls: whether less is better.
    """

    def __init__(self, space: Space, past: Sequence[SearchTrial] = (), *, falls: bool, seed: int) -> None:
        import optuna

        optuna.logging.set_verbosity(logging.WARNING)
        self._space, self._tried = space, [trial.recipe for trial in past]
        self._distributions = space.distributions()
        # Another seed with every trial that is past, or a search that goes on would draw the very same again.
        sampler = optuna.samplers.TPESampler(seed=(seed + len(past)) % 2**32, n_startup_trials=_RANDOM_TRIALS)
        pruner = optuna.pruners.MedianPruner(_BEFORE_PRUNING, n_warmup_steps=_PARTS - 1, n_min_trials=_AT_THAT_EPOCH)
        self._study = optuna.create_study(direction="minimize" if falls else "maximize", sampler=sampler, pruner=pruner)
        for trial in past:
            self._tell_past(trial)

    def first(self, recipe: Recipe) -> Proposal:
        """This very recipe."""
        return self._proposal(self._space.values(recipe), recipe)

    def next(self, fits: Callable[[Recipe], bool]) -> Proposal | None:
        """A recipe that was not tried and that ``fits``; None if none is found."""
        from optuna.trial import TrialState

        for _ in range(_MOST_PROPOSALS):
            trial = self._study.ask(self._distributions)
            recipe = self._space.recipe(trial.params)
            if recipe not in self._tried and fits(recipe):
                self._tried.append(recipe)
                return Proposal(recipe, self._study, trial)
            self._study.tell(trial, state=TrialState.FAIL)  # nothing is learned from it
        return None

    def _proposal(self, values: Mapping[str, Any], recipe: Recipe) -> Proposal:
        self._study.enqueue_trial(dict(values))
        self._tried.append(recipe)
        return Proposal(recipe, self._study, self._study.ask(self._distributions))

    def _tell_past(self, trial: SearchTrial) -> None:
        from optuna.trial import TrialState, create_trial

        scores = {round(epoch * _PARTS): value for epoch, value in trial.course}
        finished = trial.status == "finished" and trial.value is not None
        self._study.add_trial(
            create_trial(
                state=TrialState.COMPLETE if finished else TrialState.PRUNED, value=trial.value if finished else None,
                params=self._space.values(trial.recipe), distributions=self._distributions, intermediate_values=scores,
            )
        )  # fmt: skip
