"""Learning-rate range tests: asked for by a person, half a minute each, kept for good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from playground.devices import Device
from playground.errors import PlaygroundError
from playground.launch.errands import ErrandKind, MakeCommand, Status, errand_key, module_command
from playground.launch.searches import known_rows
from playground.recipe import Recipe
from playground.runs.folder import SPLITS
from playground.search.rates import RateTest
from playground.search.space import allowed_rates

#: Settings that a test does not depend on.
_FREE: Final = ("learning_rate", "epochs", "schedule", "warmup_ratio", "early_stopping_patience", "seeds", "tracking")


@dataclass(frozen=True, slots=True)
class RatesState:
    """How a range test stands."""

    status: Status = "none"
    #: What it saw; None before.
    test: RateTest | None = None
    #: The learning rate to train with; None before, or if no rate helped.
    suggestion: float | None = None
    #: Why it failed.
    error: PlaygroundError | None = None


class RangeTests(ErrandKind):
    """The range tests of a workspace, under ``<home>/rates``.

    :param busy: whether something more important uses the machine.
    :param command: makes the command line; tests pass one that needs no model.
    """

    def __init__(self, home: Path, device: Device, *, busy: Callable[[], bool], command: MakeCommand | None = None) -> None:
        self._device = device
        super().__init__(home / "rates", device, command or module_command("playground.training.rates"), busy=busy)

    def ask(self, recipe: Recipe, fingerprint: str, owner: str, splits: pd.DataFrame) -> None:
        """Ask for a test and return at once; another one this owner waits for is given up, one that failed is made anew.

        :param splits: as a run would have them; the test rows are left out here.
        :raises RunError: "queue_busy"; "run_not_written" if the disk is full.
        """
        key = self.key(recipe, fingerprint)
        if self._errands.status(key)[0] == "failed":
            self._errands.forget(key)
        rows = known_rows(splits)
        self._errands.ask(key, owner, {"recipe": recipe.to_json()}, lambda folder: rows.to_parquet(folder / SPLITS, index=False))

    def state(self, recipe: Recipe, fingerprint: str) -> RatesState:
        """How the test of this recipe on this data stands."""
        key = self.key(recipe, fingerprint)
        status, cause = self._errands.status(key)
        test = _test(self._errands.result(key))
        return RatesState(status, test, test.suggestion(*allowed_rates(recipe)) if test else None, cause)

    def key(self, recipe: Recipe, fingerprint: str) -> str:
        """The same for recipes whose tests would see the same."""
        facts = {name: value for name, value in asdict(recipe).items() if name not in _FREE}
        return errand_key("rates", facts, fingerprint, self._device.kind, self._device.name)


def _test(values: dict[str, Any] | None) -> RateTest | None:
    points = (values or {}).get("points")
    if not isinstance(points, list):
        return None  # none yet, or another version's
    return RateTest(tuple((float(rate), float(loss)) for rate, loss in points), bool((values or {}).get("diverged")))
