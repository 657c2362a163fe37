"""Megabytes of a fine-tune, part by part, before anything runs.

Weights, gradients and optimizer state are counted (ZeRO, Rajbhandari et al. 2020, section 3: 2 or 4 bytes a weight, 4 a gradient, 8 of
AdamW's moments in float32). Activations follow Korthikanti et al. 2022 (section 4.1: s*b*h*(34 + 5*a*s/h) bytes a layer at 2 bytes a
value with dropout), counted anew for this code: no dropout on a CPU, frozen weights, and the attention implementation the plan takes.
What is counted was compared with what autograd really keeps and what the process really takes on one machine (``tests/benchmarks``).
"""

from __future__ import annotations

from typing import Final

from playground.data.types import Dataset
from playground.devices import Device
from playground.estimate.shape import Shape, shape_of
from playground.estimate.types import Memory
from playground.models.catalogue import Model
from playground.recipe import LORA_METHODS, Optimizer, Recipe

#: Megabytes of an interpreter with torch, transformers, PEFT and scikit-learn; what a GPU holds of them is its driver's own.
_RUNTIME_MB: Final = 650.0
#: Megabytes an entry of the vocabulary takes in a tokenizer.
_TOKENIZER_ENTRY_MB: Final = 0.001
#: Bytes an optimizer keeps of each trained weight: two float32 moments; two of 8 bits; factored ones; nothing (no momentum).
_OPTIMIZER_BYTES: Final[dict[Optimizer, float]] = {"adamw": 8.0, "adamw-8bit": 2.0, "adafactor": 0.1, "sgd": 0.0}
#: Longest texts, in tokens, for which the plan takes plain attention on a CPU, which keeps every score.
_EAGER_UP_TO: Final = 256
#: Share of tokens whose scores over the vocabulary are needed: masked ones, those of the response, a few of a label.
_SCORED: Final = {"masked": 0.15, "language-modeling": 1.0, "generation": 0.5, "answers": 0.05}
#: Bytes of one such score: 2 as computed, 4 in float32 for the loss, 4 of its gradient, 2 of that in the first format.
_SCORE_BYTES: Final = 12.0
#: Bytes in use at the peak for each byte kept: gradients of activations, and blocks the allocator cannot use again at once.
_WORKING_CPU, _WORKING_GPU = 1.45, 1.15
#: What methods keep beside what LoRA does: DoRA the products of its norms, IA3 the values before they are scaled.
_KEPT_MORE: Final = {"dora": 1.9, "ia3": 1.1}
#: Features of TF-IDF for each row, and at most; coefficients and the ten pairs of vectors L-BFGS remembers, in float64.
_FEATURES_A_ROW, _MOST_FEATURES = 9, 200_000
_LBFGS_COPIES: Final = 26


def memory(recipe: Recipe, dataset: Dataset, model: Model, device: Device, longest: float) -> Memory:
    """Where the megabytes go.

    :param longest: tokens of the longest text, as the recipe cuts it.
    """
    shape, each = shape_of(model), bytes_of_arithmetic(recipe, device)
    trained = trained_weights(recipe, shape)
    on_cpu = device.kind == "cpu"
    copies = trained + head_weights(recipe, shape)
    return Memory(
        runtime=_RUNTIME_MB + shape.vocabulary * _TOKENIZER_ENTRY_MB if on_cpu else 0.0,
        weights=model.memory_mb(recipe.quantization, double_quantization=recipe.double_quantization, bytes_per_weight=each),
        trained=(copies + starting_weights(recipe, shape)) * 4 / 1e6,
        gradients=copies * 4 / 1e6,
        optimizer=copies * _OPTIMIZER_BYTES[recipe.optimizer] / 1e6,
        activations=_activations(recipe, shape, device, longest, each) / 1e6,
        logits=_logits(recipe, shape, model, longest) / 1e6,
        other_stage=_other_stage(recipe, shape, dataset, model, device, longest) / 1e6,
    )


def bytes_of_arithmetic(recipe: Recipe, device: Device) -> int:
    """Bytes of a number as it is computed with: 4 in float32, else 2."""
    slow = recipe.compute_dtype == "auto" and not device.bf16 and device.kind != "cuda"
    return 4 if slow or recipe.compute_dtype == "float32" else 2


def trained_weights(recipe: Recipe, shape: Shape) -> int:
    """Weights that are trained, without a head: of an adapter, of the last layers, or all."""
    match recipe.method:
        case "full":
            return shape.layer_weights + shape.embedding_weights
        case "last-layers":
            return round(shape.layer_weights * min(1.0, recipe.last_layers / shape.layers))
        case "head":
            return 0
        case "prompt":
            return recipe.virtual_tokens * shape.hidden
        case "ia3":
            return shape.layers * (2 * shape.hidden + shape.wide)
        case _:
            return shape.adapter_weights(recipe)


def starting_weights(recipe: Recipe, shape: Shape) -> int:
    """Weights of an adapter's second half, which holds where it started and is not trained."""
    return shape.adapter_weights(recipe) if recipe.method in LORA_METHODS and recipe.lora_init in ("pissa", "olora") else 0


def head_weights(recipe: Recipe, shape: Shape) -> int:
    """Weights of a new head and of a pooler before it, which are trained whole; a model that writes has none."""
    return 0 if recipe.task in ("generation", "language-modeling") or recipe.method == "prompt" else shape.hidden**2 + 100 * shape.hidden


def trained_layers(recipe: Recipe, shape: Shape) -> int:
    """Layers the gradient goes back through."""
    if recipe.method == "head":
        return 0
    return min(shape.layers, recipe.last_layers) if recipe.method == "last-layers" else shape.layers


def tokens_before(recipe: Recipe) -> int:
    """Tokens that stand before every text."""
    return recipe.virtual_tokens if recipe.method == "prompt" else 0


def eager(recipe: Recipe, device: Device) -> bool:
    """Whether attention is computed by plain matrix products, as the training plan has it."""
    return device.kind == "cpu" and recipe.max_length <= _EAGER_UP_TO


def _activations(recipe: Recipe, shape: Shape, device: Device, longest: float, each: int) -> float:
    """Bytes in use between forward and backward pass: what is kept, and what the backward pass works with."""
    tokens = recipe.batch_size * (longest + tokens_before(recipe))
    layer = tokens * _kept_values(recipe, shape, device, longest) * each
    layers = trained_layers(recipe, shape)
    kept = layers * tokens * shape.hidden * each + layer if recipe.gradient_checkpointing and layers else layers * layer
    # Weights trained in float32 are copied into the format of the arithmetic for the time of a step.
    copies = trained_weights(recipe, shape) * each if recipe.method in ("full", "last-layers") else 0
    return (_WORKING_CPU if device.kind == "cpu" else _WORKING_GPU) * kept + copies


def _kept_values(recipe: Recipe, shape: Shape, device: Device, longest: float) -> float:
    """Numbers a layer keeps for each token.

    Counted with autograd's own hooks: 9 times the width for attention and norms, the feed-forward's inputs and outputs, and the scores of
    plain attention. Layers without an adapter need no inputs kept, and gated models keep their norms in float32.
    """
    values = 9.0 * shape.hidden + (3 if shape.gated else 2) * shape.wide + (6.0 * shape.hidden if shape.gated else 0.0)
    if recipe.method == "prompt" or (recipe.method in LORA_METHODS and recipe.target_modules != "all-linear"):
        values -= 2.5 * shape.hidden + shape.wide
    values *= _KEPT_MORE.get(recipe.method, 1.0)
    if device.kind != "cpu":
        values += shape.hidden  # dropout's masks, one byte a value
    return values + (1.0 * shape.heads * longest if eager(recipe, device) else 0.0)


def _logits(recipe: Recipe, shape: Shape, model: Model, longest: float) -> float:
    """Bytes of scores over the vocabulary, for tasks that predict words."""
    tokens = recipe.batch_size * longest
    if recipe.task == "language-modeling":
        share = _SCORED["masked" if model.kind == "encoder" else "language-modeling"]
    elif recipe.task == "generation":
        share = _SCORED["generation"]
    elif model.kind == "causal":
        share = _SCORED["answers"]
    else:
        return 0.0
    return tokens * share * shape.vocabulary * _SCORE_BYTES


def _other_stage(recipe: Recipe, shape: Shape, dataset: Dataset, model: Model, device: Device, longest: float) -> float:
    """Bytes of the largest stage beside training: weights as read from their file, an evaluation batch, the references."""
    on_cpu = device.kind == "cpu"
    rows = min(256, max(32, 4 * recipe.batch_size))
    scores = 10.0 * shape.heads * longest if eager(recipe, device) else 0.0
    answering = rows * longest * (2.0 * (6 * shape.hidden + 2 * shape.wide) + scores)
    reading = float(model.parameters * model.stored_bytes) if on_cpu else 0.0
    features = min(_MOST_FEATURES, _FEATURES_A_ROW * dataset.rows)
    fitting = max(1, len(dataset.labels)) * features * 8.0 * _LBFGS_COPIES if on_cpu and dataset.labels else 0.0
    return max(answering, reading, fitting)
