"""What can be done to find good settings by trying; part of ``Workbench``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from playground.devices import Device
from playground.errors import RunError
from playground.launch.rates import RangeTests, RatesState
from playground.launch.searches import Searches
from playground.recipe import Recipe
from playground.search import SEARCHED, Searched, SearchRequest, SearchState
from playground.search.space import can_vary

#: Longest search, in minutes: a day.
MOST_MINUTES: Final = 24 * 60
#: Of a dataset, a recipe and an owner: the recipe and the splits a run would have.
Prepare = Callable[[str, Recipe, str], tuple[Recipe, pd.DataFrame]]


class SearchDoors:
    """Searches and learning-rate range tests of a workspace.

    :param prepare: checks what a run would be checked for, and splits the rows as a run would.
    :param training: whether a run trains; whatever is tried here then waits.
    """

    def __init__(self, home: Path, device: Device, *, prepare: Prepare, training: Callable[[], bool]) -> None:
        self.searches = Searches(home, device, busy=training)
        self.range_tests = RangeTests(home, device, busy=lambda: training() or self.searches.running)
        self._prepare = prepare

    def start_search(self, fingerprint: str, recipe: Recipe, owner: str, *, over: Sequence[str], minutes: float) -> None:
        """Try recipes around this one for so long, in the background; an earlier search of this owner on this data is forgotten.

        :param over: which settings may vary.
        :raises RunError: "search_minutes", "search_nothing", "search_setting", "search_method", "search_processes", "search_active".
        :raises PlaygroundError: whatever keeps a run of this recipe from starting.
        """
        if not 0 < minutes <= MOST_MINUTES:
            raise RunError("search_minutes", minutes=f"{minutes:g}", most=MOST_MINUTES)
        recipe, splits = self._prepare(fingerprint, recipe, owner)
        if recipe.processes > 1:
            raise RunError("search_processes", processes=recipe.processes)
        rate = self.range_tests.state(recipe, fingerprint).suggestion
        request = SearchRequest(
            recipe=recipe, over=_checked(over, recipe), seconds=60 * minutes, rate=rate,
            validation_rows=int((splits["split"] == "validation").sum()),
        )  # fmt: skip
        self.searches.start(request, owner, fingerprint, splits)
        self.searches.advance()

    def search(self, fingerprint: str, owner: str) -> SearchState:
        """How this owner's search on this data stands, with all it tried."""
        return self.searches.state(owner, fingerprint)

    def stop_search(self, fingerprint: str, owner: str) -> None:
        """End it at once; what was found stays. :raises RunError: "queue_busy"."""
        self.searches.stop(owner, fingerprint)

    def test_rates(self, fingerprint: str, recipe: Recipe, owner: str) -> None:
        """See at which learning rates this recipe learns, in the background.

        :raises PlaygroundError: whatever keeps a run of this recipe from starting.
        """
        recipe, splits = self._prepare(fingerprint, recipe, owner)
        self.range_tests.ask(recipe, fingerprint, owner, splits)
        self.range_tests.advance()

    def rates(self, fingerprint: str, recipe: Recipe) -> RatesState:
        """How the range test of this recipe on this data stands, and what it found."""
        return self.range_tests.state(recipe, fingerprint)

    @property
    def trying(self) -> bool:
        """Whether a search or a range test is at work."""
        return self.searches.running or self.range_tests.running

    def pause_search(self) -> None:
        """Training begins: whatever is tried here goes on afterwards."""
        self.searches.make_way()
        self.range_tests.make_way()

    def advance_search(self) -> None:
        """Begin what waits; called every second."""
        self.searches.advance()
        self.range_tests.advance()


def _checked(over: Sequence[str], recipe: Recipe) -> tuple[Searched, ...]:
    """:raises RunError: "search_nothing"; "search_setting" for what no search varies, "search_method" for what this method has not."""
    for name in over:
        if name not in SEARCHED:
            raise RunError("search_setting", name=name[:40], known=", ".join(SEARCHED))
        if name not in can_vary(recipe):
            raise RunError("search_method", name=name, method=recipe.method)
    found = tuple(name for name in SEARCHED if name in over)
    if not found:
        raise RunError("search_nothing", known=", ".join(can_vary(recipe)))
    return found
