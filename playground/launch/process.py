"""A child's place among the others: ending a run's processes for certain, and never anybody else's; giving way to everything."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import Final

import psutil

from playground.runs.process import ProcessId, group_members

#: The lowest priority there is: the page, predictions and whatever else the machine does come first.
_NICENESS: Final = 19


def give_way() -> None:
    """Let everything else on the machine go before this process, for as long as it lives."""
    psutil.Process().nice(_NICENESS if os.name == "posix" else psutil.IDLE_PRIORITY_CLASS)  # type: ignore[attr-defined,unused-ignore]


def signal_group(leader: ProcessId, mark: str, number: signal.Signals) -> bool:
    """Send a signal to every process of the group ``leader`` led, also after its own end; True if there was any.

    A group is signalled as a whole only while its leader is provably ours (number and start time). Once the leader is gone, each
    remaining member is signalled by itself, and only if it carries ``mark``: the number may belong to a stranger by then.
    """
    if leader.alive and _leads_own_group(leader.pid):
        # The leader cannot be collected between the check and the signal unless it ends in between, and even then the kernel does
        # not give its number away while a member of its group is left.
        with suppress(ProcessLookupError):
            os.killpg(leader.pid, number)
        return True
    members = list(group_members(leader.pid, mark))
    for process in members:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    return bool(members)


def _leads_own_group(pid: int) -> bool:
    # Our children get a session of their own. Were that ever not so, the group could be the app's.
    try:
        return os.getpgid(pid) == pid and pid != os.getpgrp()
    except ProcessLookupError:
        return False
