"""What a log is told, whichever tool it is for."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from playground.recipe import Tracking
from playground.tracking.points import Point

#: A recipe's settings by name.
Settings = Mapping[str, bool | int | float | str]


class Log(Protocol):
    """One run's log on disk. What goes wrong is raised as the tool's library raises it: the process ends, and the run goes on."""

    def begin(self, settings: Settings, points: Sequence[Point]) -> None:
        """Put a log of these settings and points in place of whatever log there is."""

    def add(self, points: Sequence[Point]) -> None:
        """Add new points; on disk when this returns."""

    def end(self, points: Sequence[Point], verdict: str) -> None:
        """Add the last points, and the verdict in words."""


def log_for(tool: Tracking, folder: Path, run_id: str) -> Log:
    """The log of a run.

    :param folder: where the tool's files are; made if missing.
    :raises ValueError: for "none".
    :raises ImportError: if the tool's library is not installed or broken.
    """
    if tool == "tensorboard":
        from playground.tracking.tensorboard_log import TensorBoardLog

        return TensorBoardLog(folder / run_id)
    if tool == "trackio":
        from playground.tracking.trackio_log import TrackioLog

        return TrackioLog(folder, run_id)
    raise ValueError(f"no log for {tool!r}")


def open_command(tool: Tracking, folder: Path) -> str:
    """The line for a shell that shows a log with the tool's own command."""
    place = shlex.quote(str(folder))
    return f"tensorboard --logdir {place}" if tool == "tensorboard" else f"TRACKIO_DIR={place} trackio show"
