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
from playground.recipe import Method, Recipe

#: Floating-point operations a token and weight: 2 forward, 2 back through frozen weights, and a little for an adapter; a head alone
#: needs nothing from the way back, and weights that are trained themselves 2 more for their gradients.
_FLOPS_PER_WEIGHT: Final[dict[Method, float]] = {"lora": 4.3, "dora": 5.0, "ia3": 4.1, "head": 2.0, "last-layers": 4.0, "full": 6.0}
#: Bytes a weight that is trained itself takes beside its frozen original: float32 copy, gradient, and two moments of AdamW.
_BYTES_PER_TRAINED_WEIGHT: Final = 16
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
    share = (1 - recipe.validation_share - recipe.test_share) * (1 + (recipe.augmentation_share if recipe.augmentation != "none" else 0))
    rows = dataset.rows * (share + recipe.validation_share / 3) * recipe.epochs
    length = min(tokens(dataset.mean_characters, dataset), recipe.max_length)
    weights = model.parameters - model.embedding_parameters
    speed = _speed(recipe, device) * max(1, recipe.processes if device.kind == "cuda" else 1)
    arithmetic = rows * length * weights * _FLOPS_PER_WEIGHT[recipe.method] / (speed * 1e12)
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
    kept = values / model.layers if recipe.gradient_checkpointing else values
    return runtime + model.memory_mb(recipe.quantization) + (kept * 2 + _trained_weights(recipe, model) * _BYTES_PER_TRAINED_WEIGHT) / 1e6


def _trained_weights(recipe: Recipe, model: Model) -> float:
    """Weights of the base that are trained themselves."""
    if recipe.method == "full":
        return model.parameters
    inside = model.parameters - model.embedding_parameters
    return inside * min(1.0, recipe.last_layers / model.layers) if recipe.method == "last-layers" else 0.0
