"""A log for trackio, in a store of the run's own.

Written through trackio's storage instead of ``trackio.init`` and ``trackio.log``: those stamp every value with the present time, keep a
full disk to themselves, and ask the hub who is logged in. ``TRACKIO_DIR`` names the store; trackio reads it when it is imported.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final

from trackio.sqlite_storage import SQLiteStorage
from trackio.utils import TRACKIO_DIR

from playground.tracking.log import Settings
from playground.tracking.points import Point

PROJECT: Final = "fine-tuning-playground"


class TrackioLog:
    """One run in a project of its own."""

    def __init__(self, folder: Path, run_id: str) -> None:
        """:raises ValueError: if trackio was imported for another folder than ``folder``."""
        if TRACKIO_DIR.resolve() != folder.resolve():
            raise ValueError(f"trackio stores in {TRACKIO_DIR}, not in {folder}")
        self._run = run_id
        self._settings: Settings = {}

    def begin(self, settings: Settings, points: Sequence[Point]) -> None:
        """See ``Log``."""
        self._settings = settings
        SQLiteStorage.delete_run(PROJECT, self._run, run_id=self._run)
        self.add(points)

    def add(self, points: Iterable[Point]) -> None:
        """See ``Log``."""
        groups = [list(group) for _, group in groupby(points, key=lambda point: point.step)]
        SQLiteStorage.bulk_log(
            PROJECT,
            self._run,
            [{point.tag: point.value if math.isfinite(point.value) else None for point in group} for group in groups],
            steps=[group[0].step for group in groups],
            timestamps=[_moment(group[-1].time) for group in groups],
            config=dict(self._settings),
            run_id=self._run,
        )

    def end(self, points: Sequence[Point], verdict: str) -> None:
        """See ``Log``."""
        self._settings = {**self._settings, "verdict": verdict}
        self.add(points)


def _moment(seconds: float) -> str:
    """Seconds since the epoch as trackio writes them."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
