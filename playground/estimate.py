"""How long a recipe will take and how much memory, said before Start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from playground.data.types import Dataset
from playground.devices import Device
from playground.models.catalogue import Model
from playground.presets import tokens
from playground.recipe import Recipe

#: Floating-point operations a token and weight: 2 forward, 2 back through frozen weights, and a little for the adapter.
_FLOPS_PER_WEIGHT: Final = 4.3
#: Useful arithmetic in 10^12 operations a second: a core with and without fast bfloat16 (seen with AMX); a GPU (assumed, never measured).
_CORE_BF16: Final = 0.21
_CORE_FP32: Final = 0.08
_GPU: Final = 15.0
#: Seconds a transformer layer costs a step whatever its size: Python and kernel starts, forward and back.
_LAYER_OVERHEAD: Final = 0.0043
#: Seconds before the first step: interpreter, libraries, weights, references.
_START_SECONDS: Final = 12.0
#: Megabytes of an interpreter with torch and transformers, before any weights.
_RUNTIME_MB: Final = 650
#: Stored activations of a layer, in values per token and hidden unit (Korthikanti et al. 2022 count 34 bytes at 2 bytes each).
_ACTIVATIONS: Final = 17


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will cost, roughly."""

    seconds: float
    #: Megabytes (10^6 bytes) at the peak, of the training process on a CPU, of the device on a GPU.
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What a finished run of this machine showed, to scale the formula by."""

    predicted_seconds: float
    training_seconds: float


def estimate(recipe: Recipe, dataset: Dataset, model: Model, device: Device, measured: Sequence[Measured] = ()) -> Estimate:
    """Seconds and megabytes for ``recipe``; earlier runs on this machine correct the formula's speed (their median ratio)."""
    training = training_seconds(recipe, dataset, model, device)
    if measured:
        training *= median(run.training_seconds / run.predicted_seconds for run in measured)
    return Estimate(_START_SECONDS + training, _memory_mb(recipe, model, device))


def training_seconds(recipe: Recipe, dataset: Dataset, model: Model, device: Device) -> float:
    """The formula: arithmetic plus a fixed price a step and layer; evaluation rows cost a third of a training row."""
    share = 1 - recipe.validation_share - recipe.test_share
    rows = dataset.rows * (share + recipe.validation_share / 3) * recipe.epochs
    length = min(tokens(dataset.mean_characters, dataset), recipe.max_length)
    weights = model.parameters - model.embedding_parameters
    speed = _speed(recipe, device) * max(1, recipe.processes if device.kind == "cuda" else 1)
    arithmetic = rows * length * weights * _FLOPS_PER_WEIGHT / (speed * 1e12)
    overhead = rows / recipe.batch_size * model.layers * _LAYER_OVERHEAD
    return (arithmetic + overhead) * (1.0 if recipe.quantization == "none" else 1.3)


def _speed(recipe: Recipe, device: Device) -> float:
    if device.kind != "cpu":
        return _GPU
    bf16 = recipe.compute_dtype == "bfloat16" or (recipe.compute_dtype == "auto" and device.bf16)
    return device.cores * (_CORE_BF16 if bf16 else _CORE_FP32)


def _memory_mb(recipe: Recipe, model: Model, device: Device) -> float:
    values = recipe.batch_size * recipe.max_length * model.hidden * model.layers * _ACTIVATIONS
    runtime = _RUNTIME_MB if device.kind == "cpu" else 0
    return runtime + model.memory_mb(recipe.quantization) + values * 2 / 1e6
