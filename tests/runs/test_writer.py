"""Training's lines arrive whole, whatever the attempt before left behind."""

from __future__ import annotations

import threading
from pathlib import Path

from playground.runs.events import FailedEvent, FinishedEvent, StageEvent
from playground.runs.folder import RunFolder
from playground.runs.reading import read_events
from playground.runs.writer import EventWriter, stop_requested
from tests.runs.making import step


def test_events_are_read_back_in_order(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path)
    events = [StageEvent(stage="loading"), step(1), FinishedEvent()]
    for event in events:
        writer.append(event)
    assert read_events(RunFolder(tmp_path).events).events == events


def test_half_a_line_of_a_killed_attempt_does_not_swallow_the_next_event(tmp_path: Path) -> None:
    RunFolder(tmp_path).events.write_bytes(b'{"kind": "st')
    EventWriter(tmp_path).append(FinishedEvent(time=1.0))
    page = read_events(RunFolder(tmp_path).events)
    assert (page.events, page.skipped) == ([FinishedEvent(time=1.0)], 1)


def test_opening_a_sound_file_changes_nothing(tmp_path: Path) -> None:
    EventWriter(tmp_path).append(FinishedEvent())
    before = RunFolder(tmp_path).events.read_bytes()
    EventWriter(tmp_path)
    assert RunFolder(tmp_path).events.read_bytes() == before


def test_lines_of_several_threads_do_not_mix(tmp_path: Path) -> None:
    writer = EventWriter(tmp_path)
    threads = [threading.Thread(target=lambda: [writer.append(step(number)) for number in range(50)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = read_events(RunFolder(tmp_path).events)
    assert (len(page.events), page.skipped) == (200, 0)


def test_facts_that_are_no_valid_unicode_are_kept(tmp_path: Path) -> None:
    event = FailedEvent(code="training_error", facts={"detail": "bad \ud83d"})
    EventWriter(tmp_path).append(event)
    assert read_events(RunFolder(tmp_path).events).events == [event]


def test_a_wish_to_stop_is_heard(tmp_path: Path) -> None:
    assert not stop_requested(tmp_path)
    RunFolder(tmp_path).stop.touch()
    assert stop_requested(tmp_path)
