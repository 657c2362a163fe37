"""The nouns of a run: what was asked, how it stands, what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Literal, TypeAlias

from playground.data.types import Step
from playground.errors import PlaygroundError
from playground.recipe import Recipe
from playground.runs.events import Stage

#: "waiting" has a place in the queue; "stopping" was asked to stop and still lives; "prepared" was never started.
Status = Literal["prepared", "waiting", "running", "stopping", "stopped", "failed", "finished"]
ACTIVE: tuple[Status, ...] = ("waiting", "running", "stopping")


@dataclass(frozen=True, slots=True)
class Run:
    """One fine-tune: a folder and what was asked of it."""

    #: Sortable and unique, e.g. "20261122-101530-4f2a".
    id: str
    folder: Path
    owner: str
    #: Fingerprint of the dataset, and the name its owner knows it by.
    dataset: str
    dataset_name: str
    #: Seconds since the epoch.
    created: float
    recipe: Recipe
    #: How the data was mended before, in order; ``data.steps.step_sentence`` says each in words.
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class RunState:
    """How a run stands, derived from its files and its process at one moment."""

    status: Status
    #: Where a running run is; None before its first event and after its end.
    stage: Stage | None = None
    #: Why it failed; None otherwise.
    cause: PlaygroundError | None = None
    #: Place in the queue counted from 1 while waiting, else 0.
    position: int = 0
    #: Seconds of work in all attempts so far, without the pauses between them; 0 before the first.
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Splits:
    """Rows of each split."""

    train: int
    validation: int
    #: Those that were answered.
    test: int
    #: Test rows beyond them, which were not: where answers are written, all of them would take long.
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class SeveralSeeds:
    """The same recipe trained with several seeds on the same split, by the task's primary metric on the test split."""

    #: The first one's adapter is the one that is kept.
    numbers: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Over all seeds."""
        return fmean(self.values)

    @property
    def sd(self) -> float:
        """How far single seeds lie from the mean: the standard deviation of a sample (divided by one less than there are)."""
        return stdev(self.values)


@dataclass(frozen=True, slots=True)
class Result:
    """What training measured, written last as ``result.json``. Scores are computed by ``compare`` from ``predictions.parquet``."""

    task: str
    #: Catalogue id, and the source that served it.
    model: str
    model_source: str
    #: "cuda", "mps" or "cpu".
    device: str
    method: str
    quantization: str
    compute_dtype: str
    splits: Splits
    #: Label names in the order of the model's outputs.
    labels: tuple[str, ...]
    #: The reference shown as "base": "zero_shot" or "probe" (see ``tasks``).
    base: str
    #: Which references have predictions in ``predictions.parquet``.
    references: tuple[str, ...]
    #: Step and validation metric of the adapter that was kept.
    best_step: int
    best_metric: float
    total_seconds: float
    training_seconds: float
    samples_per_second: float
    peak_memory_mb: float
    world_size: int
    #: None for a single seed; else the times above are those of all seeds together.
    seeds: SeveralSeeds | None = None

    def to_json(self) -> str:
        """Readable JSON; ``from_json`` reads it back to an equal result."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """:raises ValueError: if the text is not a result."""
        values: dict[str, Any] = json.loads(text)
        splits: Mapping[str, int] = values.pop("splits")
        labels, references = tuple(values.pop("labels")), tuple(values.pop("references"))
        seeds = values.pop("seeds", None)
        several = SeveralSeeds(tuple(seeds["numbers"]), tuple(seeds["values"])) if seeds else None
        return cls(splits=Splits(**splits), labels=labels, references=references, seeds=several, **values)


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity that a model marks in a text."""

    #: First character, and one past the last.
    start: int
    end: int
    label: str
    #: What it covers.
    text: str


#: What a model says about one text: label -> probability, {"value": number}, a written answer, or the entities it marks.
Answer: TypeAlias = Mapping[str, float] | str | tuple[FoundEntity, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """Base and fine-tuned answers to one text, from one loaded model."""

    text: str
    base: Answer
    tuned: Answer

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Prediction:
        """A prediction that came as JSON. :raises KeyError: if a part is missing."""
        return cls(str(values["text"]), _answer(values["base"]), _answer(values["tuned"]))


def _answer(value: Any) -> Answer:
    if isinstance(value, str):
        return value
    return dict(value) if isinstance(value, Mapping) else tuple(FoundEntity(**entity) for entity in value)
