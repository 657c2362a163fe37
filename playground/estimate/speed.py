"""Seconds of a fine-tune, part by part, before anything runs: arithmetic over the speed of this kind of device.

Operations are counted as Kaplan et al. 2020 (section 2.1) do: 2 a weight and token forward, 2 more for the gradient of the inputs, 2 more
for those of trained weights, and 4 times width times length a token and layer for attention. The speeds are those seen on one machine.
"""

from __future__ import annotations

from typing import Final

from playground.data.types import Dataset
from playground.devices import Device
from playground.estimate.lengths import Rows
from playground.estimate.memory import tokens_before, trained_layers
from playground.estimate.shape import Shape, shape_of
from playground.estimate.types import Seconds, Trial
from playground.models.catalogue import Model
from playground.recipe import Method, Recipe
from playground.references.linear import MOST_ROWS, MOST_ROWS_OF_A_HEAD
from playground.references.outputs import OUTPUTS

#: Operations a weight and token of the layers the gradient goes back through, beside the 2 of the forward pass.
_BACKWARD: Final[dict[Method, float]] = {
    "lora": 2.6, "dora": 4.0, "ia3": 2.4, "contrastive": 2.6, "prompt": 2.1, "head": 0.0, "last-layers": 4.0, "full": 4.0,
}  # fmt: skip
#: Useful arithmetic in 10^12 operations a second: a core with and without fast bfloat16 (seen with AMX); a GPU (assumed, never measured).
_CORE_BF16: Final = 0.21
_CORE_FP32: Final = 0.08
_GPU: Final = 15.0
#: Seconds a transformer layer costs a batch whatever its size: Python and kernel starts, forward and back.
_LAYER_OVERHEAD: Final = 0.0043
#: How much longer arithmetic takes with weights that must be unpacked first, and with activations computed twice.
_UNPACKING: Final = 1.3
_AGAIN: Final = 1.35
#: Seconds until the weights of a small model are loaded: interpreter and libraries; and to write the result down.
_START_SECONDS: Final = 5.5
_SAVE_SECONDS: Final = 1.5
#: Seconds to load the base once more for another seed: the libraries are there.
_AGAIN_SECONDS: Final = 1.0
#: Seconds the references take however few rows there are: a library is loaded, six small models are fitted.
_LEAST_FIT_SECONDS: Final = 2.5
#: Seconds a reference takes for each training row and label, three strengths of regularisation together.
_FIT_SECONDS: Final = 0.00012


def seconds(recipe: Recipe, dataset: Dataset, model: Model, device: Device, mean: float, trial: Trial | None = None) -> Seconds:
    """Where the time goes.

    :param mean: tokens of a text on average, as the recipe cuts it.
    :param trial: a few steps of this recipe on this machine; its times are taken instead of the formula's.
    """
    rows = Rows.of(recipe, dataset)
    passed = Passes.of(recipe, model, device, mean)
    fitted = min(MOST_ROWS, rows.train) * max(1, len(dataset.labels)) * _FIT_SECONDS
    batch, row, start = passed.batch, passed.row, _START_SECONDS
    references = _LEAST_FIT_SECONDS + dataset.rows * row + fitted
    if trial is not None:
        batch, row, start = trial.batch_seconds, trial.row_seconds, trial.start_seconds
        references = trial.references_seconds + max(0, dataset.rows - trial.rows) * row
    fits_a_head = recipe.task in OUTPUTS and model.kind == "encoder" and recipe.method != "contrastive"
    first = min(MOST_ROWS_OF_A_HEAD, rows.train) if fits_a_head else 0.0
    at_once = recipe.batch_size * (recipe.processes if device.kind == "cuda" else 1)
    # Before each evaluation the method contrastive reads the training rows, too.
    read_again = rows.train if recipe.method == "contrastive" else 0.0
    return Seconds(
        start=start + _SAVE_SECONDS + (recipe.seeds - 1) * _AGAIN_SECONDS,
        references=references,
        steps=recipe.seeds * -(-rows.train // at_once) * recipe.epochs * batch,
        evaluations=recipe.seeds * row * (first + (rows.validation + read_again) * evaluations(rows.train, recipe) + rows.test),
    )


def evaluations(train_rows: float, recipe: Recipe) -> int:
    """How often the validation split is answered: each epoch, at most 20 times; a run of few long epochs up to 4 times, 25 steps apart."""
    steps = -(-train_rows // (recipe.batch_size * recipe.gradient_accumulation)) * recipe.epochs
    wanted = min(20, recipe.epochs)
    return int(wanted if recipe.epochs >= 4 else max(recipe.epochs, min(4, steps // 25)))


class Passes:
    """Seconds of one training batch and of one row answered, by the formula."""

    def __init__(self, batch: float, row: float) -> None:
        self.batch, self.row = batch, row

    @classmethod
    def of(cls, recipe: Recipe, model: Model, device: Device, mean: float) -> Passes:
        """:param mean: tokens of a text on average."""
        shape = shape_of(model)
        speed = _speed(recipe, device) * 1e12
        unpacking = 1.0 if recipe.quantization == "none" else _UNPACKING
        forward, backward = _operations(recipe, shape, model, mean)
        again = _AGAIN if recipe.gradient_checkpointing else 1.0
        batch = recipe.batch_size * (forward + backward) / speed + shape.layers * _LAYER_OVERHEAD
        row = forward / speed + shape.layers * _LAYER_OVERHEAD / 3 / max(32, 4 * recipe.batch_size)
        return cls(batch * unpacking * again, row * unpacking)


def _operations(recipe: Recipe, shape: Shape, model: Model, mean: float) -> tuple[float, float]:
    """Operations of one row: forward and backward."""
    mean += tokens_before(recipe)
    attention = 4.0 * shape.hidden * mean * shape.layers
    forward = mean * (2.0 * shape.layer_weights + attention)
    share = trained_layers(recipe, shape) / shape.layers
    backward = mean * share * (_BACKWARD[recipe.method] * shape.layer_weights + 2 * attention)
    scored = _scored_share(recipe, model)
    head = mean * scored * 2.0 * shape.vocabulary * shape.hidden
    return forward + head, backward + head


def _scored_share(recipe: Recipe, model: Model) -> float:
    """Share of the tokens whose scores over the vocabulary are computed."""
    if recipe.task == "language-modeling":
        return 0.15 if model.kind == "encoder" else 1.0
    return 0.5 if recipe.task == "generation" else 0.05 if model.kind == "causal" else 0.0


def _speed(recipe: Recipe, device: Device) -> float:
    """Useful arithmetic in 10^12 operations a second."""
    if device.kind != "cpu":
        return _GPU
    bf16 = recipe.compute_dtype == "bfloat16" or (recipe.compute_dtype == "auto" and device.bf16)
    return device.cores * (_CORE_BF16 if bf16 else _CORE_FP32)
