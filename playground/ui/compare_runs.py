"""The finished runs of a workbench as the Compare tab asks for them, by owner; a comparison is worked out once."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Final

from playground.compare import Comparison
from playground.errors import PlaygroundError
from playground.runs.types import Result, Run
from playground.ui import format
from playground.ui.compare_others import Other, OwnBase
from playground.ui.names import short_name
from playground.ui.run_words import model_title
from playground.words import Language
from playground.workbench import Workbench

#: The references that can answer a new text, and so can stand as base on both halves of the tab.
ANSWERING: Final = ("zero_shot", "probe", "untuned")
#: Finished runs offered in the chooser.
_MOST_RUNS: Final = 100
#: Other runs the one in view is compared with.
_MOST_OTHERS: Final = 4


class ComparedRuns:
    """What has been finished, and how it compares."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        # A finished run never changes, so its comparison (bootstrap included) is worked out once. The owner is part of the key.
        self._worked_out = lru_cache(maxsize=32)(bench.comparison)
        self._between = lru_cache(maxsize=128)(bench.between)
        self._working = threading.Lock()

    def comparison(self, run_id: str, owner: str, base: str | None) -> Comparison:
        """One at a time: several events ask for the same at once, and the first one also imports the statistics.

        :param base: the reference to show as base; one that cannot answer new texts, or None, means the run's own choice.
        :raises RunError: if the run is not this owner's, not finished or has no such reference.
        """
        with self._working:
            return self._worked_out(run_id, owner, base if base in ANSWERING else None)

    def others(self, run: Run, owner: str) -> list[Other]:
        """The newest other runs whose held-out rows are the same: same data, same seed, same shares."""
        found: list[Other] = []
        for other in self._alike(run, owner)[:_MOST_OTHERS]:
            try:
                with self._working:
                    found.append(Other(other, self._between(run.id, other.id, owner)))
            except PlaygroundError:
                continue  # its rows are others after all (it was trained by another version), or it was deleted this moment
        return found

    def own_base(self, run: Run, owner: str) -> OwnBase | None:
        """What a base model the owner pretrained is worth, if this run or its counterpart began with one."""
        alike = self._alike(run, owner)
        try:
            if plain := self.bench.without_pretraining(run, owner):
                without = next((other for other in alike if other.recipe == plain), None)
                return self._worth(run, without, plain.model, owner)
            own = next((other for other in alike if self.bench.without_pretraining(other, owner) == run.recipe), None)
            return self._worth(own, run, run.recipe.model, owner) if own else None
        except PlaygroundError:
            return None  # a model or data was deleted: nobody can tell any more

    def _worth(self, own: Run, plain: Run | None, base: str, owner: str) -> OwnBase:
        with self._working:
            verdict = self._between(own.id, plain.id, owner) if plain else None
        return OwnBase(model_title(own.recipe.model), model_title(base), verdict)

    def _alike(self, run: Run, owner: str) -> list[Run]:
        """The owner's other finished runs on the same rows, newest first."""
        return [other for other in self.bench.my_runs(owner) if other.id != run.id and _same_rows(run, other) and self.bench.result(other)]

    def find(self, run_id: str | None, owner: str) -> Run | None:
        """The run in view; without one, the newest finished one."""
        if run_id:
            try:
                return self.bench.run(run_id, owner)
            except PlaygroundError:
                return None
        return next((run for run in self.bench.my_runs(owner) if self.bench.result(run)), None)

    def choices(self, owner: str) -> list[tuple[str, str]]:
        """Finished runs as choices: what it was trained on, with which model, when."""
        runs = [run for run in self.bench.my_runs(owner) if self.bench.result(run)][:_MOST_RUNS]
        return [(f"{run.dataset_name} · {model_title(run.recipe.model)} · {format.moment(run.created)}", run.id) for run in runs]

    @staticmethod
    def bases(result: Result, language: Language) -> list[tuple[str, str]]:
        """What can stand as base, as choices."""
        names = [name for name in ANSWERING if name in result.references]
        return [(short_name(name, result.task, language), name) for name in names]


def _same_rows(run: Run, other: Run) -> bool:
    """Whether both were split the same way from the same data."""
    ways = [(each.dataset, each.recipe.seed, each.recipe.validation_share, each.recipe.test_share) for each in (run, other)]
    return ways[0] == ways[1]
