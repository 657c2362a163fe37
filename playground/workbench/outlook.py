"""What is known of a run before Start: will it fit, how long will it take, is it worth it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from playground.data.store import ROWS_FILE, DatasetStore
from playground.data.types import Dataset
from playground.devices import Device
from playground.errors import PlaygroundError, RunError
from playground.estimate import (
    Estimate,
    Fit,
    Measured,
    Memory,
    Remedy,
    Room,
    disk_mb,
    estimate,
    find_room,
    fit_of,
    memory_by_formula,
    remedies,
    training_seconds,
)
from playground.launch.references import BeforeTraining, SimpleReferences, references_key
from playground.launch.trial import Trials, TrialState, trial_key
from playground.models import get_model
from playground.models.cache import cached
from playground.recipe import Recipe
from playground.runs.store import RunStore

#: Finished runs and trials whose speed corrects the estimate.
_EARLIER: Final = 5
#: Share of the machine's memory that is free once nothing trains.
_LEFT_BY_A_RUN: Final = 0.8
#: Errors of a trial that say the memory is not there.
_MEMORY_CODES: Final = ("out_of_memory", "killed_memory")


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that is known of a run before Start."""

    estimate: Estimate
    room: Room
    fit: Fit
    #: What helps if it does not fit, the gentlest first; empty where it fits.
    remedies: tuple[Remedy, ...]
    #: Megabytes the run takes on disk.
    disk_mb: float
    trial: TrialState
    references: BeforeTraining
    #: Names of what is found out in the background, for ``OutlookDoors.found_out``.
    keys: tuple[str, str]

    @property
    def disk_full(self) -> bool:
        """Whether the disk is too full for it."""
        return self.disk_mb > self.room.disk_mb

    @property
    def found_out(self) -> tuple[str, str]:
        """How trial and references stand: changes when something new was found out."""
        return self.trial.status, self.references.status


class OutlookDoors:
    """What can be asked about a run before it starts; part of ``Workbench``."""

    def __init__(
        self, home: Path, device: Device, runs: RunStore, datasets: DatasetStore, training: Callable[[], bool],
        trying: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """:param trying: whether settings are being tried, which takes the machine, too."""
        self._home, self._device, self._runs, self._rows, self._trains = home, device, runs, datasets, training
        self.simple_references = SimpleReferences(home, device, busy=training)
        # What is measured must not share the cores with anything of ours.
        self.trials = Trials(home, device, busy=lambda: training() or trying() or self.simple_references.running)

    def estimate(self, recipe: Recipe, dataset: Dataset) -> Estimate:
        """Time and memory on this machine, from steps of this recipe if they were measured, else corrected by what was measured before."""
        trial = self.trials.state(recipe, dataset.fingerprint).trial
        earlier = [] if trial else list(islice(self._earlier(recipe), _EARLIER))
        return estimate(recipe, dataset, get_model(recipe.model), self._device, earlier, trial)

    def outlook(self, recipe: Recipe, dataset: Dataset) -> Outlook:
        """All that is known now. :raises ModelError: for an unknown model."""
        model, room = get_model(recipe.model), self._room()
        earlier = list(islice(self._earlier(recipe), _EARLIER))
        tried = self.trials.state(recipe, dataset.fingerprint)

        def estimated(each: Recipe) -> Estimate:
            return estimate(each, dataset, model, self._device, earlier, self.trials.state(each, dataset.fingerprint).trial)

        found = estimated(recipe)
        failed = tried.error is not None and tried.error.code in _MEMORY_CODES
        fit: Fit = "too_large" if failed else fit_of(found, room)
        helps = () if fit == "fits" else remedies(recipe, dataset, model, self._device, room.memory_mb, estimated)
        keys = trial_key(recipe, dataset.fingerprint, self._device), references_key(recipe, dataset)
        references = self.simple_references.state(recipe, dataset)
        return Outlook(found, room, fit, helps, disk_mb(recipe, model), tried, references, keys)

    def found_out(self, keys: tuple[str, str]) -> tuple[str, str]:
        """``Outlook.found_out`` as it is now; cheap, for a page that looks every second."""
        return self.trials.status(keys[0]), self.simple_references.status(keys[1])

    def look_ahead(self, recipe: Recipe, dataset: Dataset, owner: str) -> None:
        """Find out in the background what is not known yet: simple references, and a few steps of a base that is on this machine.

        :raises ModelError: for an unknown model.
        :raises RunError: "queue_busy"; "run_not_written" if the disk is full.
        """
        data = self._rows.root / dataset.fingerprint / ROWS_FILE
        self.simple_references.ask(recipe, dataset, data, owner)
        single = recipe.processes == 1 or self._device.kind != "cpu"
        if single and cached(recipe.model) is not None:
            self.trials.ask(recipe, dataset.fingerprint, data, owner)
        else:
            self.trials.withdraw(owner)

    def make_way(self, owner: str) -> None:
        """End what runs in the background: this owner's run starts, and nobody needs to know any more what it would take."""
        with suppress(RunError):
            self.trials.withdraw(owner)
        self.trials.make_way()
        self.simple_references.make_way()

    def advance_outlook(self) -> None:
        """Begin what waits; called every second."""
        self.simple_references.advance()
        self.trials.advance()

    def _room(self) -> Room:
        """What is free when the run can start: what trains now has left by then."""
        room = find_room(self._device, self._home)
        if not self._trains():
            return room
        return replace(room, memory_mb=max(room.memory_mb, _LEFT_BY_A_RUN * self._device.memory_mb))

    def _earlier(self, recipe: Recipe) -> Iterator[Measured]:
        """What this machine showed of other recipes: first with the same base and method, then any."""
        known = [*self._tried(), *self._trained()]
        alike = [measured for other, measured in known if (other.model, other.method) == (recipe.model, recipe.method)]
        yield from alike or (measured for _, measured in known)

    def _tried(self) -> Iterator[tuple[Recipe, Measured]]:
        for recipe, fingerprint, trial in islice(self.trials.finished(), 4 * _EARLIER):
            with suppress(PlaygroundError):  # its data was deleted since, or its model left the catalogue
                dataset, model = self._rows.get(fingerprint), get_model(recipe.model)
                alone = estimate(recipe, dataset, model, self._device)
                measured = estimate(recipe, dataset, model, self._device, trial=trial)
                yield recipe, _measured(alone.time.training, measured.time.training, alone.memory, trial.memory_mb)

    def _trained(self) -> Iterator[tuple[Recipe, Measured]]:
        for run in islice(self._runs.list(None), 4 * _EARLIER):
            result = self._runs.result(run)
            if result is None or not result.training_seconds:
                continue
            with suppress(PlaygroundError):
                facts = (run.recipe, self._rows.get(run.dataset), get_model(run.recipe.model), self._device)
                held = memory_by_formula(*facts)
                yield run.recipe, _measured(training_seconds(*facts), result.training_seconds, held, result.peak_memory_mb)


def _measured(predicted: float, seconds: float, held: Memory, peak_mb: float) -> Measured:
    """
    :param held: the memory by formula; ``peak_mb`` what was in use.
    """
    return Measured(predicted, seconds, held.beyond_runtime, max(0.0, peak_mb - held.runtime))
