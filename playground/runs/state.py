"""How a run stands, worked out anew at every look from its files and its process; stored nowhere.

In this order: a result means finished; a terminal event of the newest attempt says how it ended; while the process lives the
run is running, or stopping if a person asked; without either it was stopped, if a person asked, and else it failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice
from typing import Final

import psutil

from playground.errors import PlaygroundError, RunError
from playground.runs.cause import explain
from playground.runs.duration import elapsed
from playground.runs.events import (
    TERMINAL,
    DeviceEvent,
    DownloadEvent,
    EvaluationEvent,
    Event,
    FailedEvent,
    FinishedEvent,
    PausedEvent,
    ReferenceEvent,
    Stage,
    StageEvent,
    StepEvent,
    StoppedEvent,
)
from playground.runs.folder import RunFolder
from playground.runs.process import find_leader, group_members
from playground.runs.reading import events_backwards, read_log
from playground.runs.records import Exit, Launch, Queued, mark
from playground.runs.types import RunState, Status

#: A claimed start takes milliseconds; after this many seconds without a process nobody is starting it any more.
CLAIM_SECONDS: Final = 20.0
#: Seconds to wait for exit.json of a process whose end its app is just about to write down.
_EXIT_GRACE: Final = 0.3
#: How far back in the log, in bytes, the cause of a failure is looked for.
_LOG_TAIL: Final = 2**15
#: How many events may follow a terminal one.
_LATE_EVENTS: Final = 8
#: What an event other than a stage tells about the stage.
_STAGE_OF: Final[tuple[tuple[type[Event], Stage], ...]] = (
    (StepEvent, "training"),
    (EvaluationEvent, "training"),
    (ReferenceEvent, "references"),
    (DownloadEvent, "downloading"),
    (DeviceEvent, "loading"),
)


def derive_state(folder: RunFolder, position: Callable[[], int]) -> RunState:
    """How the run in ``folder`` stands now.

    :param position: asked for the place in the queue, only if the run waits.
    """
    launch, queued = Launch.read(folder), Queued.read(folder)
    if queued and queued.attempt > (launch.attempt if launch else 0) and not folder.result.exists():
        return RunState("waiting", position=position(), seconds=elapsed(folder, launch, alive=False) if launch else 0.0)
    if launch is None:
        done: Status = "finished" if folder.result.exists() else "stopped" if folder.stop.exists() else "prepared"
        return RunState(done)
    state = _launched(folder, launch)
    if state.status == "failed" and (again := Queued.read(folder)) and again.attempt > launch.attempt:
        # While this looked, it was put into the queue again (``launch.again``).
        return RunState("waiting", position=position(), seconds=state.seconds)
    return state


def is_alive(folder: RunFolder, launch: Launch | None = None) -> bool:
    """Whether anything of the newest attempt still runs: its process, or what that left behind in its group."""
    launch = launch or Launch.read(folder)
    if launch is None:
        return False
    if launch.process is None:
        if Exit.read(folder, launch.attempt) is not None:
            return False
        return is_starting(launch) or find_leader(mark(folder, launch.attempt)) is not None
    if launch.process.alive:
        return True
    return any(group_members(launch.process.pid, mark(folder, launch.attempt)))


def is_starting(launch: Launch) -> bool:
    """Whether an app claimed this run and is about to start its process."""
    app_lives = launch.app is not None and launch.app.alive
    return launch.process is None and app_lives and time.time() - launch.launched < CLAIM_SECONDS


def _launched(folder: RunFolder, launch: Launch) -> RunState:
    # Life is asked before the events: a process that ends in between has written its last event by then.
    alive = is_alive(folder, launch)
    terminal = terminal_event(folder, launch)
    seconds = elapsed(folder, launch, alive=alive, ended=terminal.time if terminal else None)
    if folder.result.exists() or isinstance(terminal, FinishedEvent):
        return RunState("finished", seconds=seconds)
    if isinstance(terminal, FailedEvent):
        return RunState("failed", cause=_sayable(terminal), seconds=seconds)
    if isinstance(terminal, StoppedEvent):
        return RunState("stopped", seconds=seconds)
    if alive:
        return RunState("stopping" if folder.stop.exists() else "running", stage=_stage(folder, launch), seconds=seconds)
    # A slice that ended with its time budget is no failure: it goes on when it is resumed.
    if folder.stop.exists() or isinstance(_last(folder, launch), PausedEvent):
        return RunState("stopped", seconds=seconds)
    return RunState("failed", cause=_cause(folder, launch), seconds=seconds)


def terminal_event(folder: RunFolder, launch: Launch) -> Event | None:
    """The event that ended the newest attempt; None if there is none."""
    # It is the last one, but an event of a thread that ended late must not undo it.
    newest = islice(events_backwards(folder.events, launch.events_offset), _LATE_EVENTS)
    return next((event for event in newest if isinstance(event, TERMINAL)), None)


def _last(folder: RunFolder, launch: Launch) -> Event | None:
    return next(events_backwards(folder.events, launch.events_offset), None)


def _sayable(event: FailedEvent) -> PlaygroundError:
    """The error of a failed event; a code this version has no words for is shown with its facts."""
    error = RunError(event.code, **event.facts)
    try:
        error.message()
        error.remedy()
    except (KeyError, IndexError, ValueError, AttributeError):
        facts = ", ".join(f"{name}: {fact}" for name, fact in event.facts.items())
        return RunError("training_error", detail=f"{event.code} ({facts})" if facts else event.code)
    return error


def _stage(folder: RunFolder, launch: Launch) -> Stage | None:
    for event in events_backwards(folder.events, launch.events_offset):
        if isinstance(event, StageEvent):
            return event.stage
        for kind, stage in _STAGE_OF:
            if isinstance(event, kind):
                return stage
    return None


def _cause(folder: RunFolder, launch: Launch) -> PlaygroundError:
    end = _exit(folder, launch)
    if end is not None and end.code:
        return RunError(end.code, **(end.facts or {}))
    log, _ = read_log(folder.log, launch.log_offset, ended=True, limit=_LOG_TAIL)
    if launch.process is None:
        return RunError("never_started")
    # A minute of tolerance: the clock may have been set since.
    if end is None and psutil.boot_time() > launch.launched + 60:
        return RunError("machine_restarted")
    return explain(log, None if end is None else end.returncode)


def _exit(folder: RunFolder, launch: Launch) -> Exit | None:
    """How this attempt ended. Its app writes that down within milliseconds of the end: for so long it is worth waiting."""
    deadline = time.monotonic() + _EXIT_GRACE
    while True:
        end = Exit.read(folder, launch.attempt)
        if end is not None:
            return end
        if time.monotonic() > deadline or not _about_to_be_collected(launch):
            return None
        time.sleep(0.01)


def _about_to_be_collected(launch: Launch) -> bool:
    if launch.process is None or launch.app is None:
        return False
    try:
        process = psutil.Process(launch.process.pid)
        return process.status() == psutil.STATUS_ZOMBIE and process.ppid() == launch.app.pid and launch.process.matches(process)
    except psutil.Error:
        return False
