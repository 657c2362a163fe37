"""One attempt at a run: the first event before anything heavy is imported, the last one whatever happens."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playground.errors import PlaygroundError
from playground.estimate import smaller
from playground.recipe import Recipe
from playground.runs.events import Event, FailedEvent, FinishedEvent, PausedEvent, SmallerPlanEvent, StageEvent, StoppedEvent
from playground.runs.folder import RunFolder
from playground.runs.process import MARK
from playground.runs.records import Smaller
from playground.runs.writer import EventWriter
from playground.training.before_torch import prepare_process
from playground.training.track import tracked
from playground.words import Fact

Ending = Literal["finished", "paused", "stopped", "failed"]

_EXIT_CODES: Final[Mapping[Ending, int]] = {"finished": 0, "failed": 1, "paused": 3, "stopped": 130}
_LONGEST_DETAIL: Final = 500
_DISK_FULL: Final = (28, 122)  # ENOSPC, EDQUOT


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt at a run ended."""

    ending: Ending
    #: Optimizer step that was reached (0 when none was made, or when the attempt failed).
    step: int = 0

    @property
    def exit_code(self) -> int:
        """0 finished, 1 failed, 3 paused, 130 stopped."""
        return _EXIT_CODES[self.ending]


class Interrupted(Exception):
    """Raised between units of work when a person asked to stop or the time budget ended; what is done is on disk."""

    def __init__(self, ending: Literal["stopped", "paused"], step: int = 0) -> None:
        super().__init__(ending)
        self.outcome = Outcome(ending, step)


def train(run_folder: Path, time_budget: float | None = None) -> Outcome:
    """Train the run in ``run_folder``, going on from its newest checkpoint if there is one.

    Never raises for what goes wrong in a run: a failure becomes a ``FailedEvent`` and a traceback on stderr (the run's console log).
    In a run of several processes each calls this; the first one writes the events.

    :param time_budget: seconds from this call after which the run is put on disk and "paused" returned; None trains to the end.
        Saving is part of the budget, a single optimizer step or evaluation is not cut short.
    """
    started = time.monotonic()
    folder = RunFolder(Path(run_folder).resolve())
    writer = EventWriter(folder.path) if is_first_process() else None
    _write(writer, StageEvent(stage="preparing"))
    prepare_process()
    with tracked(folder, writer):
        outcome, last = _attempt(folder, writer, started, time_budget)
    if last is not None:
        _write(writer, last)
    return outcome


def _attempt(folder: RunFolder, writer: EventWriter | None, started: float, time_budget: float | None) -> tuple[Outcome, Event | None]:
    """How the attempt ended, and the event that says so; None where another attempt follows by itself."""
    try:
        _tell_smaller(folder, writer)
        from playground.training.attempt import Clock
        from playground.training.work import carry_out

        outcome = carry_out(folder, writer, Clock(started, time_budget))
    except Interrupted as interruption:
        outcome = interruption.outcome
    except Exception as error:
        traceback.print_exc()
        code, facts = explain(error)
        again = code == "out_of_memory" and _tried_again(folder)
        return Outcome("failed"), None if again else FailedEvent(code=code, facts=facts)
    return outcome, _last_event(outcome)


def _tell_smaller(folder: RunFolder, writer: EventWriter | None) -> None:
    """Say so if memory ran out before and the recipe is smaller than what was asked for."""
    asked = Smaller.read(folder)
    if asked is None:
        return
    now = Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))
    event = SmallerPlanEvent(
        asked_batch_size=asked.batch_size, batch_size=now.batch_size, gradient_accumulation=now.gradient_accumulation,
        gradient_checkpointing=now.gradient_checkpointing,
    )  # fmt: skip
    _write(writer, event)


def _tried_again(folder: RunFolder) -> bool:
    """Whether the launcher that started this process will try again with a smaller plan (``launch.again``): then this is no last word."""
    return MARK in os.environ and smaller(Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))) is not None


def is_first_process() -> bool:
    """Whether this process writes the run's files: the only one, or rank 0 as the launcher numbered it."""
    return int(os.environ.get("RANK", "0")) == 0


def explain(error: BaseException) -> tuple[str, dict[str, Fact]]:
    """The code and facts under which a person is told about ``error``.

    Known by name, because this module must not import torch: memory, disk, and every ``PlaygroundError``.
    """
    if isinstance(error, PlaygroundError):
        return error.code, dict(error.facts)
    text = str(error)
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in text:
        return "out_of_memory", {}
    if (isinstance(error, OSError) and error.errno in _DISK_FULL) or "No space left on device" in text:
        return "disk_full", {}
    return "training_crashed", {"exception": type(error).__name__, "detail": text[:_LONGEST_DETAIL] or "-"}


def _last_event(outcome: Outcome) -> Event:
    if outcome.ending == "stopped":
        return StoppedEvent(step=outcome.step)
    return PausedEvent(step=outcome.step) if outcome.ending == "paused" else FinishedEvent()


def _write(writer: EventWriter | None, event: Event) -> None:
    if writer is not None:
        writer.append(event)
