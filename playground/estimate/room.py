"""What this machine has left for a run: memory and disk, asked anew each time."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import psutil

from playground.devices import Device
from playground.estimate.memory import head_weights, trained_weights
from playground.estimate.shape import shape_of
from playground.estimate.types import Estimate
from playground.models.catalogue import Model
from playground.recipe import Recipe

#: What a GPU's driver keeps for itself, and the share of the rest that is lost between blocks of memory.
_DRIVER_MB: Final = 600.0
_GPU_SHARE: Final = 0.95
_CGROUP: Final = Path("/sys/fs/cgroup")
#: Files of a run beside its weights: rows, events, tokenizer.
_SMALL_FILES_MB: Final = 40.0

Fit = Literal["fits", "tight", "too_large"]


@dataclass(frozen=True, slots=True)
class Room:
    """Megabytes (10^6 bytes) that are free."""

    #: Of the device's memory.
    memory_mb: float
    #: On the disk of the workspace.
    disk_mb: float


def find_room(device: Device, home: Path) -> Room:
    """What is free now. A GPU counts as empty: whatever answers predictions on it leaves before training starts."""
    disk = shutil.disk_usage(home).free / 1e6
    if device.kind == "cuda" and device.memory_mb:
        return Room(max(0.0, device.memory_mb * _GPU_SHARE - _DRIVER_MB), disk)
    return Room(free_memory(psutil.virtual_memory().available, _CGROUP) / 1e6, disk)


def free_memory(available: int, cgroup: Path) -> int:
    """Bytes a new process can have: what the system has left, and what the container's limit leaves of it.

    :param available: bytes the whole system has left.
    :param cgroup: the folder of the container's limits, if there are any.
    """
    limit, current = _number(cgroup / "memory.max"), _number(cgroup / "memory.current")
    if limit is None or current is None:
        return available
    # Files kept in memory count as used until somebody needs the room.
    return max(0, min(available, limit - current + _statistic(cgroup / "memory.stat", "inactive_file")))


def fit_of(estimate: Estimate, room: Room) -> Fit:
    """Whether the memory is there: also at the upper end of the band, only at what is likely, or not."""
    if estimate.most_memory_mb <= room.memory_mb:
        return "fits"
    return "tight" if estimate.memory_mb <= room.memory_mb else "too_large"


def disk_mb(recipe: Recipe, model: Model) -> float:
    """Megabytes a run takes on disk: two checkpoints with what the optimizer remembers, the best weights, and the result's."""
    shape = shape_of(model)
    trained = trained_weights(recipe, shape) + head_weights(recipe, shape)
    at_once = 2 if recipe.seeds > 1 else 1  # the checkpoints of a seed after the first go when it is done
    return at_once * trained * (2 * 12 + 4 + 4) / 1e6 + _SMALL_FILES_MB


def _number(path: Path) -> int | None:
    text = path.read_text().strip() if path.is_file() else ""
    return int(text) if text.isdecimal() else None


def _statistic(path: Path, name: str) -> int:
    lines = path.read_text().splitlines() if path.is_file() else []
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name} ")), 0)
