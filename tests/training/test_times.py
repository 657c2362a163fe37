"""How long a run really worked."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.runs.events import PausedEvent, StageEvent, encode
from playground.training.times import attempt_seconds


def test_time_between_attempts_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    events = [
        StageEvent(time=100.0, stage="preparing"),
        PausedEvent(time=110.0, step=1),
        StageEvent(time=500.0, stage="preparing"),
        StageEvent(time=505.0, stage="training"),
    ]
    path.write_text("\n".join([*map(encode, events), '{"kind": "st']), encoding="utf-8")
    assert attempt_seconds(path, now=520.0) == pytest.approx(30.0)
