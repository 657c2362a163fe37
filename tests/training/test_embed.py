"""One vector a text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

from playground.devices import Device
from playground.recipe import Recipe
from playground.training.embed import Batches, embed, pool
from playground.training.entry import Interrupted
from playground.training.plan import plan
from playground.training.texts import Inputs

HOW = plan(Recipe(model="m", batch_size=1), Device("cpu", "CPU", 1, 2, 16_000, bf16=False))
CPU = torch.device("cpu")
TOKENS = [Inputs(ids) for ids in ([2, 40, 41, 3], [2, 50, 3], *([[2, 60, 61, 62, 63, 3]] * 40))]


def test_the_mean_leaves_padding_out() -> None:
    hidden = torch.tensor([[[1.0], [3.0], [99.0]]])
    assert pool(hidden, torch.tensor([[1, 1, 0]]), "mean").tolist() == [[2.0]]


def test_first_and_last_token() -> None:
    hidden = torch.tensor([[[1.0], [3.0], [99.0]]])
    mask = torch.tensor([[1, 1, 0]])
    assert pool(hidden, mask, "cls").tolist() == [[1.0]]
    assert pool(hidden, mask, "last").tolist() == [[3.0]]


def test_vectors_have_unit_length_and_keep_the_order_of_the_rows(tiny_bert: Path) -> None:
    encoder = AutoModel.from_pretrained(tiny_bert)
    vectors = embed(encoder, "mean", TOKENS, Batches(HOW, CPU, 0))
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, rtol=1e-5)
    alone = embed(encoder, "mean", TOKENS[1:2], Batches(HOW, CPU, 0))
    np.testing.assert_allclose(vectors[1], alone[0], atol=1e-5)


def test_a_person_can_stop_between_batches(tiny_bert: Path) -> None:
    seen: list[int] = []

    def poll() -> None:
        seen.append(1)
        if len(seen) == 2:
            raise Interrupted("stopped")

    with pytest.raises(Interrupted):
        embed(AutoModel.from_pretrained(tiny_bert), "mean", TOKENS, Batches(HOW, CPU, 0, poll=poll))
    assert len(seen) == 2
