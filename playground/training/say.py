"""What a run says: events for the page, and a line of each in the console log for a person."""

from __future__ import annotations

import logging
import time
from typing import Final

from playground.data.plain import plain
from playground.models.transfer import DownloadProgress
from playground.runs.events import DownloadEvent, Event, Stage, StageEvent
from playground.runs.lines import event_line
from playground.runs.writer import EventWriter

_DOWNLOAD_SECONDS: Final = 0.25

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
            log.info("%s", plain(event_line(event)))

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
