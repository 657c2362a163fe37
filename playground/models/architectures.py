"""What transformers can load without code from elsewhere, by the ``model_type`` of a configuration, and how each spells its sizes.

A table instead of a question to transformers, which the app must not import; ``tests/models/test_architectures.py`` asks it instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from playground.tasks.types import ModelKind

#: Architectures with a class for every task of their kind: labels, tokens and masked words; next words; answers.
ARCHITECTURES: Final[Mapping[ModelKind, frozenset[str]]] = {
    "encoder": frozenset(
        {
            "albert", "bert", "big_bird", "camembert", "convbert", "deberta", "deberta-v2", "distilbert", "electra", "ernie", "eurobert",
            "funnel", "longformer", "megatron-bert", "mobilebert", "modernbert", "mpnet", "rembert", "roberta", "roformer", "squeezebert",
            "xlm-roberta", "xlm-roberta-xl", "xmod",
        }
    ),
    "causal": frozenset(
        {
            "bloom", "falcon", "gemma", "gemma2", "gemma3_text", "glm", "glm4", "gpt2", "gpt_neo", "gpt_neox", "llama",
            "mistral", "olmo", "olmo2", "opt", "phi", "phi3", "qwen2", "qwen3", "smollm3", "stablelm", "starcoder2",
        }
    ),
    "seq2seq": frozenset({"bart", "longt5", "mbart", "mt5", "pegasus", "t5", "umt5"}),
}  # fmt: skip
#: Other spellings of the same size.
_HIDDEN: Final = ("hidden_size", "d_model", "n_embd", "dim")
_LAYERS: Final = ("num_hidden_layers", "num_layers", "n_layer", "n_layers", "encoder_layers")
_POSITIONS: Final = ("max_position_embeddings", "n_positions", "max_sequence_length", "seq_length")
#: These count positions from the one after the padding's, so that two of them are never used.
_OFFSET_POSITIONS: Final = frozenset({"camembert", "longformer", "roberta", "xlm-roberta", "xlm-roberta-xl", "xmod"})
#: Where a configuration names no limit (relative positions), what such models were trained on.
_USUAL_POSITIONS: Final = 512


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes a configuration states; 0 where it states none."""

    architecture: str
    hidden: int
    layers: int
    #: Longest input in tokens.
    positions: int


def kind_of(architecture: str) -> ModelKind | None:
    """What such a model is made for; None if it cannot be trained here."""
    return next((kind for kind, names in ARCHITECTURES.items() if architecture in names), None)


def shape_of(config: Mapping[str, Any]) -> Shape:
    """The sizes in a ``config.json``, whatever its architecture calls them."""
    architecture = str(config.get("model_type", ""))
    positions = _first(config, _POSITIONS) or _USUAL_POSITIONS
    used = positions - 2 if architecture in _OFFSET_POSITIONS else positions
    return Shape(architecture, _first(config, _HIDDEN), _first(config, _LAYERS), used)


def _first(config: Mapping[str, Any], names: tuple[str, ...]) -> int:
    values = (config.get(name) for name in names)
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), 0)
