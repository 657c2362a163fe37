"""Models made from nothing are what they are said to be."""

from __future__ import annotations

import pytest
import torch

from playground.models.catalogue import get_model
from playground.models.scratch import FEED_FORWARD, HEAD, POSITIONS, SCRATCH, VOCABULARY
from playground.models.types import Model


@pytest.mark.parametrize("facts", SCRATCH, ids=lambda facts: str(facts.id))
def test_parameters_are_counted_right(facts: Model) -> None:
    from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, BertConfig, LlamaConfig

    shape = {
        "vocab_size": VOCABULARY, "hidden_size": facts.hidden, "num_hidden_layers": facts.layers,
        "num_attention_heads": facts.hidden // HEAD, "intermediate_size": FEED_FORWARD[facts.architecture] * facts.hidden,
        "max_position_embeddings": POSITIONS,
    }  # fmt: skip
    with torch.device("meta"):
        if facts.kind == "encoder":
            model = AutoModelForMaskedLM.from_config(BertConfig(**shape))
        else:
            model = AutoModelForCausalLM.from_config(LlamaConfig(**shape, tie_word_embeddings=True))
    assert sum(parameter.numel() for parameter in model.parameters()) == facts.parameters


def test_they_are_found_by_their_id() -> None:
    assert get_model("scratch/bert-tiny").origin == "scratch"
    assert len({facts.id for facts in SCRATCH}) == len(SCRATCH)
