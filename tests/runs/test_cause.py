"""Why a child ended is told from the log and the exit code, with a next step, in both languages."""

from __future__ import annotations

import pytest

from playground.runs.cause import explain, last_exception
from playground.words import LANGUAGES

LAUNCHER = """Traceback (most recent call last):
  File "accelerate/commands/launch.py", line 1000, in simple_launcher
    raise subprocess.CalledProcessError(returncode=process.returncode, cmd=cmd)
subprocess.CalledProcessError: Command '['python', '-m', 'playground.training', 'x']' {how}.
"""
ERROR = LAUNCHER.format(how="returned non-zero exit status 1")
CASES = [
    ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB", 1, "out_of_memory"),
    ("RuntimeError: [enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory", 1, "out_of_memory"),
    ("MemoryError\n" + ERROR, 1, "out_of_memory"),
    ("OSError: [Errno 12] Cannot allocate memory", 1, "out_of_memory"),
    ("terminate called after throwing an instance of 'std::bad_alloc'", -6, "out_of_memory"),
    ("OSError: [Errno 28] No space left on device", 1, "disk_full"),
    ("SafetensorError: Error while serializing: IoError(Os { code: 28, message: \"No space left on device\" })", 1, "disk_full"),
    ("ModuleNotFoundError: No module named 'bitsandbytes'\n" + ERROR, 1, "module_missing"),
    ("RuntimeError: Found no NVIDIA driver on your system.", 1, "gpu_driver"),
    ("loading\n", -9, "killed_memory"),
    ("loading\n" + LAUNCHER.format(how="died with <Signals.SIGKILL: 9>"), 1, "killed_memory"),
    ("  exitcode  : -9 (pid: 4242)\n  traceback : Signal 9 (SIGKILL) received by PID 4242\n", 1, "killed_memory"),
    ("loading\n", -15, "killed_signal"),
    (LAUNCHER.format(how="died with <Signals.SIGHUP: 1>"), 1, "killed_signal"),
    ("Fatal Python error: Segmentation fault\n\nCurrent thread 0x1 (most recent call first):\n", -11, "training_error"),
    ("Traceback (most recent call last):\n  File \"x.py\"\nValueError: bad rows\n" + ERROR, 1, "training_error"),
    ("ended\n", 0, "ended_without_word"),
    ("", 7, "ended_without_word"),
    ("step 3\n", None, "vanished"),
]  # fmt: skip


@pytest.mark.parametrize(("log", "returncode", "code"), CASES)
def test_the_cause_is_recognised(log: str, returncode: int | None, code: str) -> None:
    assert explain(log, returncode).code == code


@pytest.mark.parametrize(("log", "returncode", "code"), CASES)
def test_every_cause_can_be_said_with_its_remedy(log: str, returncode: int | None, code: str) -> None:
    cause = explain(log, returncode)
    assert all(cause.message(language) and cause.remedy(language) for language in LANGUAGES)


def test_the_childs_error_is_shown_rather_than_its_launchers() -> None:
    log = 'Traceback (most recent call last):\n  File "x.py", line 1, in <module>\nmy.room.OddError: 坏的行\n' + ERROR
    assert last_exception(log) == "my.room.OddError: 坏的行"


def test_an_error_of_one_of_several_processes_is_recognised() -> None:
    assert last_exception("[rank1]: Traceback (most recent call last):\n") == ""
    assert explain("[rank1]: ValueError: odd\n", 1).facts["detail"] == "ValueError: odd"


def test_ordinary_lines_are_no_errors() -> None:
    assert last_exception("Errors: 0\nloading the model\nINFO: ValueError is a class\n") == ""


def test_a_very_long_error_is_cut() -> None:
    assert len(last_exception("ValueError: " + "x" * 10_000)) == 300
