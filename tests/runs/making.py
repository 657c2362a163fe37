"""Small runs to look at, made through the real store."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from playground.data.types import Dataset
from playground.recipe import Recipe
from playground.runs.events import Event, StepEvent
from playground.runs.folder import RunFolder
from playground.runs.process import ProcessId
from playground.runs.records import Launch
from playground.runs.store import RunStore
from playground.runs.types import Result, Run, Splits
from playground.runs.writer import EventWriter

RECIPE = Recipe(model="some/model")
#: A process number no Linux system gives away (above the largest allowed one).
NO_PID = 2**22 + 7


def dataset() -> Dataset:
    return Dataset("0123456789abcdef", "mails.csv", "text-classification", 3, {"a": 2, "b": 1}, 0.0, 10.0, 20.0, 0.0)


def splits() -> pd.DataFrame:
    return pd.DataFrame({"row": [0, 1, 2], "text": ["x", "y", "z"], "label": ["a", "a", "b"], "split": ["train", "validation", "test"]})


def make_run(store: RunStore, owner: str = "ann") -> Run:
    return store.create(RECIPE, splits(), owner=owner, dataset=dataset())


def say(run: Run, *events: Event) -> None:
    writer = EventWriter(run.folder)
    for event in events:
        writer.append(event)


def step(number: int) -> StepEvent:
    return StepEvent(
        step=number, total_steps=100, epoch=0.1, loss=1.0, learning_rate=1e-3, samples_per_second=10.0, eta_seconds=5.0, memory_mb=100.0
    )  # fmt: skip


def launched(run: Run, process: ProcessId | None, *, attempt: int = 1, events_offset: int = 0, app: ProcessId | None = None) -> None:
    """Pretend that an app started the newest attempt."""
    started = time.time() - 5
    Launch(("python",), attempt, events_offset, 0, "cpu", started, 0.0, app, process).write(RunFolder(run.folder))


def result() -> Result:
    return Result(
        "text-classification", "some/model", "package", "cpu", "lora", "none", "bfloat16", Splits(1, 1, 1), ("a", "b"), "zero_shot",
        ("majority",), 10, 0.9, 12.0, 10.0, 100.0, 300.0, 1,
    )  # fmt: skip


def finish(folder: Path) -> None:
    RunFolder(folder).result.write_text(result().to_json(), encoding="utf-8")


def until(promise: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something that must come; how long it takes is no promise of ours."""
    deadline = time.monotonic() + seconds
    while not promise():
        assert time.monotonic() < deadline, "did not happen"
        time.sleep(0.02)
