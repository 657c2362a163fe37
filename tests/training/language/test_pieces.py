"""Running text as samples."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoTokenizer

from playground.devices import Device
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.training.embed import Batches
from playground.training.language.pieces import Hidden, Next
from playground.training.load import Loaded
from playground.training.plan import plan
from tests.training.conftest import MINILM

BATCHES = Batches(plan(Recipe(model="m"), Device("cpu", "CPU", 1, 2, 16_000, bf16=False)), torch.device("cpu"), 0)


@pytest.fixture
def loaded(tiny_bert: Path) -> Loaded:
    return Loaded(None, AutoTokenizer.from_pretrained(tiny_bert), get_model(MINILM), ())  # type: ignore[arg-type]


def test_a_long_text_is_trained_on_in_pieces_and_scored_by_its_beginning(loaded: Loaded) -> None:
    text = ["good " * 30]
    assert [len(piece) for piece in Hidden().cut(loaded, text, 12, whole=True)] == [12, 12, 12]
    assert [len(piece) for piece in Hidden().cut(loaded, text, 12, whole=False)] == [12]


def test_hidden_words_are_asked_where_they_stand(loaded: Loaded) -> None:
    pieces = Hidden()
    samples = [pieces.sample(loaded, ids) for ids in pieces.cut(loaded, ["good bad great poor", "love hate"], 32, whole=False)]
    batch = pieces.batch(samples, BATCHES, [(0, 0, 0), (0, 0, 1)])
    assert int(batch["asked"].sum()) == len(batch["gold"]) == sum(sample.size for sample in samples)
    whole = torch.tensor([sample.inputs.tokens + [0] * (6 - len(sample)) for sample in samples])
    assert batch["gold"].tolist() == whole[batch["asked"][:, :6]].tolist()


def test_the_next_word_is_asked_at_every_place_but_the_last(loaded: Loaded) -> None:
    pieces = Next()
    samples = [pieces.sample(loaded, [7, 8, 9]), pieces.sample(loaded, [5, 6])]
    batch = pieces.batch(samples, BATCHES, [(0, 0, 0)] * 2)
    assert batch["asked"][:, :3].tolist() == [[True, True, False], [True, False, False]]
    assert batch["gold"].tolist() == [8, 9, 6]
    assert [sample.size for sample in samples] == [2, 1]


def test_a_text_of_one_word_has_nothing_to_guess_next(loaded: Loaded) -> None:
    assert Next().sample(loaded, [5]).size == 0
