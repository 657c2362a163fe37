"""A run's duration is the work of all its attempts."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from playground.runs.duration import elapsed
from playground.runs.folder import RunFolder
from playground.runs.process import ProcessId
from playground.runs.records import Exit, Launch
from tests.runs.making import NO_PID


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path)


def launch(ago: float, earlier: float = 0.0) -> Launch:
    return Launch((), 1, 0, 0, "cpu", time.time() - ago, earlier, None, ProcessId(NO_PID, 1.0))


def test_a_running_run_counts_up_to_now(folder: RunFolder) -> None:
    assert elapsed(folder, launch(100), alive=True) == pytest.approx(100, abs=5)


def test_an_ended_run_counts_up_to_its_terminal_event(folder: RunFolder) -> None:
    begun = launch(100)
    assert elapsed(folder, begun, alive=True, ended=begun.launched + 40) == pytest.approx(40)


def test_earlier_attempts_count_and_the_time_between_does_not(folder: RunFolder) -> None:
    begun = launch(100, earlier=30)
    assert elapsed(folder, begun, alive=False, ended=begun.launched + 40) == pytest.approx(70)


def test_without_a_terminal_event_the_seen_end_counts(folder: RunFolder) -> None:
    begun = launch(100)
    Exit(1, begun.launched + 25, -9).write(folder)
    assert elapsed(folder, begun, alive=False) == pytest.approx(25)


def test_an_end_nobody_saw_is_the_last_sign_of_life(folder: RunFolder) -> None:
    begun = launch(100)
    folder.events.touch()
    os.utime(folder.events, (begun.launched + 60, begun.launched + 60))
    assert elapsed(folder, begun, alive=False) == pytest.approx(60, abs=0.01)


def test_a_run_that_left_no_sign_took_no_time(folder: RunFolder) -> None:
    assert elapsed(folder, launch(100), alive=False) == 0
