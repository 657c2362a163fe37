"""Trials: a few optimizer steps of a recipe on this machine, asked for while a person looks at settings, measured by a child of their own.

A trial is worth a minute at most and is kept for good, so that the same recipe on the same data is never tried twice. One that has not
begun is forgotten as soon as its owner looks at another recipe, and one that runs is ended; training always comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from playground.devices import Device
from playground.errors import PlaygroundError
from playground.estimate import Trial
from playground.launch.errands import ErrandKind, MakeCommand, Status, errand_key, module_command
from playground.recipe import Recipe

#: Settings that change neither the seconds of a step nor its memory.
_FREE: Final = (
    "epochs", "learning_rate", "schedule", "warmup_ratio", "weight_decay", "max_grad_norm", "label_smoothing", "seed", "balance",
    "early_stopping_patience", "validation_share", "test_share", "augmentation", "augmentation_share", "lora_alpha", "lora_plus",
    "rank_stabilized", "seeds", "tracking",
)  # fmt: skip
#: Texts whose lengths are counted, evenly over the dataset.
MOST_TEXTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class TrialState:
    """How a trial stands."""

    status: Status
    #: What it measured; None before.
    trial: Trial | None = None
    #: Why it failed.
    error: PlaygroundError | None = None


def trial_key(recipe: Recipe, fingerprint: str, device: Device) -> str:
    """The same for recipes whose steps cost the same on the same data and device."""
    costs = {name: value for name, value in asdict(recipe).items() if name not in _FREE}
    return errand_key(costs, fingerprint, device.kind, device.name, device.cores)


class Trials(ErrandKind):
    """The trials of a workspace, under ``<home>/estimates``.

    :param busy: whether something more important uses the machine.
    :param command: makes the command line; tests pass one that needs no model.
    """

    def __init__(self, home: Path, device: Device, *, busy: Callable[[], bool], command: MakeCommand | None = None) -> None:
        self._device = device
        super().__init__(home / "estimates", device, command or module_command("playground.training.trial"), busy=busy)

    def ask(self, recipe: Recipe, fingerprint: str, data: Path, owner: str) -> None:
        """Ask for a trial and return at once; another one this owner waits for is given up.

        :param data: the rows of the dataset.
        :raises RunError: "queue_busy"; "run_not_written" if the disk is full.
        """
        request = {"recipe": recipe.to_json(), "dataset": fingerprint, "data": str(data), "most_texts": MOST_TEXTS}
        self._errands.ask(trial_key(recipe, fingerprint, self._device), owner, request)

    def state(self, recipe: Recipe, fingerprint: str) -> TrialState:
        """How the trial of this recipe on this data stands."""
        key = trial_key(recipe, fingerprint, self._device)
        status, cause = self._errands.status(key)
        return TrialState(status, _trial(self._errands.result(key)), cause)

    def finished(self) -> Iterator[tuple[Recipe, str, Trial]]:
        """Every trial of this workspace: its recipe, the fingerprint of its data, what was measured."""
        for request, result in self._errands.results():
            if (trial := _trial(result)) is not None:
                yield Recipe.from_json(str(request["recipe"])), str(request["dataset"]), trial

    def withdraw(self, owner: str) -> None:
        """Forget what this owner asked for and is not finished. :raises RunError: "queue_busy"."""
        self._errands.withdraw(owner)


def _trial(values: dict[str, Any] | None) -> Trial | None:
    names = [field.name for field in fields(Trial)]
    if values is None or not all(isinstance(values.get(name), int | float) for name in names):
        return None  # none yet, or another version's
    return Trial(**{name: values[name] for name in names})
