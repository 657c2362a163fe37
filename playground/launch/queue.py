"""The queue: one run trains at a time, the others wait their turn, whoever asks and however often the app is restarted.

It lives in the runs' folders. Every change is made under one lock among all processes that share the workspace.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from filelock import Timeout

from playground.errors import RunError
from playground.launch.local import Launcher
from playground.runs.folder import RunFolder
from playground.runs.process import find_leader
from playground.runs.records import Exit, Launch, Queued, Stop, mark
from playground.runs.state import is_alive, is_starting, terminal_event
from playground.runs.store import RunStore
from playground.runs.types import ACTIVE, Run

#: A child that said its last word and still lives after this many seconds is asked to stop like any other.
LINGER_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Advance:
    """What one look at the queue led to."""

    #: Run that was started; None if none was.
    started: Run | None = None
    #: Runs that were sent a signal because they did not stop when asked.
    pressed: tuple[Run, ...] = ()


class Queue:
    """Who trains now and who next.

    :param on_start: called right before a run starts, e.g. to free the device.
    """

    def __init__(self, store: RunStore, launcher: Launcher, *, on_start: Callable[[Run], None] | None = None) -> None:
        self._store = store
        self._launcher = launcher
        self._on_start = on_start

    def put(self, run: Run) -> None:
        """Give ``run`` the last place; nothing changes if it waits or runs already.

        :raises RunError: "run_finished"; "queue_busy".
        """
        with self._store.locked(RunError("queue_busy")):
            self._put(run)

    def waiting(self) -> tuple[Run, ...]:
        """The waiting runs of all owners, the next one first."""
        return tuple(run for run_id in self._store.waiting() if (run := self._find(run_id)))

    def stop(self, run: Run) -> None:
        """Take a waiting run out of the queue, or ask a running one to stop; returns at once.

        :raises RunError: "run_not_active" if it has ended or was never queued; "queue_busy".
        """
        with self._store.locked(RunError("queue_busy")):
            status = self._store.state(run).status
            if status == "waiting":
                # The wish first: should the app die here, the run is no longer started.
                Stop(time.time()).write(RunFolder(run.folder))
                RunFolder(run.folder).queue.unlink(missing_ok=True)
            elif status in ("running", "stopping"):
                self._launcher.stop(run)
            else:
                raise RunError("run_not_active", name=run.id)

    def resume(self, run: Run) -> None:
        """Queue a new attempt of a run that stopped or failed. It goes on from its checkpoint, or from the start if it has none.

        :raises RunError: "run_finished"; "run_active" if it waits, runs or is still ending; "queue_busy".
        """
        folder = RunFolder(run.folder)
        with self._store.locked(RunError("queue_busy")):
            if self._store.state(run).status in ACTIVE or is_alive(folder):
                raise RunError("run_active", name=run.id)
            self._put(run)

    def advance(self) -> Advance:
        """Press on with stops that are overdue and, if the device is free, start the run that waited longest.

        Cheap and safe to call at any time from any number of processes; a run is never started twice.
        """
        with suppress(Timeout), self._store.lock():
            launched = [(folder, launch) for folder in self._folders("launch.json") if (launch := Launch.read(folder))]
            for folder, launch in launched:
                _settle_claim(folder, launch)
            pressed = [run for folder, launch in launched if (run := self._press(folder, launch))]
            return Advance(self._start_next(launched), tuple(pressed))
        return Advance()  # another process is at it

    def _put(self, run: Run) -> None:
        folder, state = RunFolder(run.folder), self._store.state(run)
        if state.status == "finished":
            raise RunError("run_finished", name=run.id)
        if state.status in ACTIVE:
            return
        launch = Launch.read(folder)
        # The place first, so that at no moment the run looks as if it had failed.
        Queued(time.time(), launch.attempt + 1 if launch else 1).write(folder)
        for leftover in (folder.stop, folder.exit):
            leftover.unlink(missing_ok=True)

    def _press(self, folder: RunFolder, launch: Launch) -> Run | None:
        if not folder.stop.exists() or not is_alive(folder, launch):
            return None
        run = self._find(folder.path.name)
        return run if run is not None and self._launcher.enforce_stop(run) else None

    def _start_next(self, launched: list[tuple[RunFolder, Launch]]) -> Run | None:
        waiting = self.waiting()
        if not waiting:
            return None
        busy = [(folder, launch) for folder, launch in launched if is_alive(folder, launch)]
        for folder, launch in busy:
            _ask_to_leave(folder, launch)
        return None if busy else next((run for run in waiting if self._start(run)), None)

    def _start(self, run: Run) -> bool:
        folder = RunFolder(run.folder)
        if folder.stop.exists():  # asked to stop by an app that died before it could take the place away
            folder.queue.unlink(missing_ok=True)
            return False
        if self._on_start is not None:
            self._on_start(run)
        try:
            self._launcher.start(run)
        except RunError:
            return False  # the run itself says why; the next one gets its turn
        finally:
            folder.queue.unlink(missing_ok=True)
        return True

    def _folders(self, file: str) -> Iterator[RunFolder]:
        return (RunFolder(path.parent) for path in self._store.root.glob(f"[0-9]*/{file}"))

    def _find(self, run_id: str) -> Run | None:
        with suppress(RunError):
            return self._store.get(run_id)
        return None


def _settle_claim(folder: RunFolder, launch: Launch) -> None:
    """Finish what an app began that died while it started a run."""
    if launch.process is not None or is_starting(launch) or Exit.read(folder, launch.attempt):
        return
    leader = find_leader(mark(folder, launch.attempt))
    if leader is not None:
        replace(launch, process=leader).write(folder)
    else:
        Exit(launch.attempt, time.time(), None, "never_started").write(folder)


def _ask_to_leave(folder: RunFolder, launch: Launch) -> None:
    """Others wait for the device, and this child said its last word long ago."""
    last = terminal_event(folder, launch)
    if last is not None and time.time() - last.time > LINGER_SECONDS and not folder.stop.exists():
        Stop(time.time()).write(folder)
