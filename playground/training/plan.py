"""How to compute on the device found: the fast path as a pure function, so that every machine can be tested on any other.

Measured on a two-core CPU with bf16 (MiniLM, LoRA on all linear layers, batch 16 x 128 tokens), the stock Trainer takes 5.6 times as
long a step: dropout's random numbers alone are 44 % of it (drawn one by one on a CPU), the backward pass of fused attention is slower
than plain matrix products for short sequences, and float32 has a seventh of the arithmetic of bf16. Base weights are *held* in bf16
rather than cast at every step (18 % faster than float32 weights under autocast); trained weights stay float32.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playground.devices import Device
from playground.recipe import Recipe

Attention = Literal["eager", "sdpa"]
Dtype = Literal["float32", "bfloat16", "float16"]

#: Longest sequence, in tokens, for which plain matrix products beat fused attention in training on a CPU.
EAGER_UP_TO = 256
#: Batches of an evaluation and of embedding are this many times a training batch (no gradients are kept), within these bounds.
_EVALUATION_FACTOR, _EVALUATION_LEAST, _EVALUATION_MOST = 4, 32, 256


@dataclass(frozen=True, slots=True)
class Plan:
    """Every decision about how a recipe is computed on a device."""

    use_cpu: bool
    #: Of the arithmetic, and of the frozen weights while they are held.
    dtype: Dtype
    attention: Attention
    #: Whether the base model's own dropout is kept while training.
    base_dropout: bool
    #: Whether the LoRA product is computed by ``product.py`` instead of PEFT's general code.
    fused_lora: bool
    #: CPU threads of this process.
    threads: int
    #: Rows put through the model at once without gradients.
    evaluation_batch: int
    #: Batches are padded to a multiple of this many tokens: kernels are prepared anew for every new shape, on a CPU too.
    pad_to_multiple_of: int
    #: Whether the wait for single losses is avoided (reading a number from a GPU stops it).
    lazy_loss: bool

    @property
    def autocast(self) -> bool:
        """Whether operations run under autocast: wherever the arithmetic is not float32."""
        return self.dtype != "float32"


def plan(recipe: Recipe, device: Device, *, world_size: int = 1) -> Plan:
    """The plan for ``recipe`` on ``device``.

    :param world_size: processes of the run; on a CPU they share the cores.
    """
    on_cpu = device.kind == "cpu"
    short = recipe.max_length <= EAGER_UP_TO
    return Plan(
        use_cpu=on_cpu,
        dtype=_dtype(recipe, device),
        attention="eager" if on_cpu and short else "sdpa",
        base_dropout=not on_cpu,
        fused_lora=on_cpu and recipe.lora_dropout == 0,
        threads=max(1, device.cores // (world_size if on_cpu else 1)),
        evaluation_batch=min(_EVALUATION_MOST, max(_EVALUATION_LEAST, _EVALUATION_FACTOR * recipe.batch_size)),
        pad_to_multiple_of=4 if on_cpu else 8,
        lazy_loss=not on_cpu,
    )


def _dtype(recipe: Recipe, device: Device) -> Dtype:
    if recipe.compute_dtype != "auto":
        return recipe.compute_dtype
    if device.bf16:
        return "bfloat16"
    # A GPU without bf16 still has fast float16, and 4-bit kernels are made for it.
    return "float16" if device.kind == "cuda" else "float32"


def evaluation_steps(steps_per_epoch: int, epochs: int, *, most: int = 20, fewest: int = 4, worth: int = 25) -> tuple[int, ...]:
    """Optimizer steps after which the validation split is scored: each epoch, spread out to at most ``most`` in all.

    A run of few but long epochs is scored within them too (``fewest`` in all, at least ``worth`` steps apart), so that its curve grows.
    The last step is always among them.
    """
    total = steps_per_epoch * epochs
    wanted = min(most, epochs)
    if epochs < fewest:
        wanted = max(epochs, min(fewest, total // worth))
    return tuple(sorted({max(1, round(total * number / wanted)) for number in range(1, wanted + 1)}))
