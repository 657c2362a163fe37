"""How long a run took, from what its files say."""

from __future__ import annotations

import time
from pathlib import Path

from playground.runs.folder import RunFolder
from playground.runs.records import Exit, Launch


def elapsed(folder: RunFolder, launch: Launch, *, alive: bool, ended: float | None = None) -> float:
    """Seconds of work over all attempts; the time between a stop and a resume is nobody's work and not counted.

    :param alive: whether the newest attempt still runs.
    :param ended: when its terminal event was written (seconds since the epoch), if there is one.
    """
    end = ended if ended is not None else _end(folder, launch, alive)
    return launch.earlier_seconds + max(0.0, end - launch.launched)


def _end(folder: RunFolder, launch: Launch, alive: bool) -> float:
    if folder.result.exists():
        return _changed(folder.result)
    if alive:
        return time.time()
    end = Exit.read(folder, launch.attempt)
    if end is not None:
        return end.time
    # Nobody saw the end: the last sign of life has to do.
    return max(_changed(folder.events), _changed(folder.log))


def _changed(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0
