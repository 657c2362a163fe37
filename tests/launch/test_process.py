"""Ending a group ends all of it, and never somebody else's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace

import psutil

from playground.launch.process import signal_group
from playground.runs.process import MARK, ProcessId
from tests.runs.making import NO_PID, until

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def spawn(argv: list[str], mark: str) -> subprocess.Popen[bytes]:
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, env=os.environ | {MARK: mark}, start_new_session=True)
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    child.stdout.close()
    return child


def test_a_group_ends_at_sigterm() -> None:
    child = spawn(SLEEP, "a:1")
    assert signal_group(ProcessId.of(child.pid), "a:1", signal.SIGTERM)
    assert child.wait() == -signal.SIGTERM


def test_a_deaf_group_is_killed() -> None:
    child = spawn(DEAF, "a:1")
    leader = ProcessId.of(child.pid)
    assert signal_group(leader, "a:1", signal.SIGTERM)
    assert child.poll() is None
    assert signal_group(leader, "a:1", signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def test_nobody_is_signalled_for_a_recycled_number() -> None:
    stranger = spawn(SLEEP, "stranger:1")
    known = ProcessId.of(stranger.pid)
    ours = replace(known, start_time=known.start_time - 1000)
    assert not signal_group(ours, "ours:1", signal.SIGKILL)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_process_without_a_group_of_its_own_does_not_take_the_apps_group_along() -> None:
    child = subprocess.Popen(SLEEP, stdout=subprocess.PIPE)
    assert not signal_group(ProcessId.of(child.pid), "a:1", signal.SIGTERM)
    child.kill()
    child.communicate()


def test_a_group_that_is_gone_needs_no_signal() -> None:
    assert not signal_group(ProcessId(NO_PID, 1.0), "a:1", signal.SIGTERM)


def test_orphans_end_with_their_group() -> None:
    script = f"import subprocess, sys; c = subprocess.Popen([sys.executable, '-c', {SLEEP[2]!r}], stdout=2); print(c.pid, flush=True)"
    env = os.environ | {MARK: "b:1"}
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, start_new_session=True
    )
    known = ProcessId.of(parent.pid)
    assert parent.stdout is not None
    orphan = psutil.Process(int(parent.stdout.readline()))
    parent.wait()
    parent.stdout.close()
    assert signal_group(known, "b:1", signal.SIGTERM)
    until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)
