"""Where a LoRA adapter starts, if not at nothing in random directions.

PiSSA (Meng et al. 2024, arXiv 2404.02948) and OLoRA (Büyükakyüz 2024, arXiv 2406.01775) take a part s * B0 A0 out of a base weight W, train
it, and leave the rest frozen: W x + s * (B A - B0 A0) x. Their authors change W. Here W stays as it is, for the base answers beside the
fine-tune all along; the part is taken out by a second, frozen half of the same adapter. That is the plain LoRA of twice the rank into which
PEFT converts such an adapter (``path_initial_model_for_weight_conversion``), only that it is trained as what it is saved as: nothing is
lost in converting it, it loads onto the untouched base, and the base may be quantized. (Dropout, if any, is then of both halves alike.)

EVA (Paischer et al. 2024, arXiv 2410.07170) starts A at the principal directions of what each layer is fed, and B at nothing. Every layer
keeps its rank here; the paper also moves ranks between layers. PEFT's own code turns every input into a Python tuple to find equal ones,
and never ends on batches with fewer tokens than the rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import torch
from torch import nn
from torch.nn.utils import parametrize

from playground.recipe import LORA_METHODS, LoraInit, Recipe
from playground.references.linear import sample
from playground.training.embed import Batch, computing
from playground.training.objective import Scene
from playground.training.product import weight_of

#: Smaller side of a matrix up to which it is taken apart exactly; beyond that by random projections (Halko et al. 2011), as PiSSA's
#: authors do, with so many directions to spare and so many rounds.
_EXACT_UP_TO: Final = 1024
_SPARE: Final = 8
_ROUNDS: Final = 16
#: Texts and tokens from which the directions of a layer's inputs are taken, and texts read at once.
_TEXTS: Final = 256
_TOKENS: Final = 2048
_AT_ONCE: Final = 32

#: From a weight (out x in, float32), a rank and the adapter's scale to A (rank x in) and B (out x rank), or fewer ranks if it has no more.
Parts = Callable[[torch.Tensor, int, float], tuple[torch.Tensor, torch.Tensor]]


class BesideStart(nn.Module):
    """What is learned and what it started from, as one matrix: a parametrization of ``weight``. The start has no gradient."""

    start: torch.Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.dim = dim
        self.register_buffer("start", torch.empty(0))

    def forward(self, learned: torch.Tensor) -> torch.Tensor:
        return torch.cat([learned, self.start], dim=self.dim)

    def right_inverse(self, whole: torch.Tensor) -> torch.Tensor:
        learned, start = whole.detach().chunk(2, dim=self.dim)
        self.start = start.clone()
        return learned.clone()


def keeps_start(recipe: Recipe) -> bool:
    """Whether the adapter has a second half that holds where it started."""
    return recipe.method in LORA_METHODS and recipe.lora_init in _PARTS


def beside_start(model: nn.Module) -> None:
    """Let the second half of every adapter be where the first one started; it is trained no more."""
    for layer in adapter_layers(model):
        parametrize.register_parametrization(layer.lora_A["default"], "weight", BesideStart(0))
        parametrize.register_parametrization(layer.lora_B["default"], "weight", BesideStart(1))


def starts(model: nn.Module) -> dict[str, torch.Tensor]:
    """Every start by its full name."""
    return {f"{name}.start": module.start for name, module in model.named_modules() if isinstance(module, BesideStart)}


def as_plain(model: nn.Module) -> None:
    """Make every adapter the plain LoRA it is saved as, both halves in one matrix; training is over."""
    for layer in adapter_layers(model):
        for half in (layer.lora_A["default"], layer.lora_B["default"]):
            if parametrize.is_parametrized(half, "weight"):
                parametrize.remove_parametrizations(half, "weight")


def begin(scene: Scene) -> None:
    """Put the adapter where the recipe has it start. The same recipe on the same data always starts at the same place."""
    init = scene.recipe.lora_init
    if init == "default" or scene.recipe.method not in LORA_METHODS:
        return
    torch.manual_seed(scene.recipe.seed)
    with torch.no_grad():
        if init == "eva":
            _from_texts(scene)
        else:
            _from_weights(scene.model, scene.recipe.lora_r, _PARTS[init])


def adapter_layers(model: nn.Module) -> Iterator[Any]:
    """Every layer with LoRA matrices, in order."""
    return (module for module in model.modules() if "default" in getattr(module, "lora_A", {}))


def _from_weights(model: nn.Module, rank: int, parts: Parts) -> None:
    for layer in adapter_layers(model):
        weight = weight_of(layer.get_base_layer())(torch.float32)
        down, up = parts(weight, rank, float(layer.scaling["default"]))
        down, up = _filled(down, rank, 0), _filled(up, rank, 1)
        layer.lora_A["default"].weight = torch.cat([down, down])
        layer.lora_B["default"].weight = torch.cat([up, -up], dim=1)


def _filled(part: torch.Tensor, rank: int, dim: int) -> torch.Tensor:
    """A small matrix has fewer directions than a large rank asks for; the others stay nothing."""
    missing = list(part.shape)
    missing[dim] = rank - part.shape[dim]
    return torch.cat([part, part.new_zeros(missing)], dim=dim).contiguous()


def pissa_parts(weight: torch.Tensor, rank: int, scale: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The largest singular values and their vectors, half of each value on either side."""
    if min(weight.shape) <= _EXACT_UP_TO:
        left, values, right = torch.linalg.svd(weight, full_matrices=False)
        right = right.t()
    else:
        left, values, right = torch.svd_lowrank(weight, q=min(rank + _SPARE, *weight.shape), niter=_ROUNDS)
    roots = (values[:rank] / scale).sqrt()
    return roots.unsqueeze(1) * right[:, :rank].t(), left[:, :rank] * roots


def olora_parts(weight: torch.Tensor, rank: int, scale: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The first rows and columns of the QR decomposition; as in PEFT, the scale is not taken out of them."""
    left, right = torch.linalg.qr(weight)
    return right[:rank], left[:, :rank]


_PARTS: Final[Mapping[LoraInit, Parts]] = {"pissa": pissa_parts, "olora": olora_parts}


def _from_texts(scene: Scene) -> None:
    before: torch.Tensor | None = None
    directions = torch.empty(0)
    fed = _fed(scene)
    for layer in adapter_layers(scene.model):
        if id(layer) not in fed:  # no text came by, as at an expert nobody was sent to
            continue
        states = torch.cat(fed.pop(id(layer)))
        if before is None or not torch.equal(states, before):  # query, key and value are fed the same
            directions = _principal(states, scene.recipe.lora_r)
        before = states
        layer.lora_A["default"].weight[: len(directions)].copy_(directions)


def _principal(states: torch.Tensor, rank: int) -> torch.Tensor:
    """The directions in which these vary most, at most ``rank`` of them, each of length 1."""
    _, _, right = torch.pca_lowrank(states.float(), q=min(rank + _SPARE, *states.shape), niter=_ROUNDS)
    return right[:, :rank].t()


def _fed(scene: Scene) -> dict[int, list[torch.Tensor]]:
    """What each layer with an adapter is fed (tokens x width), by the layer's id, from evenly spread training texts and tokens."""
    samples, recipe, batches = scene.samples["train"], scene.recipe, scene.batches()
    rows = sample(len(samples), _TEXTS)
    found: dict[int, list[torch.Tensor]] = {}
    mask: torch.Tensor | None = None

    def keep(layer: Any) -> Callable[[nn.Module, tuple[torch.Tensor, ...]], None]:
        return lambda _, inputs: found.setdefault(id(layer), []).append(_tokens(inputs[0], mask, len(rows)))

    handles = [layer.get_base_layer().register_forward_pre_hook(keep(layer)) for layer in adapter_layers(scene.model)]
    scene.model.eval()
    try:
        with scene.model.disable_adapter():
            for start in range(0, len(rows), _AT_ONCE):
                some = rows[start : start + _AT_ONCE]
                batch = scene.work.objective.collate([samples[row] for row in some], batches, seed=recipe.seed, epoch=0, rows=some)
                batch = {name: tensor.to(scene.work.device) for name, tensor in batch.items()}
                mask = batch.get("attention_mask")
                _read(scene, batch)
    finally:
        for handle in handles:
            handle.remove()
    return found


def _read(scene: Scene, batch: Batch) -> None:
    with computing(scene.work.how, scene.work.device):
        scene.work.objective.losses(scene.model, batch, scene.recipe)


def _tokens(states: torch.Tensor, mask: torch.Tensor | None, texts: int) -> torch.Tensor:
    """A batch's share of the tokens, evenly spread; what fills rows up is left out where the mask is of these very places."""
    flat = states.reshape(-1, states.shape[-1])
    if mask is not None and mask.shape == states.shape[:-1]:
        flat = flat[mask.reshape(-1).bool()]
    most = max(1, _TOKENS * min(_AT_ONCE, texts) // texts)
    return flat[:: -(-len(flat) // most)].clone()
