"""What the layers of a base model look like inside, as far as memory and time depend on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from playground.models.catalogue import Model
from playground.recipe import Recipe

#: Width of an attention head: 32 in the small encoders of the MiniLM family, 64 nearly everywhere else.
_NARROW_HEAD, _USUAL_HEAD = 32, 64
_NARROW_UP_TO: Final = 384
#: Matrices of a feed-forward layer: two, or three where one gates the other (Llama and its kin).
_MATRICES: Final = {"encoder": 2, "causal": 3}


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a transformer that decide what it costs."""

    layers: int
    hidden: int
    heads: int
    #: Width of the feed-forward layers.
    wide: int
    #: Matrices of a feed-forward layer.
    matrices: int
    #: Entries of the vocabulary.
    vocabulary: int
    #: Weights in all layers together, and in the embedding tables.
    layer_weights: int
    embedding_weights: int

    @property
    def gated(self) -> bool:
        """Whether one matrix of the feed-forward layer gates another."""
        return self.matrices == 3

    def adapter_weights(self, recipe: Recipe) -> int:
        """Weights of a LoRA adapter: rank times inputs plus outputs of every layer it is on."""
        attention = 4 * 2 * self.hidden
        both = {"query-value": attention // 2, "attention": attention}
        width = both.get(recipe.target_modules, attention + self.matrices * (self.hidden + self.wide))
        return self.layers * recipe.lora_r * width


def shape_of(model: Model) -> Shape:
    """The shape of a catalogue model, worked out from its weights: four square matrices of attention a layer, the rest feed-forward."""
    matrices = _MATRICES.get(model.kind, 2)
    inside = model.parameters - model.embedding_parameters
    each = inside / model.layers
    wide = max(model.hidden, (each - 4 * model.hidden**2) / (matrices * model.hidden))
    head = _NARROW_HEAD if model.hidden <= _NARROW_UP_TO else _USUAL_HEAD
    return Shape(
        layers=model.layers, hidden=model.hidden, heads=max(1, model.hidden // head), wide=math.ceil(wide), matrices=matrices,
        vocabulary=model.embedding_parameters // model.hidden, layer_weights=inside, embedding_weights=model.embedding_parameters,
    )  # fmt: skip
