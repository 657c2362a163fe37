"""LocalLauncher: one run, one detached process on this machine.

The child gets a session of its own and its output goes to a file, so it outlives the page and the app. What is known of it is
written down at once; any other app process can then follow it, stop it, and see that it ended.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from filelock import Timeout

from playground.devices import Device
from playground.errors import RunError
from playground.launch.command import Command, launch_command
from playground.launch.process import signal_group
from playground.recipe import Recipe
from playground.runs.duration import elapsed
from playground.runs.folder import RunFolder
from playground.runs.process import MARK, ProcessId
from playground.runs.records import Exit, Launch, Stop, mark
from playground.runs.state import is_alive, terminal_event
from playground.runs.store import RunStore
from playground.runs.types import Run

#: Seconds a child has to honour a wish to stop before its group gets SIGTERM, and after that before SIGKILL: together well below
#: the ten seconds within which a run is promised to say "stopped".
COOPERATIVE_SECONDS: Final = 6.0
TERMINATE_SECONDS: Final = 2.0


class Launcher(Protocol):
    """Whatever can run training: a process here, or slices of a lent GPU elsewhere."""

    def start(self, run: Run) -> None:
        """Begin a new attempt and return at once.

        :raises RunError: if it cannot be started; the run then says so itself.
        """

    def stop(self, run: Run) -> None:
        """Ask the run to stop and return at once."""

    def enforce_stop(self, run: Run) -> bool:
        """Press on with a wish to stop that is not honoured; called every second under the store's lock. True if a signal was sent."""


class LocalLauncher:
    """Launches on this machine.

    :param command: makes the command line; tests pass one that needs no training.
    :param attend: called when a child was started; what it returns is called with how the child ended, under the store's lock, before that
        is written down for everybody to see.
    :param cooperative: see ``COOPERATIVE_SECONDS``.
    :param terminate: see ``TERMINATE_SECONDS``.
    """

    def __init__(
        self,
        store: RunStore,
        device: Device,
        *,
        command: Callable[[Path, Recipe, Device], Command] = launch_command,
        attend: Callable[[RunFolder, Launch], Callable[[int | None], object]] | None = None,
        cooperative: float = COOPERATIVE_SECONDS,
        terminate: float = TERMINATE_SECONDS,
    ) -> None:
        self._store = store
        self.device = device
        self._command = command
        self._attend = attend
        self._cooperative = cooperative
        self._terminate = terminate

    def start(self, run: Run) -> None:
        """Begin a new attempt and return at once. Only one caller at a time may do so for a run: the queue holds the lock.

        :raises RunError: "launch_failed"; the run then is failed with the same cause.
        """
        folder = RunFolder(run.folder)
        command = self._command(run.folder, run.recipe, self.device)
        # Claimed before anything is started: an app that dies between the two lines below cannot make the next one start it again.
        launch = _claim(folder, command, self.device)
        launch.write(folder)
        try:
            child = _spawn(folder, command, mark(folder, launch.attempt))
        except OSError as error:
            reason = error.strerror or str(error)
            Exit(launch.attempt, time.time(), None, "launch_failed", {"reason": reason}).write(folder)
            raise RunError("launch_failed", reason=reason) from error
        replace(launch, process=ProcessId.of(child.pid)).write(folder)
        threading.Thread(target=self._reap, args=(child, folder, launch), name=f"reap-{run.id}", daemon=True).start()

    def stop(self, run: Run) -> None:
        """Ask the run to stop and return at once; it says "stopped" within ten seconds, whatever the child does."""
        folder = RunFolder(run.folder)
        if Stop.read(folder) is None:
            Stop(time.time()).write(folder)
        threading.Thread(target=self._see_to_the_end, args=(run,), name=f"stop-{run.id}", daemon=True).start()

    def enforce_stop(self, run: Run) -> bool:
        """Send SIGTERM or SIGKILL to a run that was asked to stop and took too long. True if a signal was sent.

        Goes by the run's files alone, so an app that was started since goes on where the one that was asked left off.
        """
        folder = RunFolder(run.folder)
        wish, launch = Stop.read(folder), Launch.read(folder)
        if wish is None or launch is None or launch.process is None or not is_alive(folder, launch):
            return False
        group, now = mark(folder, launch.attempt), time.time()
        if wish.terminated is None and now - wish.asked >= self._cooperative:
            with suppress(FileNotFoundError):
                replace(wish, terminated=now).write(folder)
            return signal_group(launch.process, group, signal.SIGTERM)
        if wish.terminated is not None and now - wish.terminated >= self._terminate:
            return signal_group(launch.process, group, signal.SIGKILL)
        return False

    def _reap(self, child: subprocess.Popen[bytes], folder: RunFolder, launch: Launch) -> None:
        at_end = self._attend(folder, launch) if self._attend is not None else None
        if hasattr(os, "waitid"):
            # Written down before the process is collected: whoever sees it gone finds out how.
            end = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
            code = None if end is None else end.si_status if end.si_code == os.CLD_EXITED else -end.si_status
        else:
            code = child.wait()
        if at_end is not None:
            with suppress(Timeout, OSError), self._store.lock():  # a lock or a disk that cannot be had: it has simply ended
                at_end(code)
        with suppress(FileNotFoundError):  # deleted meanwhile
            Exit(launch.attempt, time.time(), code).write(folder)
        child.wait()

    def _see_to_the_end(self, run: Run) -> None:
        folder = RunFolder(run.folder)
        while folder.stop.exists() and is_alive(folder):
            # Under the lock, so that a wish is never written anew after a resume took it back.
            with suppress(Timeout), self._store.lock():
                self.enforce_stop(run)
            time.sleep(0.2)


def _claim(folder: RunFolder, command: Command, device: Device) -> Launch:
    """The next attempt, still without a process."""
    before = Launch.read(folder)
    worked = 0.0
    if before is not None:
        last = terminal_event(folder, before)
        worked = elapsed(folder, before, alive=False, ended=last.time if last else None)
    return Launch(
        argv=command.argv,
        attempt=before.attempt + 1 if before else 1,
        events_offset=_size(folder.events),
        log_offset=_size(folder.log),
        device=device.kind,
        launched=time.time(),
        earlier_seconds=worked,
        app=ProcessId.of(os.getpid()),
        process=None,
    )


def _spawn(folder: RunFolder, command: Command, group_mark: str) -> subprocess.Popen[bytes]:
    with folder.log.open("ab") as log:
        if log.tell() > 0:
            log.write(f"\n{'─' * 20} {time.strftime('%Y-%m-%d %H:%M:%S')} {'─' * 20}\n".encode())
            log.flush()
        return subprocess.Popen(
            command.argv,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=command.environment() | {MARK: group_mark},
            cwd=folder.path,
            start_new_session=True,
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
