"""Events as a person reads them in a log or a terminal."""

from __future__ import annotations

import pytest

from playground.runs.events import (
    CheckpointEvent,
    DeviceEvent,
    DownloadEvent,
    EvaluationEvent,
    Event,
    FailedEvent,
    FinishedEvent,
    ReferenceEvent,
    StageEvent,
    StepEvent,
)
from playground.runs.lines import event_line

STEP = StepEvent(
    step=12, total_steps=120, epoch=0.8, loss=0.5, learning_rate=1e-3, samples_per_second=99.6, eta_seconds=41.2, memory_mb=900.4
)
DEVICE = DeviceEvent(
    device="cpu", compute_dtype="bfloat16", world_size=2, attention="eager", model_source="package",
    trainable_parameters=1000, total_parameters=20000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (StageEvent(stage="loading"), "loading"),
        (DownloadEvent(source="hub", done_bytes=5_000_000, total_bytes=9_000_000), "  hub: 5 of 9 MB"),
        (DownloadEvent(source="hub", done_bytes=5_000_000, total_bytes=0), "  hub: 5 MB"),
        (DEVICE, "  cpu, bfloat16, eager attention, 2 processes; 1,000 of 20,000 parameters train"),
        (ReferenceEvent(name="tfidf", metric=0.5), "  tfidf: 0.500 on validation"),
        (STEP, "  step 12/120  epoch 0.80  loss 0.5000  lr 1.00e-03  100 rows/s  41 s left  900 MB"),
        (EvaluationEvent(step=5, epoch=1.0, loss=0.4, metric=0.8, best=True), "  epoch 1.00  validation 0.8000  loss 0.4000  best so far"),
        (EvaluationEvent(step=5, epoch=1.0, loss=0.4, metric=0.8, best=False), "  epoch 1.00  validation 0.8000  loss 0.4000"),
        (CheckpointEvent(step=5), "  checkpoint at step 5"),
        (FailedEvent(code="out_of_memory"), "failed: out_of_memory"),
        (FinishedEvent(), "finished"),
    ],
    ids=lambda value: value.kind if isinstance(value, Event) else "",
)
def test_an_event_is_one_readable_line(event: Event, words: str) -> None:
    assert event_line(event) == words
