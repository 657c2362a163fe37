"""Reading what a child is writing at this very moment: whole lines only, from a byte offset, whatever is in them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playground.runs.events import Event, decode

#: At most this much of a log is read at once, its newest end; a page cannot show more.
LOG_PAGE: Final = 2**20
#: Stands where a log was cut.
CUT: Final = "[…]\n"

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BLOCK: Final = 2**16


@dataclass(frozen=True, slots=True)
class EventPage:
    """The events of a stretch of ``events.jsonl``."""

    events: list[Event]
    #: Where to read on, in bytes.
    offset: int
    #: Lines that were no event of this or any version.
    skipped: int


def read_events(path: Path, offset: int = 0) -> EventPage:
    """Every event whose line is complete, from ``offset`` on. A line that is no event is skipped and counted."""
    data = _from(path, offset)
    end = data.rfind(b"\n") + 1
    events: list[Event] = []
    skipped = 0
    for line in data[:end].split(b"\n"):
        event, sound = _event(line)
        skipped += not sound
        if event is not None:
            events.append(event)
    return EventPage(events, offset + end, skipped)


def events_backwards(path: Path, start: int) -> Iterator[Event]:
    """The events from ``start`` on, newest first; reads only as far back as the caller goes."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        position = file.seek(0, os.SEEK_END)
        rest = b""
        while position > start:
            size = min(_BLOCK, position - start)
            position -= size
            file.seek(position)
            lines = (file.read(size) + rest).split(b"\n")
            # The first piece may be the end of a line that begins further back.
            rest = lines.pop(0) if position > start else b""
            for line in reversed(lines):
                event = _event(line)[0]
                if event is not None:
                    yield event


def read_log(path: Path, offset: int = 0, *, ended: bool, limit: int = LOG_PAGE) -> tuple[str, int]:
    """Readable text from ``offset`` on and where to read on, in bytes.

    Progress bars that redraw themselves become their last state, colours and cursor moves vanish, bytes that are no UTF-8 are
    replaced. An unfinished line is kept back until it is finished, unless nobody will finish it (``ended``). Of more than
    ``limit`` bytes only the newest are read.
    """
    size = path.stat().st_size if path.exists() else 0
    start = max(offset, size - limit)
    data = _from(path, start)
    end = len(data) if ended else data.rfind(b"\n") + 1
    if not end:
        return "", offset
    text = readable(data[:end])
    if start == offset:
        return text, start + end
    return CUT + text.partition("\n")[2], start + end


def readable(data: bytes) -> str:
    """Terminal output as plain text."""
    text = _CONTROL.sub("", _ANSI.sub("", data.decode("utf-8", errors="replace")))
    return "\n".join(_last_state(line) for line in text.split("\n")) if "\r" in text else text


def _last_state(line: str) -> str:
    if "\r" not in line:
        return line
    return next((state for state in reversed(line.split("\r")) if state.strip()), "")


def _event(line: bytes) -> tuple[Event | None, bool]:
    if not line.strip():
        return None, True
    try:
        return decode(line.decode("utf-8", errors="replace")), True
    except (ValueError, RecursionError):
        return None, False


def _from(path: Path, offset: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read()
    except FileNotFoundError:
        return b""
