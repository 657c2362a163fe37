"""What a run goes on from: safetensors and JSON in a folder that is complete or absent. Nothing in it can run code when it is read."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from playground.runs.folder import read_json, write_json
from playground.training.adapt import load_trained, save_trained
from playground.training.ranks import Ranks

#: transformers reads and writes its step counter under this name.
TRAINER_STATE: Final = "trainer_state.json"
_WEIGHTS: Final = "adapter.safetensors"
_OPTIMIZER: Final = "optimizer.safetensors"
_SETTINGS: Final = "optimizer.json"
_PROGRESS: Final = "progress.json"
_BEST: Final = "best"
_COMPLETE = re.compile(r"step-(\d+)")


@dataclass(slots=True)
class Progress:
    """What training knows beyond weights and optimizer, kept across attempts."""

    #: Best evaluation so far: its step, metric and loss; step 0 before the first.
    best_step: int = 0
    best_metric: float = 0.0
    best_loss: float = float("inf")
    #: Evaluations since the best one.
    without_gain: int = 0
    #: Whether an evaluation that was due at this step is still to be made.
    evaluation_due: bool = False
    #: Whether training is over (last step made, or stopped early).
    done: bool = False
    #: Seconds of optimizer steps alone, and of steps and evaluations; training rows seen.
    step_seconds: float = 0.0
    training_seconds: float = 0.0
    rows: int = 0
    #: Seconds one evaluation took last time; 0 if unknown.
    evaluation_seconds: float = 0.0
    peak_memory_mb: float = 0.0

    def evaluated(self, step: int, metric: float, loss: float, *, lower_is_better: bool) -> bool:
        """Count an evaluation; whether it is the best so far, of equal metrics that with the smaller loss."""
        sign = -1 if lower_is_better else 1
        best = self.best_step == 0 or (sign * metric, -loss) > (sign * self.best_metric, -self.best_loss)
        if best:
            self.best_step, self.best_metric, self.best_loss, self.without_gain = step, metric, loss, 0
        else:
            self.without_gain += 1
        return best


def newest(checkpoints: Path) -> Path | None:
    """The complete checkpoint with the most steps in this folder; None without one."""
    if not checkpoints.is_dir():
        return None
    complete = [place for place in checkpoints.iterdir() if _COMPLETE.fullmatch(place.name) and (place / _PROGRESS).is_file()]
    return max(complete, key=step_of, default=None)


def step_of(checkpoint: Path | None) -> int:
    """Optimizer step a checkpoint was made after; 0 for none."""
    found = _COMPLETE.fullmatch(checkpoint.name) if checkpoint else None
    return int(found[1]) if found else 0


def write(
    checkpoints: Path, step: int, *, model: nn.Module, optimizer: torch.optim.Optimizer, scheduler: Any, scaler: Any, trainer_state: str,
    progress: Progress, ranks: Ranks,
) -> None:  # fmt: skip
    """Put a checkpoint in place by rename, then remove older ones. Called by every process; the first writes all but random states.

    :raises OSError: if the disk is full; older checkpoints are then still there.
    """
    place, part = checkpoints / f"step-{step}", checkpoints / f".step-{step}.part"
    ranks.first_only(lambda: _fresh(part))
    save_file(_random_states(), part / f"random-{ranks.rank}.safetensors")

    def first() -> None:
        save_trained(model, part / _WEIGHTS)
        _save_optimizer(part, optimizer, scheduler, scaler)
        (part / TRAINER_STATE).write_text(trainer_state, encoding="utf-8")
        write_json(part / _PROGRESS, _storable(progress))

    ranks.first_only(first)
    ranks.first_only(lambda: _replace(part, place))


def read_progress(checkpoint: Path | None) -> Progress:
    """What was known at a checkpoint; a fresh start for none."""
    if checkpoint is None:
        return Progress()
    values: dict[str, Any] = read_json(checkpoint / _PROGRESS) or {}
    if values.get("best_loss") is None:
        values["best_loss"] = float("inf")
    return Progress(**values)


def load_weights(checkpoint: Path, model: nn.Module) -> None:
    """Trained weights as they were.

    :raises ModelError: if they do not fit the model.
    """
    load_trained(model, checkpoint / _WEIGHTS)


def load_optimizer(checkpoint: Path, optimizer: torch.optim.Optimizer, scheduler: Any, scaler: Any) -> None:
    """The optimizer's moments, the schedule's place and the loss scale as they were."""
    settings = json.loads((checkpoint / _SETTINGS).read_text(encoding="utf-8"))
    state: dict[int, dict[str, Any]] = {}
    for name, tensor in load_file(checkpoint / _OPTIMIZER).items():
        number, key = name.split(".", 1)
        state.setdefault(int(number), {})[key] = tensor
    optimizer.load_state_dict({"state": state, "param_groups": settings["groups"]})
    scheduler.load_state_dict(settings["schedule"])
    if scaler is not None and settings["scaler"]:
        scaler.load_state_dict(settings["scaler"])


def load_random_states(checkpoint: Path, rank: int) -> None:
    """Torch's random streams as they were in this process (of another number of processes: as they are)."""
    path = checkpoint / f"random-{rank}.safetensors"
    if not path.is_file():
        return
    states = load_file(path)
    torch.set_rng_state(states["cpu"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state(states["cuda"])


def keep_best(checkpoints: Path, model: nn.Module) -> None:
    """Keep the trained weights as the best so far."""
    place, part = checkpoints / _BEST, checkpoints / f".{_BEST}.part"
    _fresh(part)
    save_trained(model, part / _WEIGHTS)
    _replace(part, place, others=False)


def load_best(checkpoints: Path, model: nn.Module) -> None:
    """Put the best weights back in place.

    :raises ModelError: if they do not fit the model.
    """
    load_trained(model, checkpoints / _BEST / _WEIGHTS)


def _save_optimizer(part: Path, optimizer: torch.optim.Optimizer, scheduler: Any, scaler: Any) -> None:
    values = optimizer.state_dict()
    tensors = {
        f"{number}.{key}": torch.as_tensor(value).detach().cpu().contiguous()
        for number, state in values["state"].items()
        for key, value in state.items()
        if value is not None
    }
    save_file(tensors, part / _OPTIMIZER)
    settings = {"groups": values["param_groups"], "schedule": scheduler.state_dict(), "scaler": scaler.state_dict() if scaler else None}
    write_json(part / _SETTINGS, settings)


def _random_states() -> dict[str, torch.Tensor]:
    states = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available() and torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        states["cuda"] = torch.cuda.get_rng_state()
    return states


def _storable(progress: Progress) -> Mapping[str, Any]:
    # JSON has no infinity.
    return asdict(progress) | {"best_loss": progress.best_loss if math.isfinite(progress.best_loss) else None}


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _replace(part: Path, place: Path, *, others: bool = True) -> None:
    shutil.rmtree(place, ignore_errors=True)
    part.rename(place)
    if others:
        for other in place.parent.iterdir():
            if other.name != _BEST and other != place:
                shutil.rmtree(other, ignore_errors=True)
