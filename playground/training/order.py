"""Which rows form which batch: a pure function of lengths, seed and epoch.

Rows of similar length share a batch, so little is spent on padding; which rows those are, and in which order batches come, is drawn
anew each epoch. Nothing of a process's state takes part: a resumed run and a run of several processes see the very same batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

#: Batches among which rows are sorted by length: enough to save most padding, few enough that batches stay mixed.
_WINDOW = 16


@dataclass(frozen=True, slots=True)
class Item:
    """A row of one micro-batch and what its loss counts: one over the rows of its optimizer step, or 0 for a stand-in."""

    row: int
    weight: float


def epoch_batches(lengths: Sequence[int], batch_size: int, *, seed: int, epoch: int) -> list[list[int]]:
    """The batches of one epoch: every row once, the last batch made may be smaller.

    :param batch_size: rows of a batch over all processes.
    """
    draw = np.random.Generator(np.random.PCG64([seed, epoch]))
    rows = draw.permutation(len(lengths))
    sizes = np.asarray(lengths)
    batches: list[list[int]] = []
    for start in range(0, len(rows), _WINDOW * batch_size):
        window = rows[start : start + _WINDOW * batch_size]
        window = window[np.argsort(sizes[window], kind="stable")]
        batches += [window[place : place + batch_size].tolist() for place in range(0, len(window), batch_size)]
    return [batches[place] for place in draw.permutation(len(batches))]


def shares(batches: Sequence[Sequence[int]], *, accumulation: int, rank: int, world_size: int) -> list[list[Item]]:
    """What ``rank`` computes of each batch, so that gradients averaged over ranks are those of the mean loss over the whole step.

    :param accumulation: consecutive batches that make one optimizer step (the last step of an epoch may have fewer).
    """
    share: list[list[Item]] = []
    for start in range(0, len(batches), accumulation):
        step = batches[start : start + accumulation]
        weight = world_size / sum(len(batch) for batch in step)
        for batch in step:
            mine = [Item(row, weight) for row in batch[rank::world_size]]
            # A process without a row would hang the others; it computes a row that counts nothing.
            share.append(mine or [Item(batch[0], 0.0)])
    return share


class EpochSampler:
    """A batch sampler for torch's ``DataLoader``: the share of one rank, epoch by epoch."""

    def __init__(
        self, lengths: Sequence[int], batch_size: int, *, accumulation: int, seed: int, rank: int = 0, world_size: int = 1
    ) -> None:
        self._lengths, self._seed = lengths, seed
        self._global_batch = batch_size * world_size
        self._accumulation, self._rank, self._world_size = accumulation, rank, world_size
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch the next iteration is of."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-len(self._lengths) // self._global_batch)

    def __iter__(self) -> Iterator[list[Item]]:
        batches = epoch_batches(self._lengths, self._global_batch, seed=self._seed, epoch=self.epoch)
        return iter(shares(batches, accumulation=self._accumulation, rank=self._rank, world_size=self._world_size))
