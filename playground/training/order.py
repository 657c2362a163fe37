"""Which rows form which batch: a pure function of lengths, seed and epoch.

Rows of similar length share a batch, so little is spent on padding; which rows those are, and in which order batches come, is drawn
anew each epoch. Nothing of a process's state takes part: a resumed run and a run of several processes see the very same batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Batches among which rows are sorted by length: enough to save most padding, few enough that batches stay mixed.
_WINDOW = 16
#: Rows of one group drawn together, for each process: enough that each has others beside it.
_TOGETHER: Final = 4


@dataclass(frozen=True, slots=True)
class Item:
    """A row of one micro-batch and what each of its losses counts: one over all of its optimizer step's, or 0 for a stand-in."""

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


def group_batches(groups: Sequence[int], batch_size: int, *, seed: int, epoch: int, together: int = _TOGETHER) -> list[list[int]]:
    """The batches of one epoch, several rows of each group in each.

    No row is in a batch twice, none that could have another of its group beside it is alone, and groups are drawn evenly, however many
    rows they have. There are as many batches as it takes for all rows; which rows come in an epoch, and how often, varies.

    :param groups: of each row.
    :param batch_size: most rows of a batch; there are fewer where groups are few and small.
    :param together: rows of a group in a batch; more where there are too few groups to fill it, fewer where a group has fewer.
    """
    draw = np.random.Generator(np.random.PCG64([seed, epoch]))
    numbers = np.asarray(groups)
    names = np.unique(numbers)
    rows = {int(name): np.flatnonzero(numbers == name) for name in names}
    decks = {name: _shuffled(members, draw) for name, members in rows.items()}
    order = _shuffled(names, draw)
    each = max(together, -(-batch_size // len(names)))

    def batch() -> list[int]:
        found: list[int] = []
        for name in _different(order, len(names)):
            found += _different(decks[name], min(each, len(rows[name]), batch_size - len(found)))
            if batch_size - len(found) < 2:
                break
        return found

    return [batch() for _ in range(-(-len(numbers) // batch_size))]


def _shuffled(items: NDArray[np.int64], draw: np.random.Generator) -> Iterator[int]:
    """The items in random order, then again in another, without end."""
    while True:
        yield from draw.permutation(items).tolist()


def _different(deck: Iterator[int], count: int) -> Iterator[int]:
    """The next ``count`` different items; what comes twice before that is passed over."""
    found: set[int] = set()
    while len(found) < count:
        item = next(deck)
        if item not in found:
            found.add(item)
            yield item


def shares(
    batches: Sequence[Sequence[int]], *, accumulation: int, rank: int, world_size: int, sizes: Sequence[int] | None = None
) -> list[list[Item]]:
    """What ``rank`` computes of each batch, so that gradients averaged over ranks are those of the mean loss over the whole step.

    :param accumulation: consecutive batches that make one optimizer step (the last step of an epoch may have fewer).
    :param sizes: single losses of each row, where a row has several (its words, its tokens); None means one each.
    """
    share: list[list[Item]] = []
    for start in range(0, len(batches), accumulation):
        step = batches[start : start + accumulation]
        losses = sum(len(batch) if sizes is None else sum(sizes[row] for row in batch) for batch in step)
        weight = world_size / max(1, losses)
        for batch in step:
            mine = [Item(row, weight) for row in batch[rank::world_size]]
            # A process without a row would hang the others; it computes a row that counts nothing.
            share.append(mine or [Item(batch[0], 0.0)])
    return share


class EpochSampler:
    """A batch sampler for torch's ``DataLoader``: the share of one rank, epoch by epoch."""

    def __init__(
        self, lengths: Sequence[int], batch_size: int, *, accumulation: int, seed: int, rank: int = 0, world_size: int = 1,
        sizes: Sequence[int] | None = None, groups: Sequence[int] | None = None,
    ) -> None:  # fmt: skip
        """
        :param groups: of each row, where rows of a group belong in a batch together.
        """
        self._lengths, self._sizes, self._groups, self._seed = lengths, sizes, groups, seed
        self._global_batch = batch_size * world_size
        self._accumulation, self._rank, self._world_size = accumulation, rank, world_size
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch the next iteration is of."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-len(self._lengths) // self._global_batch)

    def __iter__(self) -> Iterator[list[Item]]:
        batches = self._batches()
        return iter(shares(batches, accumulation=self._accumulation, rank=self._rank, world_size=self._world_size, sizes=self._sizes))

    def _batches(self) -> list[list[int]]:
        if self._groups is None:
            return epoch_batches(self._lengths, self._global_batch, seed=self._seed, epoch=self.epoch)
        together = _TOGETHER * self._world_size
        return group_batches(self._groups, self._global_batch, seed=self._seed, epoch=self.epoch, together=together)
