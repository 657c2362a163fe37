"""A run's events as the points of its curves, the same for every tool. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from playground.compare import Comparison
from playground.runs.events import CheckpointEvent, EvaluationEvent, Event, ReferenceEvent, SeedEvent, StageEvent, StepEvent
from playground.runs.types import Result


@dataclass(frozen=True, slots=True)
class Point:
    """One value of one curve."""

    #: "train/loss", "validation/macro_f1", …: tools draw what stands before the slash together.
    tag: str
    #: Optimizer steps done.
    step: int
    value: float
    #: Seconds since the epoch.
    time: float


def points_of(event: Event, metric: str) -> Iterator[Point]:
    """What an event adds to the curves; nothing for most.

    :param metric: name of the metric that is watched on the validation split.
    """
    match event:
        case StepEvent():
            values = {
                "loss": event.loss, "learning_rate": event.learning_rate, "epoch": event.epoch,
                "samples_per_second": event.samples_per_second, "memory_mb": event.memory_mb,
            }  # fmt: skip
            yield from (Point(f"train/{name}", event.step, value, event.time) for name, value in values.items())
        case EvaluationEvent():
            yield Point("validation/loss", event.step, event.loss, event.time)
            yield Point(f"validation/{metric}", event.step, event.metric, event.time)
        case ReferenceEvent():
            yield Point(f"validation_references/{event.name}", 0, event.metric, event.time)
        case SeedEvent() if event.metric is not None:
            yield Point("seeds/test_score", event.number, event.metric, event.time)


def conclusion(result: Result, comparison: Comparison, time: float) -> Iterator[Point]:
    """How fine-tuned model and references did on the test split, and how sure the verdict is; at the step whose weights were kept.

    :param time: seconds since the epoch.
    """
    verdict, step = comparison.verdict, result.best_step
    # The tools put groups in the order of their names: these come after those of the curves.
    for name, scores in (("tuned", comparison.tuned), *comparison.references.items()):
        yield from (
            Point(f"verdict_test_{metric}/{name}", step, value, time) for metric, value in scores.values.items() if math.isfinite(value)
        )
    facts = {"change": verdict.delta, "change_low": verdict.low, "change_high": verdict.high, "p_value": verdict.p_value}
    yield from (Point(f"verdict/{name}", step, value, time) for name, value in facts.items() if math.isfinite(value))


class Story:
    """The events of all attempts as if there had been one: what an attempt did after the checkpoint that the next one goes on from did not
    happen."""

    def __init__(self, metric: str) -> None:
        """:param metric: see ``points_of``."""
        self._metric = metric
        self._points: dict[tuple[str, int], Point] = {}
        self._checkpoint = 0
        #: Whether the present attempt has added to the curves so far; and whether it has made a step.
        self.goes_on = self.stepped = False

    @property
    def points(self) -> list[Point]:
        """Every point, rising in step; none twice."""
        return sorted(self._points.values(), key=lambda point: point.step)

    def add(self, event: Event) -> list[Point]:
        """Take an event in; returns the points that are new with it."""
        if isinstance(event, StageEvent) and event.stage == "preparing":
            self._forget_after(self._checkpoint)
            self.goes_on = self.stepped = False
        elif isinstance(event, CheckpointEvent):
            self._checkpoint = event.step
        elif isinstance(event, StepEvent):
            if not self.stepped:  # with its checkpoints gone it began anew
                self._forget_after(event.step - 1)
            self.stepped = True
        new = list(points_of(event, self._metric))
        self._points |= {(point.tag, point.step): point for point in new}
        self.goes_on = self.goes_on or bool(new)
        return new

    def _forget_after(self, step: int) -> None:
        self._points = {place: point for place, point in self._points.items() if place[1] <= step}
