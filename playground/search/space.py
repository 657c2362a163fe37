"""What a search may vary, and within which bounds: around the recipe it begins with, which always lies inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from playground.recipe import LEAST_RATE_OF_PROMPT, LORA_METHODS, MOST_RATE_OF_WHOLE_LAYERS, Recipe, settings
from playground.search.types import SEARCHED, Searched

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

#: The learning rate is tried up to this factor above and below.
_RATE_FACTOR: Final = 10.0
#: Epochs are tried down to this share of the recipe's and up to this multiple.
_FEWER_EPOCHS, _MORE_EPOCHS = 1 / 3, 2
#: Ranks are tried at these multiples of the recipe's, up to a size beyond which they only cost.
_RANKS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
_MOST_RANK: Final = 64
#: Batches at these multiples: one that is much larger might not fit into memory.
_BATCHES: Final = (0.25, 0.5, 1.0, 2.0)
_LEAST_BATCH: Final = 4


@dataclass(frozen=True, slots=True)
class Space:
    """The recipes among which a search looks."""

    start: Recipe
    over: tuple[Searched, ...]
    #: A learning rate that a range test proposed; None without one.
    rate: float | None = None

    @property
    def rates(self) -> tuple[float, float]:
        """The lowest and the highest learning rate."""
        known = [self.start.learning_rate, *([self.rate] if self.rate else [])]
        least, most = allowed_rates(self.start)
        # The recipe's own is inside, whatever it is: it may contradict a bound, which its own check then says.
        low = min(max(least, min(known) / _RATE_FACTOR), *known)
        high = max(min(most, max(known) * _RATE_FACTOR), *known)
        return _two_digits(low), _two_digits(high)

    @property
    def epochs(self) -> tuple[int, int]:
        """The fewest and the most epochs; early stopping keeps its patience."""
        now, patience = self.start.epochs, self.start.early_stopping_patience
        fewest = max(1, round(now * _FEWER_EPOCHS), patience + 1 if patience else 1)
        return min(now, fewest), max(now, min(_most("epochs"), now * _MORE_EPOCHS))

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks of an adapter, ascending."""
        return _steps(self.start.lora_r, _RANKS, 2, _MOST_RANK)

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """The batch sizes, ascending."""
        return _steps(self.start.batch_size, _BATCHES, _LEAST_BATCH, _most("batch_size"))

    def distributions(self) -> dict[str, BaseDistribution]:
        """The same for Optuna."""
        from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

        low, high = self.rates
        everything: dict[Searched, BaseDistribution] = {
            "learning_rate": FloatDistribution(low, high, log=True),
            "lora_r": CategoricalDistribution(self.ranks),
            "epochs": IntDistribution(*self.epochs, log=True),
            "batch_size": CategoricalDistribution(self.batch_sizes),
        }
        return {name: everything[name] for name in self.over}

    def recipe(self, values: Mapping[str, Any]) -> Recipe:
        """The start with these values; the learning rate to two digits, the adapter's scale as it was whatever its rank."""
        changes = dict(values)
        if "learning_rate" in changes:
            changes["learning_rate"] = _two_digits(float(changes["learning_rate"]))
        if "lora_r" in changes and not self.start.rank_stabilized:
            alpha = round(self.start.lora_alpha * int(changes["lora_r"]) / self.start.lora_r)
            changes["lora_alpha"] = min(_most("lora_alpha"), max(1, alpha))
        return self.start.with_values(changes)

    def values(self, recipe: Recipe) -> dict[str, Any]:
        """What ``recipe`` has of what varies."""
        return {name: getattr(recipe, name) for name in self.over}


def can_vary(recipe: Recipe) -> tuple[Searched, ...]:
    """The settings that mean something for the recipe's method."""
    return tuple(name for name in SEARCHED if name != "lora_r" or recipe.method in LORA_METHODS)


def allowed_rates(recipe: Recipe) -> tuple[float, float]:
    """The lowest and the highest learning rate that the recipe's method takes."""
    known = next(setting for setting in settings() if setting.name == "learning_rate")
    most = MOST_RATE_OF_WHOLE_LAYERS if recipe.method in ("last-layers", "full") else known.high
    least = LEAST_RATE_OF_PROMPT if recipe.method == "prompt" else known.low
    return float(least or 0.0), float(most or 1.0)


def _steps(now: int, factors: tuple[float, ...], least: int, most: int) -> tuple[int, ...]:
    """``now`` and its multiples within the bounds."""
    return tuple(sorted({now, *(value for factor in factors if least <= (value := round(now * factor)) <= most)}))


def _most(name: str) -> int:
    return int(next(setting.high for setting in settings() if setting.name == name) or 0)


def _two_digits(value: float) -> float:
    return float(f"{value:.1e}")
