"""Whether the process a run was given still lives, told from any other process that may carry its number today.

A process is known by its number *and* the time it started. Its group is known by the mark every member inherited in its
environment, because members may outlive the process that led them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psutil

#: Environment variable of a launched process and all its descendants: ``Launch.mark``.
MARK: Final = "PLAYGROUND_RUN"
#: The kernel counts time in hundredths of a second and the boot time in whole seconds that may be rounded either way.
_WALL_TOLERANCE = 1.5
_UPTIME_TOLERANCE = 0.1
#: While a process exchanges its program for another (exec), Linux shows its environment empty for a moment.
_EXEC_TRIES = 20
_EXEC_PAUSE = 0.001


@dataclass(frozen=True, slots=True)
class ProcessId:
    """One process, never to be mistaken for a later one with the same number."""

    pid: int
    #: Seconds since the epoch, as psutil tells it.
    start_time: float
    #: When the machine booted by the clock of that moment (seconds since the epoch); None if unknown.
    boot_time: float | None = None

    @classmethod
    def of(cls, pid: int) -> ProcessId:
        """:raises psutil.NoSuchProcess: if there is no such process."""
        return cls(pid, psutil.Process(pid).create_time(), psutil.boot_time())

    @property
    def alive(self) -> bool:
        """Whether this very process runs; one that ended and was not yet collected does not."""
        try:
            process = psutil.Process(self.pid)
            return self.matches(process) and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
        except psutil.Error:
            return False

    def matches(self, process: psutil.Process) -> bool:
        """Whether ``process`` is this one, alive or waiting to be collected."""
        started = process.create_time()
        if abs(started - self.start_time) <= _WALL_TOLERANCE:
            return True
        # When the machine's clock is set, start and boot time move together; the distance between them does not.
        boot = self.boot_time
        return boot is not None and abs((started - psutil.boot_time()) - (self.start_time - boot)) <= _UPTIME_TOLERANCE


def group_members(leader: int, mark: str) -> Iterator[psutil.Process]:
    """Living processes of the group led by ``leader`` whose environment carries ``mark``, the leader among them.

    The mark keeps a stranger's group out, should the number have gone to one.
    """
    if not _group_exists(leader):
        return
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) != leader or process.status() == psutil.STATUS_ZOMBIE:
                continue
            if _mark_of(process) == mark:
                yield process


def find_leader(mark: str) -> ProcessId | None:
    """The group leader carrying ``mark``, for an app that died between starting it and writing that down."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getpgid(process.pid) == process.pid and _mark_of(process) == mark:
                return ProcessId.of(process.pid)
    return None


def _mark_of(process: psutil.Process) -> str | None:
    """The mark in a process's environment; None without one."""
    for _ in range(_EXEC_TRIES):
        environment = process.environ()
        if environment:
            return environment.get(MARK)
        time.sleep(_EXEC_PAUSE)
    return None


def _group_exists(leader: int) -> bool:
    # One system call, where looking at every process would make a list of many ended runs slow.
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
