"""What a run has said so far, folded into what the page draws.

A ``Trace`` is a run's events as curves and latest values; ``Traces`` remembers how far each run was read, so that a page that
polls reads new bytes only. It is a cache and nothing else: throw it away and the files give the same answer.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from playground.runs.events import (
    CheckpointEvent,
    DeviceEvent,
    DownloadEvent,
    EvaluationEvent,
    Event,
    ReferenceEvent,
    SeedEvent,
    SmallerPlanEvent,
    StageEvent,
    StepEvent,
    StoppedEvent,
    TrackingLostEvent,
)
from playground.runs.types import Run

#: Runs whose traces are kept in memory; a trace of 10,000 steps is about 2 MB.
_KEPT: Final = 24

Reader = Callable[[Run, int], tuple[list[Event], int]]


@dataclass(slots=True)
class Trace:
    """The events of one run as curves and latest values."""

    #: Bytes of the event file read so far: unchanged means nothing new to draw.
    offset: int = 0
    #: (step, training loss), rising in step.
    losses: list[tuple[float, float]] = field(default_factory=list)
    #: In the order they were measured, rising in step.
    evaluations: list[EvaluationEvent] = field(default_factory=list)
    #: Reference name -> primary metric on the validation split.
    references: dict[str, float] = field(default_factory=dict)
    #: The latest of each, None before the first.
    step: StepEvent | None = None
    device: DeviceEvent | None = None
    download: DownloadEvent | None = None
    #: What is done since memory ran out; None while it did not.
    smaller: SmallerPlanEvent | None = None
    #: Step of the newest checkpoint on disk, 0 for none.
    kept_step: int = 0
    #: How far the newest of several seeds is, and what each came to on the test split, by its number; curves are those of the first.
    seed: SeedEvent | None = None
    scores: dict[int, float] = field(default_factory=dict)
    #: That the newest attempt lost its log for a tracking tool; None otherwise.
    tracking_lost: TrackingLostEvent | None = None

    @property
    def best(self) -> EvaluationEvent | None:
        """The best evaluation so far (the latest one marked best)."""
        return next((evaluation for evaluation in reversed(self.evaluations) if evaluation.best), None)

    @property
    def left_seconds(self) -> float | None:
        """Seconds of training left when it last said so, all seeds together; None between two seeds and before the first step."""
        if self.seed is not None:
            return self.seed.eta_seconds if self.seed.metric is None else None
        return self.step.eta_seconds if self.step else None

    def add(self, events: Iterable[Event]) -> None:
        """Fold ``events`` in. A resumed run repeats steps after its checkpoint: what was drawn of them before is dropped."""
        for event in events:
            match event:
                case StageEvent():
                    self.download = None
                    if event.stage == "preparing":
                        self.tracking_lost = None
                case TrackingLostEvent():
                    self.tracking_lost = event
                case DownloadEvent():
                    self.download = event
                case DeviceEvent():
                    self.device = event
                case SmallerPlanEvent():
                    self.smaller = event
                case ReferenceEvent():
                    self.references[event.name] = event.metric
                case StepEvent():
                    while self.losses and self.losses[-1][0] >= event.step:
                        self.losses.pop()
                    while self.evaluations and self.evaluations[-1].step >= event.step:
                        self.evaluations.pop()
                    self.losses.append((event.step, event.loss))
                    self.step = event
                case EvaluationEvent():
                    while self.evaluations and self.evaluations[-1].step >= event.step:
                        self.evaluations.pop()
                    self.evaluations.append(event)
                case SeedEvent():
                    self.seed = event
                    if event.metric is not None:
                        self.scores[event.number] = event.metric
                case CheckpointEvent() | StoppedEvent():
                    self.kept_step = event.step
                case _:
                    pass  # paused, finished and failed are told by the run's state


class Traces:
    """Traces of the runs somebody is looking at, shared by all pages."""

    def __init__(self, read: Reader) -> None:
        """:param read: as ``Workbench.events``: the events of a run after an offset, and the offset after them."""
        self._read = read
        self._traces: OrderedDict[str, Trace] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, run: Run) -> Trace:
        """The trace of ``run`` up to now; a copy, since another page may read on at any moment."""
        with self._lock:
            trace = self._traces.setdefault(run.id, Trace())
            self._traces.move_to_end(run.id)
            while len(self._traces) > _KEPT:
                self._traces.popitem(last=False)
            events, trace.offset = self._read(run, trace.offset)
            trace.add(events)
            return replace(
                trace, losses=[*trace.losses], evaluations=[*trace.evaluations], references={**trace.references}, scores={**trace.scores}
            )
