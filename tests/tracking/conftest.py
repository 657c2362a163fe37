"""Run folders with invented events, as training would have written them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.recipe import Tracking
from playground.runs.events import CheckpointEvent, EvaluationEvent, Event, PausedEvent, ReferenceEvent, StageEvent, StepEvent
from playground.runs.folder import RunFolder
from playground.runs.store import RunStore
from playground.runs.types import Run
from playground.runs.writer import EventWriter
from tests.ui.seeds import Seed, Seeder

MakeTracked = Callable[..., Run]


def step(number: int, loss: float = 0.5) -> StepEvent:
    """One optimizer step of ten."""
    return StepEvent(
        step=number, total_steps=10, epoch=number / 5, loss=loss, learning_rate=1e-3, samples_per_second=100.0, eta_seconds=1.0,
        memory_mb=900.0, time=1_000.0 + number,
    )  # fmt: skip


def evaluation(number: int, metric: float = 0.7) -> EvaluationEvent:
    """The validation split scored at a step."""
    return EvaluationEvent(step=number, epoch=number / 5, loss=0.6, metric=metric, best=True, time=1_000.5 + number)


def interrupted() -> list[Event]:
    """A run that got to step 8, had its last checkpoint at step 5, and went on from there with other losses."""
    first: list[Event] = [StageEvent(stage="preparing"), ReferenceEvent(name="tfidf", metric=0.6)]
    first += [step(number, loss=9.0) for number in range(1, 6)]
    first += [evaluation(5), CheckpointEvent(step=5), *(step(number, loss=9.0) for number in range(6, 9)), PausedEvent(step=5)]
    # The second attempt tells its first step only at 7: between two steps that are told, some are not.
    return [*first, StageEvent(stage="preparing"), ReferenceEvent(name="tfidf", metric=0.6), *(step(number) for number in range(7, 11))]


@pytest.fixture
def make_tracked(tmp_path: Path) -> MakeTracked:
    """Make a run that is to be tracked: a finished one with a result, or one that has told ``events`` so far."""
    store = RunStore(tmp_path / "runs")

    def make(tool: Tracking, events: Iterable[Event] | None = None) -> Run:
        seeder = Seeder(store)
        run = seeder.finished(Seed()) if events is None else seeder.prepared(Seed())
        folder = RunFolder(run.folder)
        folder.recipe.write_text(replace(run.recipe, tracking=tool).to_json(), encoding="utf-8")
        for event in events or ():
            EventWriter(run.folder).append(event)
        return store.get(run.id)

    return make
