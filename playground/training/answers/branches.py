"""How likely a model finds each of several answers to a prompt, which it reads once however many there are.

The answers stand behind the prompt one after the other, each at the places it would have if it stood there alone, and an attention mask
lets each of their tokens see the prompt and what is before it in its own answer (a tree of answers, Miao et al. 2024). Twenty labels
of three tokens cost sixty tokens more, not twenty prompts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import torch
from torch import nn

from playground.references.outputs import Matrix
from playground.training.answers.forms import Causal, Turn, flush_right, taken
from playground.training.embed import Batch, Batches
from playground.training.language.only import only_at
from playground.training.load import DTYPES
from playground.training.objective import Sample
from playground.training.texts import Inputs

#: Most places of a batch whose scores of the whole vocabulary are held at once.
_MOST_PLACES: Final = 2048
#: Added to attention scores where nothing is to be seen; within float16.
_UNSEEN: Final = -3e4


def surprises(model: nn.Module, prompts: Sequence[list[int]], answers: Sequence[list[int]], batches: Batches) -> Matrix:
    """-ln p of each answer after each prompt, summed over its tokens, rows x answers."""
    model.eval()
    if "position_ids" not in taken(model):
        return _one_by_one(model, prompts, answers, batches)
    places = 1 + sum(len(answer) - 1 for answer in answers)
    few = replace(batches, how=replace(batches.how, evaluation_batch=max(1, min(batches.how.evaluation_batch, _MOST_PLACES // places))))
    branches = [list(answer) for answer in answers]

    def compute(batch: Batch) -> torch.Tensor:
        with only_at(model, batch.pop("asked")):
            scores = model(**batch).logits[0]
        return torch.stack([_read(row, branches) for row in scores.split(places)])

    return few.map([Inputs(prompt) for prompt in prompts], compute, len(answers), lambda rows: tree(rows, branches, few))


def tree(rows: Sequence[Inputs], answers: Sequence[list[int]], batches: Batches) -> Batch:
    """A batch of prompts with all answers behind each; of an answer the last token is predicted only, not read.

    :returns: ``input_ids``, ``position_ids`` and ``asked`` (rows x tokens), and ``attention_mask`` (rows, 1, tokens, tokens).
    """
    inside = [answer[:-1] for answer in answers]
    read = [token for answer in inside for token in answer]
    owner = torch.tensor([number for number, answer in enumerate(inside) for _ in answer], dtype=torch.long)
    step = torch.tensor([place for answer in inside for place in range(len(answer))], dtype=torch.long)
    prompts = flush_right([row.tokens for row in rows], batches.padding)
    width, lengths = prompts.shape[1], torch.tensor([[len(row)] for row in rows])
    count = len(rows)
    before = (torch.arange(width) - (width - lengths)).clamp(min=0)
    positions = torch.cat([before, lengths + step.expand(count, -1)], dim=1)
    real = torch.arange(width) >= width - lengths
    sees = torch.zeros(count, width + len(read), width + len(read), dtype=torch.bool)
    sees[:, :width, :width] = torch.ones(width, width, dtype=torch.bool).tril() & real.unsqueeze(1)
    sees[:, width:, :width] = real.unsqueeze(1)
    sees[:, width:, width:] = (owner.unsqueeze(1) == owner) & (step.unsqueeze(1) >= step)
    # Filling sees itself: a row of attention with nothing to see would not be a number.
    sees |= torch.eye(width + len(read), dtype=torch.bool)
    mask = torch.zeros(sees.shape, dtype=DTYPES[batches.how.dtype]).masked_fill(~sees, _UNSEEN).unsqueeze(1)
    asked = torch.zeros(count, width + len(read), dtype=torch.bool)
    asked[:, width - 1 :] = True
    ids = torch.cat([prompts, torch.tensor(read, dtype=torch.long).expand(count, -1)], dim=1)
    return {"input_ids": ids, "attention_mask": mask, "position_ids": positions, "asked": asked}


def _read(scores: torch.Tensor, answers: Sequence[list[int]]) -> torch.Tensor:
    """-ln p of each answer, from the scores of the prompt's last place and of every token read behind it."""
    logs = scores.float().log_softmax(dim=-1)
    found, place = [], 1
    for answer in answers:
        rows = [0, *range(place, place + len(answer) - 1)]
        found.append(-logs[rows, answer].sum())
        place += len(answer) - 1
    return torch.stack(found)


def _one_by_one(model: nn.Module, prompts: Sequence[list[int]], answers: Sequence[list[int]], batches: Batches) -> Matrix:
    """For architectures that count places by themselves: every prompt with every answer."""
    form = Causal()
    samples = [Sample(Inputs([*prompt, *answer]), Turn(list(answer))) for prompt in prompts for answer in answers]
    nats = batches.map(samples, lambda batch: form.losses(model, batch).unsqueeze(1), 1, lambda some: form.together(some, batches))
    return nats.reshape(len(prompts), len(answers))
