"""A run is followed to its end, whoever else looks at it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from playground.devices import Device
from playground.follow import follow
from playground.runs.events import FailedEvent, FinishedEvent, ReferenceEvent, StageEvent
from playground.runs.process import ProcessId
from playground.runs.types import Run
from playground.workbench import Workbench
from tests.runs.making import NO_PID, launched, make_run, say, step

CPU = Device("cpu", "CPU", 1, 2, 24_000, bf16=True)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path, device=CPU)


@pytest.fixture
def run(bench: Workbench) -> Run:
    made = make_run(bench.runs)
    launched(made, ProcessId(NO_PID, 1.0, 1.0))
    return made


def test_events_become_lines_and_the_end_is_returned(bench: Workbench, run: Run) -> None:
    say(run, StageEvent(stage="references"), ReferenceEvent(name="tfidf", metric=0.5), FinishedEvent())
    out = io.StringIO()
    assert follow(bench, run, out).status == "finished"
    assert out.getvalue().splitlines() == ["references", "  tfidf: 0.500 on validation", "finished"]


def test_a_failed_run_returns_its_cause(bench: Workbench, run: Run) -> None:
    say(run, FailedEvent(code="out_of_memory"))
    state = follow(bench, run, io.StringIO())
    assert state.status == "failed"
    assert state.cause is not None
    assert state.cause.code == "out_of_memory"


def test_many_steps_in_a_moment_are_one_line(bench: Workbench, run: Run) -> None:
    say(run, *(step(number) for number in range(1, 60)), FinishedEvent())
    out = io.StringIO()
    follow(bench, run, out)
    assert out.getvalue().count("step ") == 1


def test_steps_seconds_apart_are_lines_of_their_own(bench: Workbench, run: Run) -> None:
    first = step(1)
    say(run, first, replace(first, time=first.time + 5), FinishedEvent())
    out = io.StringIO()
    follow(bench, run, out)
    assert out.getvalue().count("step ") == 2
