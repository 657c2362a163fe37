"""The nouns of a search: what is asked, one recipe that was tried, and how the whole stands."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from playground.errors import PlaygroundError
from playground.recipe import Recipe

#: Settings that a search may vary.
Searched = Literal["learning_rate", "lora_r", "epochs", "batch_size"]
SEARCHED: Final[tuple[Searched, ...]] = get_args(Searched)
#: "late": the time was over before it ended; "diverged": its loss was no number any more; "memory": it did not fit;
#: "interrupted": it was ended from outside, and is tried again if the search goes on.
TrialStatus = Literal["running", "finished", "pruned", "late", "diverged", "memory", "interrupted"]
#: Why a search came to its end: the time is over (or too short for another trial), or there is nothing new left to try.
Ending = Literal["time", "exhausted"]
Status = Literal["none", "waiting", "running", "stopped", "finished", "failed"]
ACTIVE: Final[tuple[Status, ...]] = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class SearchTrial:
    """One recipe that was tried: trained as a run trains it, and scored on the validation split."""

    #: 0 is the recipe the search began with.
    number: int
    recipe: Recipe
    status: TrialStatus = "running"
    #: Epoch and watched metric of every evaluation so far.
    course: tuple[tuple[float, float], ...] = ()
    #: The metric of its best evaluation, which is the one a run would keep; None before the first.
    value: float | None = None
    #: Seconds it took, and of these one optimizer step and one evaluation; 0 while it runs.
    seconds: float = 0.0
    step_seconds: float = 0.0
    evaluation_seconds: float = 0.0

    def settings(self, over: Sequence[Searched]) -> tuple[tuple[Searched, float], ...]:
        """Name and value of each setting that varies."""
        return tuple((name, getattr(self.recipe, name)) for name in over)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What is asked of a search."""

    #: What the search begins with; nothing but the settings in ``over`` (and what hangs on them) is ever changed.
    recipe: Recipe
    over: tuple[Searched, ...]
    #: Longest duration, pauses not counted.
    seconds: float
    #: A learning rate that a range test proposed; None without one.
    rate: float | None = None
    #: Rows every trial is scored on.
    validation_rows: int

    def to_values(self) -> dict[str, Any]:
        """As it stands in a JSON file."""
        return asdict(self) | {"recipe": self.recipe.to_json(), "over": list(self.over)}

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> SearchRequest:
        """:raises RecipeError: if its recipe is none.
        :raises KeyError: if a part is missing.
        """
        return cls(
            recipe=Recipe.from_json(str(values["recipe"])), over=tuple(name for name in SEARCHED if name in values["over"]),
            seconds=float(values["seconds"]), rate=values.get("rate"), validation_rows=int(values["validation_rows"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SearchState:
    """How a search stands at this moment."""

    status: Status = "none"
    request: SearchRequest | None = None
    trials: tuple[SearchTrial, ...] = ()
    #: Whether less is better.
    falls: bool = False
    ending: Ending | None = None
    #: Why it failed.
    error: PlaygroundError | None = None
    #: Seconds of searching so far.
    seconds: float = 0.0

    @property
    def start(self) -> SearchTrial | None:
        """The recipe the search began with, once it was scored."""
        return next((trial for trial in self._scored if trial.number == 0), None)

    @property
    def best(self) -> SearchTrial | None:
        """The best of those that came to their end; of equals the earliest, so that the beginning is never beaten by luck of the draw."""
        return min(self._scored, key=lambda trial: (self._cost(trial), trial.number), default=None)

    @property
    def gain(self) -> float:
        """By how much the best is better than the beginning, 0 or more; 0 while one of them is unknown."""
        if self.start is None or self.best is None:
            return 0.0
        return max(0.0, self._cost(self.start) - self._cost(self.best))

    @property
    def _scored(self) -> tuple[SearchTrial, ...]:
        return tuple(trial for trial in self.trials if trial.status == "finished" and trial.value is not None)

    def _cost(self, trial: SearchTrial) -> float:
        value = math.nan if trial.value is None else trial.value
        return math.inf if math.isnan(value) else value if self.falls else -value


def settings_of(recipe: Recipe, start: Recipe) -> dict[str, Any]:
    """The settings in which a recipe differs from the one its search began with."""
    before: dict[str, Any] = json.loads(start.to_json())
    return {name: value for name, value in json.loads(recipe.to_json()).items() if before[name] != value}
