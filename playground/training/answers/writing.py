"""Answers token by token: several prompts at once, what was computed for earlier tokens kept (KV cache)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from playground.training.answers.forms import called, inner
from playground.training.embed import Batch, Poll

#: From scores (rows x vocabulary) to one token each.
Choose = Callable[[torch.Tensor], torch.Tensor]


def likeliest(scores: torch.Tensor) -> torch.Tensor:
    """The token with the highest score."""
    return scores.argmax(dim=-1)


def drawn(temperature: float) -> Choose:
    """Tokens drawn by their probabilities, evened out above temperature 1 and sharpened below; 0 is ``likeliest``."""
    if temperature <= 0:
        return likeliest
    return lambda scores: torch.multinomial(torch.softmax(scores.float() / temperature, dim=-1), 1)[:, 0]


@dataclass(slots=True)
class Pen:
    """Writes on after the prompts of one batch."""

    model: nn.Module
    #: Of the prompts, ended on the right (causal) or filled up on the right (encoder and decoder).
    batch: Batch
    ends: frozenset[int]
    most: int
    choose: Choose = likeliest
    #: Tokens written so far, a row each; the one that ends an answer is not among them.
    tokens: list[list[int]] = field(init=False)
    #: What is left of the rows: whether each still goes on.
    going: list[bool] = field(init=False)
    _next: Batch = field(init=False)
    _kept: Any = None

    def __post_init__(self) -> None:
        rows = len(self.batch["input_ids"])
        self.tokens, self.going = [[] for _ in range(rows)], [True] * rows
        self._next = dict(self.batch)

    @property
    def done(self) -> bool:
        """Whether every answer came to its end, or is as long as one may be."""
        return not any(self.going)

    def write(self) -> None:
        """One more token for each answer. The prompt is read with the first: it is then that the adapter is on or off."""
        if self._kept is None and inner(self.model).config.is_encoder_decoder:
            self._next = self._encoded(len(self.tokens))
        output = called(self.model, self._next, past_key_values=self._kept, use_cache=True)
        self._kept = output.past_key_values
        chosen = self.choose(output.logits[:, -1])
        for row, token in enumerate(chosen.tolist()):
            if not self.going[row]:
                continue
            if token in self.ends:
                self.going[row] = False
            else:
                self.tokens[row].append(token)
                self.going[row] = len(self.tokens[row]) < self.most
        self._advance(chosen)

    def _advance(self, chosen: torch.Tensor) -> None:
        step, before = chosen.unsqueeze(1), self._next
        if "decoder_input_ids" in before:
            self._next = {**before, "decoder_input_ids": step}
            return
        mask = before["attention_mask"]
        self._next = {
            "input_ids": step,
            "attention_mask": torch.cat([mask, mask.new_ones(len(mask), 1)], dim=1),
            "position_ids": before["position_ids"][:, -1:] + 1,
        }

    def _encoded(self, rows: int) -> Batch:
        base = inner(self.model)
        mask = self.batch["attention_mask"]
        read = base.get_encoder()(input_ids=self.batch["input_ids"], attention_mask=mask)
        start = torch.full((rows, 1), base.config.decoder_start_token_id, dtype=torch.long, device=mask.device)
        return {"encoder_outputs": read, "attention_mask": mask, "decoder_input_ids": start}


def write_all(model: nn.Module, batch: Batch, ends: frozenset[int], most: int, poll: Poll | None = None) -> list[list[int]]:
    """Greedy answers to a batch of prompts.

    :param poll: called before each token; raises to end the work.
    """
    pen = Pen(model, batch, ends, most)
    while not pen.done:
        if poll:
            poll()
        pen.write()
    return pen.tokens


def table(tokens: Sequence[Sequence[int]], width: int) -> torch.Tensor:
    """Rows of tokens as a float table, filled up with -1: what processes can give each other (float32 holds tokens below 2^24 exactly)."""
    return torch.tensor([[*row, *[-1] * (width - len(row))] for row in tokens], dtype=torch.float32)


def untabled(row: Sequence[float]) -> list[int]:
    """The tokens of one row of ``table``."""
    return [int(token) for token in row if token >= 0]
