"""Events, and their lines in the log."""

from __future__ import annotations

from pathlib import Path

from playground.models.transfer import DownloadProgress
from playground.runs.events import decode
from playground.runs.writer import EventWriter
from playground.training.say import Voice


def test_a_process_that_is_not_the_first_keeps_silent() -> None:
    Voice(None).stage("training")


def test_downloads_are_told_a_few_times_a_second_and_at_the_end(tmp_path: Path) -> None:
    voice = Voice(EventWriter(tmp_path))
    for done in range(0, 101):
        voice.download(DownloadProgress("hub", done, 100))
    events = [decode(one) for one in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert len(events) < 10
    assert events[-1].done_bytes == 100  # type: ignore[union-attr]
