"""What a run says: events for the page, and a line of each in the console log for a person."""

from __future__ import annotations

import logging
import time
from typing import Final

from playground.models.transfer import DownloadProgress
from playground.runs.events import DownloadEvent, Event, Stage, StageEvent, StepEvent
from playground.runs.writer import EventWriter

_DOWNLOAD_SECONDS: Final = 0.25
_QUIET: Final = {"kind", "time"}

log = logging.getLogger("playground.training")


class Voice:
    """Tells events; a process that is not the first keeps silent."""

    def __init__(self, writer: EventWriter | None) -> None:
        self._writer = writer
        self._last_download = 0.0

    def tell(self, event: Event) -> None:
        """Write the event.

        :raises OSError: if the disk is full.
        """
        if self._writer is not None:
            self._writer.append(event)
            log.info("%s", line(event))

    def stage(self, stage: Stage) -> None:
        """The run enters a stage."""
        self.tell(StageEvent(stage=stage))

    def download(self, progress: DownloadProgress) -> None:
        """Bytes fetched so far, a few times a second."""
        now = time.monotonic()
        complete = progress.total_bytes is not None and progress.done_bytes >= progress.total_bytes
        if complete or now - self._last_download >= _DOWNLOAD_SECONDS:
            self._last_download = now
            self.tell(DownloadEvent(source=progress.source, done_bytes=progress.done_bytes, total_bytes=progress.total_bytes or 0))


def line(event: Event) -> str:
    """An event as one line of a log, e.g. ``step 12/120 loss 0.4120``."""
    if isinstance(event, StepEvent):
        return (
            f"step {event.step}/{event.total_steps}  epoch {event.epoch:.2f}  loss {event.loss:.4f}  lr {event.learning_rate:.2e}  "
            f"{event.samples_per_second:.0f} rows/s  {event.memory_mb:.0f} MB"
        )
    values = {name: getattr(event, name) for name in event.__dataclass_fields__ if name not in _QUIET}
    facts = (f"{name} {value:.4f}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items())
    return "  ".join([event.kind, *facts])
