"""Why a child ended without saying so itself, from how it ended and from what it printed last."""

from __future__ import annotations

import re
import signal
from functools import lru_cache
from typing import Final

from playground.errors import PlaygroundError, RunError

_MEMORY = re.compile(
    r"out of memory|OutOfMemoryError|^MemoryError|can't allocate memory|Cannot allocate memory|not enough memory: you tried"
    r"|std::bad_alloc|CUBLAS_STATUS_ALLOC_FAILED|Unable to allocate [\d.]+ [KMGT]iB",
    re.IGNORECASE | re.MULTILINE,
)
_DISK = re.compile(r"No space left on device|Disk quota exceeded|not enough space on the disk|\[Errno (?:28|122)\]", re.IGNORECASE)
_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_DRIVER = re.compile(
    r"CUDA driver version is insufficient|CUDA initialization|no kernel image is available|Found no NVIDIA driver", re.IGNORECASE
)
#: accelerate and torchrun say it of the process they watched: "died with <Signals.SIGKILL: 9>", "exitcode: -9".
_SIGNAL = re.compile(r"died with <Signals\.(SIG\w+): \d+>|Signal \d+ \((SIG\w+)\) received by PID|exitcode\s*:? -(\d+)")
_EXCEPTION = re.compile(r"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Failure|Fault)\b(?::.*)?$")
_FATAL = re.compile(r"^Fatal Python error: (.+)$", re.MULTILINE)
#: What the launcher adds when its child failed: true, and of no help.
_LAUNCHER_NOISE: Final = ("CalledProcessError", "ChildFailedError", "SignalException")
_RANK = re.compile(r"^\[rank\d+\]:\s?", re.MULTILINE)
_LONGEST_DETAIL: Final = 300


@lru_cache(maxsize=256)  # the same words have the same cause, and a list of runs asks again every second
def explain(log: str, returncode: int | None) -> PlaygroundError:
    """The most telling cause: what the log says outweighs a bare signal or exit code.

    :param log: the readable end of what the child printed.
    :param returncode: as ``subprocess`` has it (negative for a signal); None if nobody saw the end.
    """
    log = _RANK.sub("", log)
    if _MEMORY.search(log):
        return RunError("out_of_memory")
    if _DISK.search(log):
        return RunError("disk_full")
    if module := _MODULE.search(log):
        return RunError("module_missing", module=module[1])
    if _DRIVER.search(log):
        return RunError("gpu_driver")
    name = _signal_name(log, returncode)
    if name == "SIGKILL":
        return RunError("killed_memory")
    detail = last_exception(log)
    if detail:
        return RunError("training_error", detail=detail)
    if name:
        return RunError("killed_signal", signal=name)
    return RunError("vanished") if returncode is None else RunError("ended_without_word", returncode=returncode)


def last_exception(log: str) -> str:
    """The line that names the error of the last traceback that is the child's own; "" if there is none."""
    if fatal := _FATAL.search(log):
        return fatal[0][:_LONGEST_DETAIL]
    lines = [line.strip() for line in log.splitlines() if _EXCEPTION.match(line.strip())]
    own = [line for line in lines if not any(noise in line.partition(":")[0] for noise in _LAUNCHER_NOISE)]
    return own[-1][:_LONGEST_DETAIL] if own else ""


def _signal_name(log: str, returncode: int | None) -> str:
    if returncode is not None and returncode < 0:
        return _name(-returncode)
    matches = list(_SIGNAL.finditer(log))
    if not matches:
        return ""
    named = matches[-1][1] or matches[-1][2]
    return named or _name(int(matches[-1][3]))


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
