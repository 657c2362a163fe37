"""A process is known by its number and its start, so no other is taken for it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import psutil

from playground.runs.process import MARK, ProcessId, find_leader, group_members
from tests.runs.making import NO_PID, until

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
#: Leaves a child behind in its group and ends.
PARENT = "import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True)"


def test_this_process_lives() -> None:
    assert ProcessId.of(os.getpid()).alive


def test_a_number_nobody_has_is_dead() -> None:
    assert not ProcessId(NO_PID, 1.0).alive


def test_a_recycled_number_is_dead() -> None:
    this = ProcessId.of(os.getpid())
    assert not replace(this, start_time=this.start_time - 100).alive
    assert not replace(this, start_time=this.start_time - 100, boot_time=None).alive


def test_setting_the_clock_kills_nobody() -> None:
    # A process recorded before the clock went forward an hour: its start and the boot time both moved.
    this = ProcessId.of(os.getpid())
    assert this.boot_time is not None
    assert replace(this, start_time=this.start_time - 3600, boot_time=this.boot_time - 3600).alive


def test_a_zombie_is_dead() -> None:
    child = subprocess.Popen(SLEEP)
    known = ProcessId.of(child.pid)
    assert known.alive
    child.kill()
    until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert not known.alive
    child.wait()
    assert not known.alive


def test_members_left_behind_are_found_by_their_mark() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, env=os.environ | {MARK: "one:1"}, start_new_session=True
    )
    assert parent.stdout
    orphan = int(parent.stdout.readline())
    parent.wait()
    try:
        assert [process.pid for process in group_members(parent.pid, "one:1")] == [orphan]
        assert list(group_members(parent.pid, "one:2")) == []
    finally:
        psutil.Process(orphan).kill()
    parent.stdout.close()


def test_a_group_nobody_is_in_has_no_members() -> None:
    assert list(group_members(NO_PID, "one:1")) == []


def test_a_started_process_nobody_wrote_down_is_found_by_its_mark() -> None:
    child = subprocess.Popen(SLEEP, env=os.environ | {MARK: "lost:1"}, start_new_session=True)
    try:
        until(lambda: find_leader("lost:1"))
        assert find_leader("lost:1") == ProcessId.of(child.pid)
        assert find_leader("lost:2") is None
    finally:
        child.kill()
        child.wait()
