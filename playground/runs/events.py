"""What a run says while it runs: one JSON line per event in ``events.jsonl``, written by training, read by everyone else."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Literal

from playground.words import Fact

Stage = Literal["preparing", "downloading", "loading", "references", "training", "evaluating", "saving"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of every event."""

    kind: ClassVar[str]
    #: Seconds since the epoch.
    time: float = field(default_factory=time.time)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEvent(Event):
    """The run entered a stage."""

    kind: ClassVar[str] = "stage"
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadEvent(Event):
    """Bytes of the base model fetched so far."""

    kind: ClassVar[str] = "download"
    source: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvent(Event):
    """Where the training process really runs."""

    kind: ClassVar[str] = "device"
    device: str
    compute_dtype: str
    world_size: int
    #: "eager" or "sdpa".
    attention: str
    #: Which source served the base model: "hub", "modelscope", "folder" or "package".
    model_source: str
    trainable_parameters: int
    total_parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallerPlanEvent(Event):
    """Memory ran out in an earlier attempt, so this one works with a smaller plan that learns the very same."""

    kind: ClassVar[str] = "smaller_plan"
    #: Rows put through the model at once, as asked for and now.
    asked_batch_size: int
    batch_size: int
    gradient_accumulation: int
    #: Whether activations are computed again instead of kept.
    gradient_checkpointing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceEvent(Event):
    """A reference was scored on the validation split, so the curve has something to be compared with."""

    kind: ClassVar[str] = "reference"
    #: "majority", "tfidf", "probe" or "zero_shot".
    name: str
    #: The task's primary metric on the validation split.
    metric: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent(Event):
    """One optimizer step is done."""

    kind: ClassVar[str] = "step"
    step: int
    total_steps: int
    #: Passes over the training split so far, fractional.
    epoch: float
    #: Mean training loss of this step.
    loss: float
    learning_rate: float
    #: Training examples a second, over the last steps.
    samples_per_second: float
    #: Seconds left until the last step at this rate, evaluations included as far as known.
    eta_seconds: float
    #: Memory of the training processes now, in megabytes.
    memory_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationEvent(Event):
    """The validation split was scored during training."""

    kind: ClassVar[str] = "evaluation"
    step: int
    epoch: float
    loss: float
    #: The task's primary metric.
    metric: float
    #: Whether this is the best so far.
    best: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedEvent(Event):
    """The same recipe is trained with several seeds: how far one after the first is, or what one of them scored."""

    kind: ClassVar[str] = "seed"
    seed: int
    #: Which of the seeds, counted from 1, of how many.
    number: int
    count: int
    step: int
    total_steps: int
    #: Seconds left for this seed and all that follow.
    eta_seconds: float
    #: The task's primary metric on the test split; None while it is still trained.
    metric: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointEvent(Event):
    """A checkpoint is complete on disk."""

    kind: ClassVar[str] = "checkpoint"
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingLostEvent(Event):
    """The log for a tracking tool could not be written to its end; the run went on without it."""

    kind: ClassVar[str] = "tracking_lost"
    #: "tensorboard" or "trackio".
    tool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedEvent(Event):
    """A time budget ended; the next slice goes on from the checkpoint. Not terminal."""

    kind: ClassVar[str] = "paused"
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedEvent(Event):
    """result.json is in place. Terminal."""

    kind: ClassVar[str] = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedEvent(Event):
    """A person's wish to stop was honoured. Terminal."""

    kind: ClassVar[str] = "stopped"
    #: Step of the checkpoint that was kept, 0 for none.
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEvent(Event):
    """Training ended with an error; code and facts make the PlaygroundError the page shows. Terminal."""

    kind: ClassVar[str] = "failed"
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


TERMINAL = (FinishedEvent, StoppedEvent, FailedEvent)

_KINDS: Mapping[str, type[Event]] = {
    event.kind: event
    for event in (
        StageEvent, DownloadEvent, DeviceEvent, SmallerPlanEvent, ReferenceEvent, StepEvent, EvaluationEvent,
        SeedEvent, CheckpointEvent, TrackingLostEvent, PausedEvent, FinishedEvent, StoppedEvent, FailedEvent,
    )
}  # fmt: skip


def encode(event: Event) -> str:
    """One JSON object without a line break."""
    return json.dumps({"kind": event.kind, **asdict(event)}, ensure_ascii=False)


def decode(line: str) -> Event | None:
    """The event a line holds, or None for a kind this version does not know (a newer version wrote it).

    :raises ValueError: if the line is not one JSON object with the fields of its kind.
    """
    values: Any = json.loads(line)
    if not isinstance(values, dict):
        raise ValueError(f"not an event: {line[:200]}")
    kind = _KINDS.get(str(values.pop("kind", "")))
    if kind is None:
        return None
    known = {item.name for item in fields(kind)}
    try:
        return kind(**{name: value for name, value in values.items() if name in known})
    except TypeError as error:
        raise ValueError(f"not an event: {line[:200]}") from error
