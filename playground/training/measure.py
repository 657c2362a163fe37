"""A few optimizer steps of a recipe on this machine, at the real lengths of its data: what they take, and the memory at their peak.

Everything is loaded, adapted, batched and stepped by the very code of a run. The batches are chosen instead of drawn: the longest there
is, which decides the memory, and some of usual lengths; what lies between is interpolated over the batches of a whole epoch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pandas as pd
import psutil
import torch
from transformers import TrainerCallback, TrainerControl, TrainerState

from playground.data.split import split_examples
from playground.data.types import SplitName, TaskName
from playground.errors import ModelError
from playground.estimate import Trial
from playground.launch.errands import REQUEST
from playground.models.cache import cached
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.references.linear import sample
from playground.runs.folder import RunFolder, read_json
from playground.training.adapt import adapt
from playground.training.attempt import Clock, Work
from playground.training.checkpoint import Progress
from playground.training.devices import memory_peak_mb, torch_device
from playground.training.ladder import ask_references
from playground.training.load import load_base
from playground.training.loop import FineTuner, Rows, training_arguments
from playground.training.objective import Sample, Scene, make_samples
from playground.training.objectives import objective_for
from playground.training.order import Item, epoch_batches
from playground.training.plan import plan
from playground.training.ranks import ALONE
from playground.training.say import Voice
from playground.training.texts import LabelledSplits, Part, read_splits

#: Where the widths that are timed lie among the batches of an epoch, in shares of them from short to long.
_QUANTILES: Final = (0.1, 0.5, 0.9, 1.0)
#: Seconds after which no further round of timed batches is begun, and rounds at most.
_ENOUGH_SECONDS: Final = 6.0
_ROUNDS: Final = 3


def measure(folder: RunFolder) -> Trial:
    """What the request in ``folder`` asks for.

    :raises ModelError: "trial_without_model" if the base is not on this machine: a trial downloads nothing.
    :raises PlaygroundError: for data that cannot be split, or a base that cannot be loaded.
    """
    request = read_json(folder.path / REQUEST) or {}
    asked = Recipe.from_json(str(request["recipe"]))
    most = int(request["most_texts"])
    # A step is one batch here: what is summed up before a step costs its batches and hardly more.
    recipe = replace(asked, gradient_accumulation=1, epochs=1, early_stopping_patience=0, augmentation="none", balance="none")
    scene = _scene(folder, recipe, Path(str(request["data"])), most)
    started = time.time() - psutil.Process().create_time()
    # First, as in a run: what it leaves in memory is there while training.
    before = time.perf_counter()
    ask_references(scene)
    references = time.perf_counter() - before
    row_seconds = _answer(scene)
    lengths = [len(sample) for sample in scene.samples["train"]]
    batch_seconds = _steps(scene, lengths)
    return Trial(
        start_seconds=started, references_seconds=references, rows=sum(map(len, scene.samples.values())),
        batch_seconds=batch_seconds, row_seconds=row_seconds, memory_mb=memory_peak_mb(scene.work.device),
        mean_tokens=float(np.mean(lengths)), longest_tokens=max(lengths),
    )  # fmt: skip


def _scene(folder: RunFolder, recipe: Recipe, data: Path, most: int) -> Scene:
    """The same as a run's, with at most ``most`` training rows and a batch of the others."""
    source = cached(recipe.model)
    if source is None:
        raise ModelError("trial_without_model", model=recipe.model)
    facts = get_model(recipe.model)
    objective = objective_for(recipe.task, facts, recipe.method)
    rows = split_examples(
        pd.read_parquet(data).astype("str"), validation_share=recipe.validation_share, test_share=recipe.test_share, seed=recipe.seed,
        task=cast(TaskName, objective.task.name),
    )  # fmt: skip
    rows.to_parquet(folder.splits, index=False)
    how = plan(recipe, torch_device())
    torch.set_num_threads(how.threads)
    splits = _fewer(read_splits(folder.splits, objective.task), most, how.evaluation_batch)
    folder.splits.unlink()
    arguments = training_arguments(folder.checkpoints, recipe, how)
    clock, voice = Clock(time.monotonic(), None), Voice(None)
    work = Work(folder, recipe, objective, splits, how, ALONE, arguments, arguments.device, clock, voice, 0)
    loaded = load_base(source.path, facts, recipe, splits.labels, how, work.device, objective)
    model = adapt(loaded, recipe, how, objective)
    return Scene(work, source, loaded, model, make_samples(objective, work, loaded))


def _fewer(splits: LabelledSplits, most: int, others: int) -> LabelledSplits:
    """Rows evenly over each split; the longest training text always among them."""
    longest = max(range(len(splits.train)), key=lambda row: len(splits.train.texts[row]))
    kept = sorted({*sample(len(splits.train), most), longest})
    return LabelledSplits(
        _part(splits.train, kept), _part(splits.validation, sample(len(splits.validation), others)), _part(splits.test, [0]), splits.labels
    )


def _part(part: Part, rows: Sequence[int]) -> Part:
    def of(values: Sequence[Any]) -> list[Any]:
        return [values[row] for row in rows] if values else []

    return Part(of(part.rows), of(part.texts), of(part.labels), of(part.pairs))


def _answer(scene: Scene) -> float:
    """Seconds a row takes to answer; the first pass only sets the libraries up."""
    scene.work.objective.validate(scene)
    before = time.perf_counter()
    scene.work.objective.validate(scene)
    # Before each evaluation the method contrastive reads the training rows, too.
    read: tuple[SplitName, ...] = ("validation", "train") if scene.recipe.method == "contrastive" else ("validation",)
    return (time.perf_counter() - before) / max(1, sum(len(scene.samples[name]) for name in read))


def _steps(scene: Scene, lengths: Sequence[int]) -> float:
    """Seconds a batch takes, on average over an epoch."""
    work, recipe, objective = scene.work, scene.recipe, scene.work.objective
    rows = Rows(objective.training_samples(scene.loaded, work.splits.train, recipe, scene.samples["train"]))
    batches = sorted(epoch_batches(lengths, recipe.batch_size, seed=recipe.seed, epoch=0), key=lambda batch: _width(batch, lengths))
    full = [batch for batch in batches if len(batch) == len(max(batches, key=len))]
    chosen = [full[round(share * (len(full) - 1))] for share in _QUANTILES]
    chosen[-1] = _longest(lengths, recipe.batch_size)
    watch = _Stopwatch(chosen, work.device)
    tuner = FineTuner(scene.model, work.arguments, objective, rows, recipe, scene.batches(), Progress(), work.folder.checkpoints, watch)
    watch.model = scene.model
    tuner.sampler = _Chosen([chosen[-1], *chosen * _ROUNDS], rows.samples)  # type: ignore[assignment]
    tuner.train()
    return watch.mean([_width(batch, lengths) for batch in batches], lengths)


def _width(batch: Sequence[int], lengths: Sequence[int]) -> int:
    """Tokens of its longest row."""
    return max(lengths[row] for row in batch)


def _longest(lengths: Sequence[int], batch_size: int) -> list[int]:
    """The batch that takes the most memory: the longest rows together."""
    return sorted(range(len(lengths)), key=lambda row: -lengths[row])[:batch_size]


@dataclass(slots=True)
class _Chosen:
    """A batch sampler of batches that are given."""

    batches: list[list[int]]
    samples: Sequence[Sample]
    epoch: int = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[list[Item]]:
        for batch in self.batches:
            yield [Item(row, 1 / sum(self.samples[row].size for row in batch)) for row in batch]


class _Stopwatch(TrainerCallback):
    """Times the steps after the first and ends the training when there were enough."""

    def __init__(self, chosen: Sequence[Sequence[int]], device: torch.device) -> None:
        self.model: Any = None
        self._chosen, self._device = chosen, device
        self._mark = self._begun = 0.0
        self._seconds: list[float] = []

    def on_train_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.model.train()

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        now = time.perf_counter()
        if state.global_step == 1:
            self._begun = now
        else:
            self._seconds.append(now - self._mark)
        whole_round = self._seconds and len(self._seconds) % len(self._chosen) == 0
        if whole_round and now - self._begun > _ENOUGH_SECONDS:
            control.should_training_stop = True
        self._mark = time.perf_counter()

    def mean(self, widths: Sequence[int], lengths: Sequence[int]) -> float:
        """Seconds of a batch, on average over batches of these widths: each width's median, straight lines between them."""
        places = len(self._chosen)
        rounds = np.array(self._seconds[: len(self._seconds) // places * places]).reshape(-1, places)
        by_width: dict[int, list[float]] = {}
        for batch, seconds in zip(self._chosen, rounds.T, strict=True):
            by_width.setdefault(_width(batch, lengths), []).extend(seconds.tolist())
        known = sorted(by_width)
        return float(np.interp(widths, known, [float(np.median(by_width[width])) for width in known]).mean())
