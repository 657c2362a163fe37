"""The processes of one run: what they must agree on, and how their parts become one answer. All of it is the identity for one process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among those of its run."""

    rank: int
    size: int
    #: Where tensors must lie to be exchanged: the GPU under NCCL, else the CPU.
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this process writes the run's files and events."""
        return self.rank == 0

    def wait(self) -> None:
        """Until every process is here."""
        if self.size > 1:
            dist.barrier()

    def first_only(self, work: Callable[[], None]) -> None:
        """Let the first process do ``work`` while the others wait."""
        if self.first:
            work()
        self.wait()

    def agree(self, code: int) -> int:
        """The first process's ``code``, for all: what it saw of the clock and the stop file decides."""
        if self.size == 1:
            return code
        tensor = torch.tensor(code if self.first else 0, dtype=torch.int64, device=self.device)
        dist.broadcast(tensor, src=0)
        return int(tensor.item())

    def mean(self, values: torch.Tensor) -> torch.Tensor:
        """The mean of ``values`` over all processes."""
        if self.size == 1:
            return values
        summed = values.to(self.device)
        dist.all_reduce(summed)
        return summed / self.size

    def mine(self, things: Sequence[T]) -> list[T]:
        """This process's share of a list all of them hold."""
        return list(things[self.rank :: self.size])

    def join(self, parts: Sequence[NDArray[np.float32]], columns: int) -> list[NDArray[np.float32]]:
        """Undo ``mine``: the arrays (rows x ``columns``) of all processes in the order of the list they were shares of."""
        if self.size == 1:
            return list(parts)
        counts = torch.tensor([self.size, *(len(part) for part in parts)], device=self.device)
        flat = np.concatenate([np.zeros((0, columns), np.float32), *parts])
        all_counts = [counts_of_rank[1:].tolist() for counts_of_rank in self._gather(counts)]
        rows = [rows_of_rank.cpu().numpy() for rows_of_rank in self._gather(torch.from_numpy(flat).to(self.device))]
        split = [np.split(each, np.cumsum(lengths)[:-1]) if lengths else [] for each, lengths in zip(rows, all_counts, strict=True)]
        total = sum(map(len, split))
        return [split[place % self.size][place // self.size] for place in range(total)]

    def _gather(self, tensor: torch.Tensor) -> list[torch.Tensor]:
        """Every process's tensor, however many rows it has."""
        length = torch.tensor([len(tensor)], device=self.device)
        lengths = [torch.zeros_like(length) for _ in range(self.size)]
        dist.all_gather(lengths, length)
        longest = int(max(one.item() for one in lengths))
        padded = torch.zeros((longest, *tensor.shape[1:]), dtype=tensor.dtype, device=self.device)
        padded[: len(tensor)] = tensor
        all_padded = [torch.zeros_like(padded) for _ in range(self.size)]
        dist.all_gather(all_padded, padded)
        return [one[: int(count.item())] for one, count in zip(all_padded, lengths, strict=True)]


ALONE = Ranks(0, 1, torch.device("cpu"))
