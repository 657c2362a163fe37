"""An event as one line for a log or a terminal."""

from __future__ import annotations

from playground.runs.events import (
    CheckpointEvent,
    DeviceEvent,
    DownloadEvent,
    EvaluationEvent,
    Event,
    FailedEvent,
    ReferenceEvent,
    SeedEvent,
    SmallerPlanEvent,
    StageEvent,
    StepEvent,
    TrackingLostEvent,
)


def event_line(event: Event) -> str:
    """``event`` in words, e.g. ``step 12/120  epoch 0.80  loss 0.4120 …``; in English, as the libraries' own output beside it is."""
    match event:
        case StageEvent():
            return event.stage
        case DownloadEvent():
            total = f" of {event.total_bytes / 1e6:.0f}" if event.total_bytes else ""
            return f"  {event.source}: {event.done_bytes / 1e6:.0f}{total} MB"
        case DeviceEvent():
            processes = f", {event.world_size} processes" if event.world_size > 1 else ""
            trained = f"{event.trainable_parameters:,} of {event.total_parameters:,} parameters train"
            return f"  {event.device}, {event.compute_dtype}, {event.attention} attention{processes}; {trained}"
        case SmallerPlanEvent():
            again = ", activations computed again" if event.gradient_checkpointing else ""
            now = f"batches of {event.batch_size} x {event.gradient_accumulation}{again}"
            return f"  memory ran out with batches of {event.asked_batch_size}: trying again with {now}"
        case ReferenceEvent():
            return f"  {event.name}: {event.metric:.3f} on validation"
        case StepEvent():
            where = f"step {event.step}/{event.total_steps}  epoch {event.epoch:.2f}"
            speed = f"{event.samples_per_second:.0f} rows/s  {event.eta_seconds:.0f} s left  {event.memory_mb:.0f} MB"
            return f"  {where}  loss {event.loss:.4f}  lr {event.learning_rate:.2e}  {speed}"
        case EvaluationEvent():
            return f"  epoch {event.epoch:.2f}  validation {event.metric:.4f}  loss {event.loss:.4f}{'  best so far' if event.best else ''}"
        case SeedEvent():
            where = f"step {event.step}/{event.total_steps}  {event.eta_seconds:.0f} s left"
            return f"  seed {event.seed} ({event.number} of {event.count})  {where if event.metric is None else f'test {event.metric:.4f}'}"
        case CheckpointEvent():
            return f"  checkpoint at step {event.step}"
        case TrackingLostEvent():
            return f"  the log for {event.tool} could not be written to its end; the run went on without it"
        case FailedEvent():
            return f"failed: {event.code}"
        case _:
            return event.kind
