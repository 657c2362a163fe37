"""Keeps the log of a run for TensorBoard or trackio while it trains, in a process of its own that is waited for only at the end."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from playground.errors import RecipeError
from playground.launch.tracking import keeper_command, start
from playground.recipe import Recipe, Tracking
from playground.runs.events import TrackingLostEvent
from playground.runs.folder import RunFolder
from playground.runs.writer import EventWriter

#: Seconds the log may take to be complete once the run has said its last but one word.
_PATIENCE: Final = 20.0


@contextmanager
def tracked(folder: RunFolder, writer: EventWriter | None) -> Iterator[None]:
    """Keep the log the recipe asks for, if it does, of what is done inside; complete afterwards.

    A log that cannot be kept is told, once and at the end; the run is none the worse for it.

    :param writer: of this run's events; None in a process that keeps silent.
    """
    tool = "none" if writer is None else _tool(folder)
    keeper = _started(folder) if tool != "none" else None
    try:
        yield
    finally:
        lost = tool != "none" and (keeper is None or not _completed(keeper))
        if lost and writer is not None:
            with suppress(OSError):  # the disk is full, which the run itself will notice if it matters to it
                writer.append(TrackingLostEvent(tool=tool))


def _tool(folder: RunFolder) -> Tracking:
    try:
        return Recipe.from_json(folder.recipe.read_text(encoding="utf-8")).tracking
    except (OSError, RecipeError):
        return "none"  # the attempt itself will say what is wrong with its recipe


def _started(folder: RunFolder) -> subprocess.Popen[bytes] | None:
    try:
        return start(keeper_command(folder))
    except OSError:
        return None


def _completed(keeper: subprocess.Popen[bytes]) -> bool:
    assert keeper.stdin is not None
    with suppress(BrokenPipeError):
        keeper.stdin.close()
    try:
        return keeper.wait(timeout=_PATIENCE) == 0
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
        return False
