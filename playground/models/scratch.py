"""Base models made here from nothing: their shape is on offer, their words and weights come from the person's own text.

For learning what pretraining is, and what it is worth. The BERT shapes are those of Turc et al. 2019 (BERT miniatures), the Llama shapes
are as wide and deep; the vocabulary is small, because the text is.
"""

from __future__ import annotations

from typing import Final

from playground.models.types import Model

#: Words and pieces of words, at most: a small text does not hold more that are worth a vector.
VOCABULARY: Final = 8_000
#: Longest input in tokens.
POSITIONS: Final = 512
#: Width of a feed-forward layer as a multiple of the model's, in each architecture.
FEED_FORWARD: Final = {"bert": 4, "llama": 3}
#: Width of one attention head.
HEAD: Final = 64


def _bert(size: str, layers: int, hidden: int) -> Model:
    embedding = (VOCABULARY + POSITIONS + 2 + 2) * hidden
    inside = layers * (12 * hidden**2 + 13 * hidden)
    around_words = hidden**2 + 3 * hidden + VOCABULARY
    return _model("bert", f"BERT {size}", size, layers, hidden, embedding, inside + around_words)


def _llama(size: str, layers: int, hidden: int) -> Model:
    inside = layers * (13 * hidden**2 + 2 * hidden) + hidden
    return _model("llama", f"Llama {size}", size, layers, hidden, VOCABULARY * hidden, inside)


def _model(architecture: str, title: str, size: str, layers: int, hidden: int, embedding: int, rest: int) -> Model:
    encoder = architecture == "bert"
    return Model(
        id=f"scratch/{architecture}-{size}", title=title, kind="encoder" if encoder else "causal", architecture=architecture,
        parameters=embedding + rest, embedding_parameters=embedding, layers=layers, hidden=hidden, max_positions=POSITIONS,
        languages=("multi",), licence="", pooling="mean" if encoder else "last", files=(), origin="scratch",
    )  # fmt: skip


#: Every shape on offer, the smallest of each kind first.
SCRATCH: Final[tuple[Model, ...]] = (
    _bert("tiny", 2, 128), _bert("mini", 4, 256), _bert("small", 4, 512), _llama("tiny", 2, 128), _llama("mini", 4, 256),
)  # fmt: skip
