"""Every answer to a prompt in one pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from playground.models.catalogue import get_model
from playground.training.answers import branches
from playground.training.answers.branches import surprises, tree
from playground.training.texts import Inputs
from tests.training.answers.conftest import LLAMA
from tests.training.answers.test_forms import BATCHES

PROMPTS = [[10, 11, 12, 13, 14], [20], [30, 31, 32]]
ANSWERS = [[40, 41, 3], [50, 3], [40, 3], [3]]


@pytest.fixture(scope="module")
def llama(writing_models: Path) -> Any:
    return AutoModelForCausalLM.from_pretrained(writing_models / get_model(LLAMA).slug).eval()


def test_answers_side_by_side_are_as_likely_as_each_alone(llama: Any) -> None:
    alone = np.zeros((len(PROMPTS), len(ANSWERS)))
    for row, prompt in enumerate(PROMPTS):
        for column, answer in enumerate(ANSWERS):
            with torch.no_grad():
                scores = llama(torch.tensor([prompt + answer])).logits[0, len(prompt) - 1 : -1]
            alone[row, column] = -scores.log_softmax(dim=-1)[range(len(answer)), answer].sum()
    assert np.allclose(surprises(llama, PROMPTS, ANSWERS, BATCHES), alone, atol=1e-4)


def test_an_architecture_without_places_of_its_own_gets_the_same(llama: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    together = surprises(llama, PROMPTS, ANSWERS, BATCHES)
    monkeypatch.setattr(branches, "taken", lambda model: frozenset({"input_ids"}))
    assert np.allclose(surprises(llama, PROMPTS, ANSWERS, BATCHES), together, atol=1e-4)


def test_a_prompt_is_read_once_whatever_the_number_of_answers(llama: Any) -> None:
    read: list[int] = []
    handle = llama.register_forward_hook(lambda _, __, kwargs, ___: read.append(kwargs["input_ids"].numel()), with_kwargs=True)
    surprises(llama, [list(range(10, 60))], [[70 + number, 3] for number in range(20)], BATCHES)
    handle.remove()
    assert read == [50 + 20]


def test_no_answer_sees_another() -> None:
    batch = tree([Inputs([10, 11])], [[40, 41, 3], [50, 51, 3]], BATCHES)
    seen = batch["attention_mask"][0, 0] == 0
    assert seen[-1].tolist() == [True, True, False, False, True, True]
    assert batch["position_ids"].tolist() == [[0, 1, 2, 3, 2, 3]]
