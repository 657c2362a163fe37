"""How long a recipe will take and how much memory, said before Start: the formula, corrected by what this machine showed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from playground.data.types import Dataset
from playground.devices import Device
from playground.estimate.lengths import longest_tokens, mean_tokens
from playground.estimate.memory import memory
from playground.estimate.speed import seconds
from playground.estimate.types import Estimate, Ground, Measured, Memory, Trial
from playground.models.catalogue import Model
from playground.recipe import Recipe

#: Factor by which time may be off either way, and share by which memory may, nine times in ten (``tests/benchmarks/estimate.py``).
_TIME_FACTOR: Final[dict[Ground, float]] = {"formula": 1.8, "alike": 1.5, "measured": 1.35}
_MEMORY_ERROR: Final[dict[Ground, float]] = {"formula": 0.25, "alike": 0.2, "measured": 0.15}
#: A whole run on a CPU takes so much more than its first steps: kernels are kept for every new shape of a batch (seen: 1.0 to 1.2).
_GROWTH_CPU: Final = 1.08


def estimate(
    recipe: Recipe, dataset: Dataset, model: Model, device: Device, measured: Sequence[Measured] = (), trial: Trial | None = None
) -> Estimate:
    """Seconds and megabytes for ``recipe``.

    :param measured: earlier runs and trials on this machine; without a trial of this recipe their median ratio corrects the formula.
    :param trial: a few steps of this very recipe on this machine.
    """
    longest = longest_tokens(recipe, dataset) if trial is None else float(trial.longest_tokens)
    mean = mean_tokens(recipe, dataset) if trial is None else trial.mean_tokens
    held = memory(recipe, dataset, model, device, longest)
    spent = seconds(recipe, dataset, model, device, mean, trial)
    ground: Ground = "formula" if trial is None and not measured else "alike" if trial is None else "measured"
    megabytes = held.runtime + held.beyond_runtime * _ratio([(each.memory_mb, each.predicted_mb) for each in measured])
    total = spent.total + spent.training * (_ratio([(each.training_seconds, each.predicted_seconds) for each in measured]) - 1)
    if trial is not None:
        # The trial went through loading and training; only what it did not do can take more than it did.
        beyond = held.runtime + held.weights + held.trained + held.other_stage
        growth = _GROWTH_CPU if device.kind == "cpu" else 1.0
        megabytes, total = max(trial.memory_mb * growth, beyond), spent.total
    factor = _TIME_FACTOR[ground]
    return Estimate(total, total / factor, total * factor, megabytes, _MEMORY_ERROR[ground], ground, held, spent)


def training_seconds(recipe: Recipe, dataset: Dataset, model: Model, device: Device) -> float:
    """What the formula alone says of steps and evaluations."""
    return seconds(recipe, dataset, model, device, mean_tokens(recipe, dataset)).training


def memory_by_formula(recipe: Recipe, dataset: Dataset, model: Model, device: Device) -> Memory:
    """What the formula alone says of the memory."""
    return memory(recipe, dataset, model, device, longest_tokens(recipe, dataset))


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Median of found over predicted, 1 without any."""
    ratios = [found / predicted for found, predicted in pairs if found > 0 and predicted > 0]
    return median(ratios) if ratios else 1.0
