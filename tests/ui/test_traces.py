"""A trace tells the same whether it was read at once or piece by piece, and forgets what a resumed run repeats."""

from __future__ import annotations

from pathlib import Path

from playground.runs.events import DownloadEvent, EvaluationEvent, Event, SmallerPlanEvent, StageEvent, StepEvent, StoppedEvent
from playground.runs.store import RunStore
from playground.runs.types import Run
from playground.runs.writer import EventWriter
from playground.ui.traces import Trace, Traces
from tests.ui.seeds import Seed, Seeder, curve


def step(number: int, loss: float = 1.0) -> StepEvent:
    return StepEvent(
        step=number, total_steps=10, epoch=0.1, loss=loss, learning_rate=0.1, samples_per_second=1, eta_seconds=1, memory_mb=1
    )  # fmt: skip


def evaluation(number: int, metric: float, best: bool) -> EvaluationEvent:
    return EvaluationEvent(step=number, epoch=1, loss=1, metric=metric, best=best)


def test_read_in_pieces_or_at_once_it_is_the_same() -> None:
    events = list(curve(Seed()))
    whole, pieces = Trace(), Trace()
    whole.add(events)
    for event in events:
        pieces.add([event])
    assert whole == pieces


def test_steps_repeated_after_a_resume_replace_what_came_after_the_checkpoint() -> None:
    trace = Trace()
    trace.add([step(1), step(2), step(3, loss=9.0), step(3, loss=0.5)])
    assert trace.losses == [(1, 1.0), (2, 1.0), (3, 0.5)]


def test_evaluations_after_the_checkpoint_are_replaced_too() -> None:
    trace = Trace()
    trace.add([step(4), evaluation(4, 0.5, True), step(5), evaluation(5, 0.6, True), step(5), evaluation(5, 0.7, True)])
    assert [found.metric for found in trace.evaluations] == [0.5, 0.7]


def test_an_evaluation_at_its_own_step_stays_when_the_next_step_comes() -> None:
    trace = Trace()
    trace.add([step(4), evaluation(4, 0.5, True), step(5)])
    assert len(trace.evaluations) == 1


def test_the_best_is_the_last_one_marked_best() -> None:
    trace = Trace()
    trace.add([evaluation(1, 0.5, True), evaluation(2, 0.8, True), evaluation(3, 0.6, False)])
    assert trace.best is not None
    assert trace.best.metric == 0.8


def test_a_download_is_over_when_the_next_stage_begins() -> None:
    trace = Trace()
    trace.add([DownloadEvent(source="hub", done_bytes=1, total_bytes=2), StageEvent(stage="loading")])
    assert trace.download is None


def test_the_step_a_stop_kept_is_remembered() -> None:
    trace = Trace()
    trace.add([step(7), StoppedEvent(step=6)])
    assert trace.kept_step == 6


def test_only_new_bytes_are_read(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = Seeder(store).stopped(Seed())
    asked: list[int] = []

    def read(run: Run, offset: int) -> tuple[list[Event], int]:
        asked.append(offset)
        return store.events(run, offset)

    traces = Traces(read)
    first = traces.of(run)
    EventWriter(run.folder).append(step(99))
    second = traces.of(run)
    assert asked == [0, first.offset]
    assert second.losses[-1] == (99, 1.0)


def test_a_trace_handed_out_does_not_change_afterwards(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = Seeder(store).stopped(Seed())
    traces = Traces(store.events)
    first = traces.of(run)
    before = list(first.losses)
    EventWriter(run.folder).append(step(99))
    traces.of(run)
    assert first.losses == before


def test_the_smaller_plan_of_the_newest_attempt_is_remembered() -> None:
    trace = Trace()
    assert trace.smaller is None
    plans = [
        SmallerPlanEvent(asked_batch_size=16, batch_size=batch, gradient_accumulation=16 // batch, gradient_checkpointing=False)
        for batch in (8, 4)
    ]
    trace.add(plans)
    assert trace.smaller == plans[-1]
