"""Word scores only where they are asked for: over tens of thousands of words they are the dearest part of a language model's step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from playground.training.load import encoder_of


@contextmanager
def only_at(model: nn.Module, asked: torch.Tensor) -> Iterator[None]:
    """While this is open, ``model(**batch).logits`` are those of the asked places alone, in order: (1, places, words).

    The encoder's hidden states are picked out before the output layer sees them, so the model itself is still what is called.

    :param asked: which places, rows x tokens, true or false.
    """

    def pick(_: nn.Module, __: Any, output: Any) -> Any:
        output.last_hidden_state = output.last_hidden_state[asked].unsqueeze(0)
        return output

    handle = encoder_of(getattr(model, "module", model)).register_forward_hook(pick)
    try:
        yield
    finally:
        handle.remove()


def summed_losses(model: nn.Module, batch: dict[str, torch.Tensor], asked: torch.Tensor, gold: torch.Tensor) -> torch.Tensor:
    """The surprise of the right words (nats), summed over each row, shape (rows,).

    :param gold: the right words of the asked places, in order.
    """
    with only_at(model, asked):
        scores = model(**batch).logits[0]
    each = nn.functional.cross_entropy(scores.float(), gold, reduction="none")
    return each.new_zeros(len(asked)).index_add(0, asked.nonzero()[:, 0], each)
