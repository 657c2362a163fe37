"""Frozen embeddings: one vector a text from the base model as it is, which the references and the "base" answer stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Sized
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from playground.models.types import Pooling
from playground.training.load import DTYPES
from playground.training.plan import Plan
from playground.training.ranks import ALONE, Ranks
from playground.training.texts import Inputs, by_length, pad

Matrix = NDArray[np.float32]
#: Called between batches by all processes alike; raises to end the work.
Poll = Callable[[], None]
#: Tensors by name: what a model takes, and whatever else travels with it.
Batch = dict[str, torch.Tensor]
#: From a batch (on the device) to one row of numbers each.
Compute = Callable[[Batch], torch.Tensor]
#: An example; its length is that of what the model reads of it.
Item = TypeVar("Item", bound=Sized)


@dataclass(slots=True)
class Batches:
    """Examples put through a model without gradients, similar lengths together, shared by the processes of a run."""

    how: Plan
    device: torch.device
    padding: int
    ranks: Ranks = ALONE
    poll: Poll = field(default=lambda: None)

    def map(
        self, inputs: Sequence[Item], compute: Compute, columns: int, collate: Callable[[Sequence[Item]], Batch] | None = None
    ) -> Matrix:
        """``compute``'s row (``columns`` wide, float32) for each of ``inputs``, in their order, on every process.

        :param collate: makes a batch of some of them; None for plain ``Inputs``.
        """
        together: Callable[[Sequence[Any]], Batch] = collate or self.pad
        batches = by_length([len(row) for row in inputs], self.how.evaluation_batch)
        done: list[Matrix] = []
        for start in range(0, len(batches), self.ranks.size):
            self.poll()
            for batch in self.ranks.mine(batches[start : start + self.ranks.size]):
                done.append(self._one(together([inputs[row] for row in batch]), compute))
        result = np.zeros((len(inputs), columns), np.float32)
        for batch, rows in zip(batches, self.ranks.join(done, columns), strict=True):
            result[batch] = rows
        return result

    def _one(self, batch: Batch, compute: Compute) -> Matrix:
        inputs = {name: tensor.to(self.device) for name, tensor in batch.items()}
        # Not inference_mode: bitsandbytes keeps tensors of its first pass, which training could then not use.
        with torch.no_grad(), computing(self.how, self.device):
            return compute(inputs).float().cpu().numpy()

    def pad(self, rows: Sequence[Inputs]) -> Batch:
        """One batch of model inputs."""
        return pad(rows, padding=self.padding, multiple_of=self.how.pad_to_multiple_of)


@contextmanager
def computing(how: Plan, device: torch.device) -> Iterator[None]:
    """Under autocast where the plan says so."""
    with torch.autocast(device.type, DTYPES[how.dtype], enabled=how.autocast):
        yield


def embed(encoder: nn.Module, pooling: Pooling, inputs: Sequence[Inputs], batches: Batches) -> Matrix:
    """Unit-length vectors of ``inputs`` from a frozen encoder."""
    encoder.eval()

    def vectors(batch: dict[str, torch.Tensor]) -> torch.Tensor:
        hidden = encoder(**batch).last_hidden_state.float()
        return nn.functional.normalize(pool(hidden, batch["attention_mask"], pooling), dim=-1)

    return batches.map(inputs, vectors, width_of(encoder))


def width_of(encoder: nn.Module) -> int:
    """Numbers in one vector."""
    return int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]


def pool(hidden: torch.Tensor, mask: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """One vector a row from hidden states (rows x tokens x width): the mean over its tokens, its first or its last token."""
    if pooling == "cls":
        return hidden[:, 0]
    if pooling == "last":
        return hidden[torch.arange(len(hidden), device=hidden.device), mask.sum(1) - 1]
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
