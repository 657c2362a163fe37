"""How long a run really worked, read from its own events: time between attempts does not count."""

from __future__ import annotations

import time
from pathlib import Path

from playground.runs.events import StageEvent, decode


def attempt_seconds(events: Path, now: float | None = None) -> float:
    """Seconds from the first to the last event of each attempt, summed; the attempt that is under way lasts until ``now``."""
    total, begun, last = 0.0, None, 0.0
    for line in events.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = decode(line)
        except ValueError:
            continue  # half a line of an attempt that was killed
        if event is None:
            continue
        if isinstance(event, StageEvent) and event.stage == "preparing":
            total += last - begun if begun is not None else 0.0
            begun = event.time
        last = event.time
    return total + ((time.time() if now is None else now) - begun if begun is not None else 0.0)
