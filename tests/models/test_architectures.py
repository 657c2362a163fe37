"""The table of architectures, against transformers itself."""

from __future__ import annotations

import pytest

from playground.models.architectures import ARCHITECTURES, kind_of, shape_of

#: What transformers must have for each kind.
MAPPINGS = {
    "encoder": (
        "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES",
        "MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES",
        "MODEL_FOR_MASKED_LM_MAPPING_NAMES",
    ),
    "causal": ("MODEL_FOR_CAUSAL_LM_MAPPING_NAMES", "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES"),
    "seq2seq": ("MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",),
}


@pytest.mark.parametrize("kind", MAPPINGS)
def test_transformers_has_a_class_for_every_task_of_an_architecture(kind: str) -> None:
    from transformers.models.auto import modeling_auto

    for mapping in MAPPINGS[kind]:
        lacking = ARCHITECTURES[kind] - set(getattr(modeling_auto, mapping))  # type: ignore[index]
        assert not lacking, mapping


def test_no_architecture_is_of_two_kinds() -> None:
    names = [name for group in ARCHITECTURES.values() for name in group]
    assert len(names) == len(set(names))


def test_an_unknown_architecture_has_no_kind() -> None:
    assert kind_of("clip") is None


@pytest.mark.parametrize(
    ("config", "sizes"),
    [
        ({"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "max_position_embeddings": 64}, (8, 2, 64)),
        ({"model_type": "roberta", "hidden_size": 8, "num_hidden_layers": 2, "max_position_embeddings": 514}, (8, 2, 512)),
        ({"model_type": "gpt2", "n_embd": 8, "n_layer": 3, "n_positions": 1024}, (8, 3, 1024)),
        ({"model_type": "distilbert", "dim": 8, "n_layers": 3, "max_position_embeddings": 512}, (8, 3, 512)),
        ({"model_type": "mt5", "d_model": 8, "num_layers": 4}, (8, 4, 512)),
        ({"model_type": "bert", "hidden_size": "8", "num_hidden_layers": True}, (0, 0, 512)),
    ],
    ids=lambda value: value["model_type"] if isinstance(value, dict) else "",
)
def test_sizes_are_read_whatever_they_are_called(config: dict[str, object], sizes: tuple[int, int, int]) -> None:
    shape = shape_of(config)
    assert (shape.hidden, shape.layers, shape.positions) == sizes
