"""Training's side of a run folder: say what happens, and hear whether a person wants it to stop."""

from __future__ import annotations

import os
from pathlib import Path

from playground.runs.events import TERMINAL, Event, encode
from playground.runs.folder import EVENTS, STOP


class EventWriter:
    """Appends events to ``events.jsonl``. Only one process of a run has one (rank 0)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS
        self._mend_half_line()

    def append(self, event: Event) -> None:
        """Add one line in a single write, so that a reader never sees two events interleaved.

        A terminal event is on disk when this returns: it decides what the run is called from then on.

        :raises OSError: if the disk is full or the folder is gone.
        """
        self._write(encode(event).encode("utf-8", "backslashreplace") + b"\n", sync=isinstance(event, TERMINAL))

    def _mend_half_line(self) -> None:
        # A killed attempt may have left half a line; without a line break the first event of this attempt would be lost with it.
        try:
            with self._path.open("rb") as file:
                if file.seek(0, os.SEEK_END) == 0:
                    return
                file.seek(-1, os.SEEK_END)
                complete = file.read(1) == b"\n"
        except FileNotFoundError:
            return
        if not complete:
            self._write(b"\n", sync=False)

    def _write(self, data: bytes, *, sync: bool) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            while data:
                data = data[os.write(handle, data) :]
            if sync:
                os.fsync(handle)
        finally:
            os.close(handle)


def stop_requested(folder: Path) -> bool:
    """Whether a person asked this run to stop; cheap enough to ask at every step."""
    return (folder / STOP).exists()
