"""Watch a run from a terminal: its events as lines, until it is no longer active. Ctrl-C asks the run to stop."""

from __future__ import annotations

import time
from typing import Final, TextIO

from playground.runs.events import DeviceEvent, DownloadEvent, EvaluationEvent, Event, ReferenceEvent, StageEvent, StepEvent
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
                progress = isinstance(event, StepEvent | DownloadEvent)
                if progress and event.time - said < _QUIET_SECONDS:
                    continue
                said = event.time if progress else said
                if text := line(event):
                    out.write(f"{text}\n")
            out.flush()
            if state.status not in ACTIVE:
                return state
            time.sleep(_POLL_SECONDS)
        except KeyboardInterrupt:
            bench.stop(run.id, None)
            out.write("stopping\n")


def line(event: Event) -> str:
    """One event as one line, or an empty string for events that need none."""
    match event:
        case StageEvent():
            return event.stage
        case DownloadEvent():
            return f"  {event.source}: {event.done_bytes / 1e6:.0f} of {event.total_bytes / 1e6:.0f} MB"
        case DeviceEvent():
            return f"  {event.device}, {event.compute_dtype}, {event.trainable_parameters:,} of {event.total_parameters:,} parameters train"
        case ReferenceEvent():
            return f"  {event.name}: {event.metric:.3f} on validation"
        case StepEvent():
            rate = f"{event.samples_per_second:.0f} rows/s, {event.eta_seconds:.0f} s left"
            return f"  step {event.step}/{event.total_steps}, loss {event.loss:.3f}, {rate}"
        case EvaluationEvent():
            return f"  epoch {event.epoch:.1f}: validation {event.metric:.3f}{' (best)' if event.best else ''}"
        case _:
            return ""
