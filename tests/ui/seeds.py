"""Runs that were never trained: real run folders, written through the real doors, with invented curves and answers.

So pages and views can be looked at and tested in seconds.
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from playground.data.types import Dataset
from playground.recipe import Recipe
from playground.runs.events import (
    CheckpointEvent,
    DeviceEvent,
    EvaluationEvent,
    Event,
    FailedEvent,
    FinishedEvent,
    ReferenceEvent,
    StageEvent,
    StepEvent,
    StoppedEvent,
)
from playground.runs.folder import RunFolder, write_text
from playground.runs.process import ProcessId
from playground.runs.records import Launch, Queued
from playground.runs.store import RunStore
from playground.runs.types import Result, Run, Splits
from playground.runs.writer import EventWriter

ENGLISH = (
    "cancel order", "change address", "damaged item", "invoice copy", "late delivery", "payment failed", "refund status", "reset password",
)  # fmt: skip
CHINESE = ("好评", "中评", "差评")
_TEXTS = {
    "en": ("My parcel says delivered but nothing is here", "Where do I change the address for order 2231?", "Charged twice for one pair"),
    "zh": ("包装完好，第二天就到了，用着很顺手", "一般般，没有宣传的那么好", "用了两次就坏了，客服一直不回"),
}


@dataclass(frozen=True, slots=True)
class Seed:
    """What to invent."""

    labels: tuple[str, ...] = ENGLISH
    language: str = "en"
    name: str = "support_intents.csv"
    model: str = "sentence-transformers/all-MiniLM-L6-v2"
    test_rows: int = 84
    #: Share of right answers of base and fine-tuned on the test rows.
    base: float = 0.74
    tuned: float = 0.84
    total_steps: int = 120
    owner: str = "local"
    #: Seconds since the epoch the run began.
    began: float = 0.0


def dataset(seed: Seed) -> Dataset:
    """A dataset nobody uploaded."""
    counts = {label: 60 - place for place, label in enumerate(seed.labels)}
    cjk = 0.95 if seed.language == "zh" else 0.0
    return Dataset("feedfacefeedface", seed.name, "text-classification", sum(counts.values()), counts, time.time(), 52.0, 130.0, cjk)


def curve(seed: Seed, until: int | None = None) -> Iterator[Event]:
    """What training would say up to step ``until``."""
    rng, total = random.Random(7), seed.total_steps
    until = total if until is None else until
    now = seed.began or time.time() - 75
    yield StageEvent(stage="preparing", time=now)
    yield StageEvent(stage="loading", time=now + 1)
    yield DeviceEvent(
        time=now + 2, device="cpu", compute_dtype="bfloat16", world_size=1, attention="eager", model_source="package",
        trainable_parameters=820_000, total_parameters=23_500_000,
    )  # fmt: skip
    yield StageEvent(stage="references", time=now + 3)
    for name, value in (("majority", 0.05), ("zero_shot", 0.62), ("tfidf", 0.78), ("probe", 0.80)):
        yield ReferenceEvent(time=now + 4, name=name, metric=value)
    yield StageEvent(stage="training", time=now + 5)
    best = 0.0
    for step in range(1, until + 1):
        loss = 2.1 * math.exp(-3 * step / total) + 0.12 + rng.gauss(0, 0.09)
        yield StepEvent(
            time=now + 5 + step * 0.5, step=step, total_steps=total, epoch=5 * step / total, loss=max(0.02, loss), learning_rate=1e-3,
            samples_per_second=156.6, eta_seconds=(total - step) * 0.5, memory_mb=912.0,
        )  # fmt: skip
        if step % (total // 10) == 0:
            metric = 0.86 - 0.8 * math.exp(-5 * step / total) + rng.gauss(0, 0.006)
            good, best = metric > best, max(best, metric)
            validation_loss = 0.35 + 1.5 * math.exp(-4 * step / total)
            yield EvaluationEvent(
                time=now + 5 + step * 0.5, step=step, epoch=5 * step / total, loss=validation_loss, metric=metric, best=good,
            )  # fmt: skip
            yield CheckpointEvent(time=now + 5 + step * 0.5, step=step)


def answers(seed: Seed) -> pd.DataFrame:
    """Test rows with invented answers; the fine-tune repairs most of what base got wrong and breaks a little."""
    rng = random.Random(3)
    rows = []
    for place in range(seed.test_rows):
        label = seed.labels[min(int(rng.expovariate(0.25)), len(seed.labels) - 1) if len(seed.labels) > 12 else place % len(seed.labels)]
        text = f"{_TEXTS[seed.language][place % 3]} ({place})"
        row = {"row": place, "text": text, "label": label, "tuned_confidence": 0.9, "majority": seed.labels[0]}
        for name, share in (("tuned", seed.tuned), ("zero_shot", seed.base), ("probe", seed.base + 0.05), ("tfidf", seed.base + 0.03)):
            row[name] = label if rng.random() < share else rng.choice(seed.labels)
        rows.append(row)
    return pd.DataFrame(rows)


def result(seed: Seed) -> Result:
    """What training would have measured."""
    return Result(
        task="text-classification", model=seed.model, model_source="package", device="cpu", method="lora", quantization="none",
        compute_dtype="bfloat16", splits=Splits(272, 63, seed.test_rows), labels=seed.labels, base="zero_shot",
        references=("majority", "zero_shot", "tfidf", "probe"), best_step=seed.total_steps, best_metric=0.85, total_seconds=78.0,
        training_seconds=60.0, samples_per_second=156.0, peak_memory_mb=930.0, world_size=1,
    )  # fmt: skip


class Seeder:
    """Writes invented runs into a store."""

    def __init__(self, store: RunStore) -> None:
        self.store = store

    def prepared(self, seed: Seed) -> Run:
        """A run that was created and nothing more."""
        splits = pd.DataFrame({"row": [0], "text": ["a"], "label": [seed.labels[0]], "split": ["train"]})
        return self.store.create(Recipe(model=seed.model), splits, owner=seed.owner, dataset=dataset(seed))

    def waiting(self, seed: Seed) -> Run:
        """A run with a place in the queue."""
        run = self.prepared(seed)
        Queued(time.time(), 1).write(RunFolder(run.folder))
        return run

    def running(self, seed: Seed, until: int = 63) -> Run:
        """A run whose process is this one, so it lives as long as the caller."""
        return self._launched(seed, curve(seed, until), os.getpid())

    def stopped(self, seed: Seed, until: int = 63) -> Run:
        """A run a person stopped."""
        return self._launched(seed, [*curve(seed, until), StoppedEvent(step=until // 12 * 12, time=time.time())])

    def failed(self, seed: Seed, code: str = "out_of_memory", until: int = 30, **facts: str | int | float) -> Run:
        """A run that ended with an error."""
        return self._launched(seed, [*curve(seed, until), FailedEvent(code=code, facts=facts, time=time.time())])

    def finished(self, seed: Seed) -> Run:
        """A run with a result and predictions."""
        run = self._launched(seed, [*curve(seed), StageEvent(stage="evaluating"), StageEvent(stage="saving"), FinishedEvent()])
        answers(seed).to_parquet(RunFolder(run.folder).predictions)
        write_text(RunFolder(run.folder).result, result(seed).to_json())
        return run

    def _launched(self, seed: Seed, events: Sequence[Event] | Iterator[Event], pid: int | None = None) -> Run:
        run = self.prepared(seed)
        folder = RunFolder(run.folder)
        process = ProcessId.of(pid) if pid else ProcessId(2**22 - 7, 1.0, None)
        Launch(("accelerate",), 1, 0, 0, "cpu", seed.began or time.time() - 75, 0.0, None, process).write(folder)
        writer = EventWriter(run.folder)
        for event in events:
            writer.append(event)
        folder.log.write_text(_log(seed), encoding="utf-8")
        return run


def _log(seed: Seed) -> str:
    lines = [f"[{step:>4}/{seed.total_steps}] loss {2.1 * math.exp(-3 * step / seed.total_steps) + 0.12:.4f}" for step in range(1, 40)]
    return "\n".join(["Loading weights: 100%", "trainable params: 820,000 || all params: 23,500,000 || trainable%: 3.49", *lines]) + "\n"


def many_labels(seed: Seed, count: int) -> Seed:
    """The same with ``count`` labels."""
    return replace(seed, labels=tuple(f"intent {place:03}" for place in range(count)), test_rows=count * 6)


def home_of(path: Path) -> Seeder:
    """A seeder for the workspace at ``path``."""
    return Seeder(RunStore(path / "runs"))


__all__ = ["CHINESE", "ENGLISH", "Seed", "Seeder", "answers", "curve", "dataset", "home_of", "many_labels", "result"]
