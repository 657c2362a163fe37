"""Watch a run from a terminal: its events as lines, until it is no longer active. Ctrl-C asks the run to stop."""

from __future__ import annotations

import time
from typing import Final, TextIO

from playground.data.plain import plain
from playground.runs.events import DownloadEvent, SeedEvent, StepEvent
from playground.runs.lines import event_line
from playground.runs.types import ACTIVE, Run, RunState
from playground.workbench import Workbench

_POLL_SECONDS: Final = 0.25
#: Seconds between two progress lines of one kind.
_QUIET_SECONDS: Final = 2.0


def follow(bench: Workbench, run: Run, out: TextIO) -> RunState:
    """Write the run's progress to ``out`` until it ends or is given up, and return how it ended."""
    offset, said = 0, 0.0
    while True:
        try:
            bench.tick()  # without a page, this process is who starts the next waiting run
            events, offset = bench.events(run, offset)
            state = bench.state(run)
            for event in events:
                progress = isinstance(event, StepEvent | DownloadEvent) or (isinstance(event, SeedEvent) and event.metric is None)
                if progress and event.time - said < _QUIET_SECONDS:
                    continue
                said = event.time if progress else said
                out.write(f"{plain(event_line(event))}\n")
            out.flush()
            if state.status not in ACTIVE:
                return state
            time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:
            bench.stop(run.id, None)
            out.write("stopping\n")
