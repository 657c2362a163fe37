"""Status is what the files and the process say, at every moment."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import psutil
import pytest

from playground.errors import RunError
from playground.runs.events import (
    DownloadEvent,
    Event,
    FailedEvent,
    FinishedEvent,
    PausedEvent,
    StageEvent,
    StoppedEvent,
)
from playground.runs.folder import RunFolder
from playground.runs.process import ProcessId
from playground.runs.reading import read_events
from playground.runs.records import Exit, Launch, Queued, Stop
from playground.runs.store import RunStore
from playground.runs.types import Run
from tests.runs.making import NO_PID, finish, launched, make_run, say, step

ALIVE = ProcessId.of(os.getpid())
DEAD = ProcessId(NO_PID, 1.0)


@pytest.fixture
def run(store: RunStore) -> Run:
    return make_run(store)


def status(store: RunStore, run: Run) -> str:
    return store.state(run).status


def test_a_new_run_is_prepared(store: RunStore, run: Run) -> None:
    assert status(store, run) == "prepared"


def test_a_queued_run_waits(store: RunStore, run: Run) -> None:
    Queued(1.0, 1).write(RunFolder(run.folder))
    assert (store.state(run).status, store.state(run).position) == ("waiting", 1)


def test_places_are_counted_in_order_of_asking(store: RunStore) -> None:
    first, second, third = (make_run(store) for _ in range(3))
    for run, asked in ((third, 1.0), (first, 2.0), (second, 3.0)):
        Queued(asked, 1).write(RunFolder(run.folder))
    assert [store.state(run).position for run in (third, first, second)] == [1, 2, 3]


def test_a_place_left_over_from_a_started_attempt_counts_no_more(store: RunStore, run: Run) -> None:
    Queued(1.0, 1).write(RunFolder(run.folder))
    launched(run, ALIVE)
    assert status(store, run) == "running"
    assert store.waiting() == ()


def test_while_its_process_lives_a_run_runs(store: RunStore, run: Run) -> None:
    launched(run, ALIVE)
    assert status(store, run) == "running"


def test_a_recycled_process_number_is_not_the_run(store: RunStore, run: Run) -> None:
    launched(run, replace(ALIVE, start_time=ALIVE.start_time - 1000))
    assert status(store, run) == "failed"


def test_a_record_with_nothing_but_number_and_start_is_understood(store: RunStore, run: Run) -> None:
    for start, expected in ((ALIVE.start_time, "running"), (ALIVE.start_time - 60, "failed")):
        RunFolder(run.folder).launch.write_text(
            f'{{"argv": [], "pid": {ALIVE.pid}, "start_time": {start}, "attempt": 1, "events_offset": 0, "device": "cpu"}}'
        )
        assert status(store, run) == expected


def test_a_living_run_that_was_asked_to_stop_is_stopping(store: RunStore, run: Run) -> None:
    launched(run, ALIVE)
    Stop(time.time()).write(RunFolder(run.folder))
    assert status(store, run) == "stopping"


def test_a_dead_run_that_was_asked_to_stop_is_stopped(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    Stop(time.time()).write(RunFolder(run.folder))
    assert status(store, run) == "stopped"


def test_a_dead_run_nobody_stopped_has_failed_with_a_cause(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    cause = store.state(run).cause
    assert cause is not None
    assert cause.code == "vanished"


@pytest.mark.parametrize(
    ("event", "expected"), [(FinishedEvent(), "finished"), (StoppedEvent(step=3), "stopped"), (FailedEvent(code="disk_full"), "failed")]
)
@pytest.mark.parametrize("process", [ALIVE, DEAD])
def test_a_terminal_event_has_the_last_word(store: RunStore, run: Run, event: Event, expected: str, process: ProcessId) -> None:
    launched(run, process)
    say(run, step(1), event)
    assert status(store, run) == expected


def test_a_result_means_finished_even_if_the_event_was_lost(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    finish(run.folder)
    assert status(store, run) == "finished"


def test_terminal_events_of_an_earlier_attempt_do_not_count(store: RunStore, run: Run) -> None:
    say(run, StoppedEvent(step=3))
    launched(run, ALIVE, attempt=2, events_offset=RunFolder(run.folder).events.stat().st_size)
    assert status(store, run) == "running"
    assert store.state(run).stage is None


def test_half_a_terminal_event_does_not_count(store: RunStore, run: Run) -> None:
    launched(run, ALIVE)
    RunFolder(run.folder).events.write_bytes(b'{"kind": "finished", "ti')
    assert status(store, run) == "running"


def test_an_event_after_the_terminal_one_does_not_undo_it(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    say(run, FinishedEvent(), step(9))
    assert status(store, run) == "finished"


def test_a_slice_whose_time_is_up_is_stopped_not_failed(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    say(run, step(3), PausedEvent(step=3))
    assert status(store, run) == "stopped"


def test_the_cause_training_gave_is_kept(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    say(run, FailedEvent(code="module_missing", facts={"module": "peft"}))
    cause = store.state(run).cause
    assert isinstance(cause, RunError)
    assert "peft" in cause.message("zh")


@pytest.mark.parametrize("event", [FailedEvent(code="from_the_future", facts={"x": 1}), FailedEvent(code="module_missing")])
def test_a_cause_without_words_is_still_shown(store: RunStore, run: Run, event: FailedEvent) -> None:
    launched(run, DEAD)
    say(run, event)
    cause = store.state(run).cause
    assert cause is not None
    assert event.code in cause.message()


def test_the_exit_code_of_another_attempt_tells_nothing(store: RunStore, run: Run) -> None:
    Exit(1, time.time(), -9).write(RunFolder(run.folder))
    launched(run, DEAD, attempt=2)
    cause = store.state(run).cause
    assert cause is not None
    assert cause.code == "vanished"


def test_only_the_log_of_this_attempt_is_blamed(store: RunStore, run: Run) -> None:
    folder = RunFolder(run.folder)
    folder.log.write_text("OSError: [Errno 28] No space left on device\n")
    launched(run, DEAD, attempt=2)
    launch = Launch.read(folder)
    assert launch is not None
    replace(launch, log_offset=folder.log.stat().st_size).write(folder)
    cause = store.state(run).cause
    assert cause is not None
    assert cause.code == "vanished"


def test_a_restart_of_the_machine_is_named(store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    launched(run, DEAD)
    monkeypatch.setattr(psutil, "boot_time", lambda: time.time() + 3600)
    cause = store.state(run).cause
    assert cause is not None
    assert cause.code == "machine_restarted"


def test_a_start_in_progress_is_running(store: RunStore, run: Run) -> None:
    launched(run, None, app=ALIVE)
    assert status(store, run) == "running"


def test_a_start_whose_app_died_has_failed(store: RunStore, run: Run) -> None:
    launched(run, None, app=DEAD)
    state = store.state(run)
    assert state.cause is not None
    assert (state.status, state.cause.code) == ("failed", "never_started")


def test_the_stage_is_the_last_one_entered_or_implied(store: RunStore, run: Run) -> None:
    launched(run, ALIVE)
    seen = []
    for event in (
        StageEvent(stage="preparing"), DownloadEvent(source="hub", done_bytes=1, total_bytes=2),
        StageEvent(stage="training"), step(1), StageEvent(stage="saving"),
    ):  # fmt: skip
        say(run, event)
        seen.append(store.state(run).stage)
    assert seen == ["preparing", "downloading", "training", "training", "saving"]


def test_an_ended_run_has_no_stage(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    say(run, StageEvent(stage="training"), FinishedEvent())
    assert store.state(run).stage is None


def test_a_long_run_is_read_from_its_end_only(store: RunStore, run: Run) -> None:
    launched(run, DEAD)
    events = RunFolder(run.folder).events
    events.write_bytes(b"x" * 10**7 + b"\n")
    say(run, FinishedEvent())
    assert status(store, run) == "finished"
    assert read_events(events).skipped == 1
