"""How far simple methods get without any fine-tuning, worked out by a modest child while a person still looks at settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playground.data.types import Dataset
from playground.devices import Device
from playground.launch.errands import ErrandKind, MakeCommand, Status, errand_key, module_command
from playground.recipe import Recipe

#: Tasks that have references which need no base model.
SIMPLE_TASKS: Final = (
    "text-classification", "text-pair-classification", "multi-label-classification", "regression", "token-classification", "generation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BeforeTraining:
    """What simple methods reach on the validation split."""

    status: Status
    #: Reference -> the task's primary metric, weakest first; empty before it is known.
    scores: Mapping[str, float]
    metric: str = ""


class SimpleReferences(ErrandKind):
    """The references of a workspace's datasets, under ``<home>/references``, each worked out once for a way of splitting the rows.

    :param busy: whether something more important uses the machine.
    :param command: makes the command line; tests pass their own.
    """

    def __init__(self, home: Path, device: Device, *, busy: Callable[[], bool], command: MakeCommand | None = None) -> None:
        super().__init__(home / "references", device, command or module_command("playground.launch.references_child"), busy=busy)

    def ask(self, recipe: Recipe, dataset: Dataset, data: Path, owner: str) -> None:
        """Ask for them and return at once; nothing changes if they are known or being worked out.

        :param data: the rows of the dataset.
        :raises RunError: "queue_busy"; "run_not_written" if the disk is full.
        """
        if dataset.task not in SIMPLE_TASKS:
            return
        request = {
            "task": dataset.task, "data": str(data), "seed": recipe.seed,
            "validation_share": recipe.validation_share, "test_share": recipe.test_share,
        }  # fmt: skip
        self._errands.ask(references_key(recipe, dataset), owner, request)

    def state(self, recipe: Recipe, dataset: Dataset) -> BeforeTraining:
        """What is known so far."""
        key = references_key(recipe, dataset)
        status, result = self._errands.status(key)[0], self._errands.result(key) or {}
        scores = {str(name): float(value) for name, value in result.get("scores", {}).items()}
        return BeforeTraining(status, scores, str(result.get("metric", "")))


def references_key(recipe: Recipe, dataset: Dataset) -> str:
    """The same for recipes that split the same rows the same way."""
    return errand_key(dataset.fingerprint, recipe.validation_share, recipe.test_share, recipe.seed)
