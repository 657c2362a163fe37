"""The classifier that reads embeddings does so for every architecture, and leaves nothing of another head."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import AutoModel

from playground.models.types import Pooling
from playground.training.embed import pool
from playground.training.load import anatomy, encoder_of
from playground.training.sequence.embedded import EmbeddedClassifier
from tests.training.test_adapt import CONFIGS

INPUTS = {
    "input_ids": torch.tensor([[5, 6, 7, 8, 9], [5, 6, 7, 0, 0]]),
    "attention_mask": torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_scores_are_one_layer_on_the_unit_vector_of_the_text(name: str, pooling: Pooling) -> None:
    model = EmbeddedClassifier(pooling).from_config(CONFIGS[name]).eval()
    with torch.no_grad():
        said = model(**INPUTS)
        hidden = encoder_of(model)(**INPUTS).last_hidden_state
        vectors = nn.functional.normalize(pool(hidden, INPUTS["attention_mask"], pooling), dim=-1)
        expected = model.get_submodule("classifier")(vectors)
    assert torch.allclose(said.hidden_states[0], vectors)
    assert torch.allclose(said.logits, expected)


@pytest.mark.parametrize("name", CONFIGS)
def test_nothing_of_the_usual_head_is_left(name: str) -> None:
    model = EmbeddedClassifier("mean").from_config(CONFIGS[name])
    assert anatomy(model).head == ("classifier",)
    assert isinstance(model.get_submodule("classifier"), nn.Linear)


def test_it_loads_the_encoder_that_a_folder_holds(tiny_bert: Path) -> None:
    plain = AutoModel.from_pretrained(tiny_bert, add_pooling_layer=False)
    found = encoder_of(EmbeddedClassifier("mean").from_pretrained(tiny_bert))
    assert all(torch.equal(one, other) for one, other in zip(plain.parameters(), found.parameters(), strict=True))
