"""A recipe trained and scored on the validation split as a run does it, leaving nothing: no checkpoint, no adapter, no test row.

What does not change from one recipe to the next is loaded once: rows, tokens, and the base with its adapter, whose trained weights are put
back to where training starts. Whatever is frozen stays as it is, so nothing of a recipe is left for the one after it.
"""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import torch
from transformers import TrainerCallback, TrainerControl, TrainerState

from playground.data.types import SplitName
from playground.models.cache import LocalModel, fetch
from playground.models.catalogue import get_model
from playground.models.types import Model
from playground.recipe import Recipe
from playground.runs.folder import BASE, RunFolder
from playground.tasks import Task
from playground.tasks.types import lower_is_better
from playground.training.adapt import adapt, kept, restore
from playground.training.attempt import Clock, Work
from playground.training.checkpoint import Progress
from playground.training.devices import torch_device
from playground.training.load import load_base
from playground.training.loop import FineTuner, Rows, training_arguments
from playground.training.objective import Sample, Scene
from playground.training.objectives import objective_for
from playground.training.plan import evaluation_steps, plan
from playground.training.ranks import ALONE
from playground.training.say import Voice
from playground.training.start import begin
from playground.training.texts import LabelledSplits, Part, parts_of

#: The splits that are looked at before the end.
KNOWN: Final[tuple[SplitName, ...]] = ("train", "validation")
#: Settings between which the model need not be loaded anew: they change neither its shape nor where it starts.
_SAME_MODEL: Final = ("learning_rate", "epochs", "batch_size")

#: Told the epoch and the watched metric of an evaluation; says whether to give up.
OnEvaluation = Callable[[float, float], bool]


@dataclass(frozen=True, slots=True)
class Performance:
    """What a recipe came to."""

    #: The watched metric of the best evaluation; None if there was none.
    value: float | None
    #: Whether it was trained to its end: the last step, or where early stopping ended it.
    complete: bool
    #: Whether the loss was no number any more.
    diverged: bool
    seconds: float
    step_seconds: float
    evaluation_seconds: float
    out_of_memory: bool = False


#: It did not fit into memory.
OUT_OF_MEMORY: Final = Performance(None, False, False, 0.0, 0.0, 0.0, out_of_memory=True)


class Rehearsal:
    """The rows in a folder, and the base of a recipe, ready to train variants of it.

    :param folder: holds ``splits.parquet`` with training and validation rows; a wish to stop there ends the work.
    """

    def __init__(self, folder: RunFolder, recipe: Recipe, voice: Voice) -> None:
        """
        :raises PlaygroundError: if the base cannot be fetched, or the rows cannot be learned from.
        """
        self._folder, self._voice = folder, voice
        self._facts = get_model(recipe.model)
        self._objective = objective_for(recipe.task, self._facts, recipe.method)
        self._splits = read_known_splits(folder.splits, self._objective.task)
        self._device = torch_device()
        voice.stage("loading")
        self._source = _source(folder, self._facts, self._splits, recipe.seed)
        self._scene: Scene | None = None
        self._samples: dict[SplitName, list[Sample]] = {}
        self._start: dict[str, torch.Tensor] = {}

    @property
    def falls(self) -> bool:
        """Whether less is better."""
        return lower_is_better(self._objective.task.watched_metric)

    @property
    def epoch_rows(self) -> int:
        """Samples an epoch has. Known once a scene was made."""
        return len(self.rows(self._scene)) if self._scene else len(self._splits.train)

    def train(self, recipe: Recipe, on_evaluation: OnEvaluation, deadline: float | None = None) -> Performance:
        """Train ``recipe`` and score it as often as a run does.

        :param deadline: when to give up at the latest, by ``time.monotonic``.
        :raises Interrupted: if a person asked to stop.
        """
        began = time.monotonic()
        scene = self.scene(recipe)
        rows = self.rows(scene)
        per_epoch = -(-len(rows) // (recipe.batch_size * recipe.gradient_accumulation))
        course = _Course(scene, per_epoch, on_evaluation, self.falls, deadline)
        tuner = FineTuner(
            scene.model, scene.work.arguments, scene.work.objective, rows, recipe, scene.batches(), Progress(),
            scene.work.folder.checkpoints, course,
        )  # fmt: skip
        course.tuner = tuner
        tuner.train()
        progress, steps = course.progress, max(1, course.steps)
        return Performance(
            value=progress.best_metric if progress.best_step else None, complete=progress.done, diverged=course.diverged,
            seconds=time.monotonic() - began, step_seconds=course.step_seconds / steps, evaluation_seconds=progress.evaluation_seconds,
        )  # fmt: skip

    def scene(self, recipe: Recipe) -> Scene:
        """Everything in place for the first step of ``recipe``."""
        work = self._work(recipe)
        before = self._scene
        if before is not None and _shape(before.recipe) == _shape(recipe):
            restore(before.model, self._start, source="start")
            self._scene = Scene(work, before.source, before.loaded, before.model, before.samples)
            return self._scene
        before = None  # nothing of the last one is held any more
        self.make_room()
        loaded = load_base(self._source.path, self._facts, recipe, self._splits.labels, work.how, work.device, self._objective)
        model = adapt(loaded, recipe, work.how, self._objective)
        if not self._samples:
            for name in KNOWN:
                self._samples[name] = self._objective.samples(loaded, self._splits.part(name), recipe)
        scene = Scene(work, self._source, loaded, model, self._samples)
        self._objective.prepare(scene)
        begin(scene)
        self._start = {name: weight.clone() for name, weight in kept(model).items()}
        self._scene = scene
        return scene

    def make_room(self) -> None:
        """Let go of the model; the next trial loads it anew."""
        self._scene, self._start = None, {}
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _work(self, recipe: Recipe) -> Work:
        how = plan(recipe, self._device)
        torch.set_num_threads(how.threads)
        arguments = training_arguments(self._folder.checkpoints, recipe, how)
        clock = Clock(time.monotonic(), None)
        return Work(
            self._folder, recipe, self._objective, self._splits, how, ALONE, arguments, arguments.device, clock, self._voice, step=0
        )  # fmt: skip

    def rows(self, scene: Scene) -> Rows:
        """What an epoch consists of."""
        return Rows(self._objective.training_samples(scene.loaded, self._splits.train, scene.recipe, self._samples["train"]))


def read_known_splits(path: Path, task: Task) -> LabelledSplits:
    """Training and validation rows; there is no test split here, and none is missed.

    :raises RunError: "split_empty"; "labels_too_few"; "label_not_in_training".
    """
    parts, labels = parts_of(pd.read_parquet(path), task, KNOWN)
    return LabelledSplits(parts["train"], parts["validation"], Part([], [], []), labels)


def _source(folder: RunFolder, facts: Model, splits: LabelledSplits, seed: int) -> LocalModel:
    if facts.origin != "scratch":
        return fetch(facts.id)
    from playground.training.language.scratch import make_base

    place = folder.path / BASE
    if not place.is_dir():
        make_base(place, facts, splits.train.texts, seed)
    return LocalModel(place, "run", folder.path.name, "")


def _shape(recipe: Recipe) -> Recipe:
    return recipe.with_values(dict.fromkeys(_SAME_MODEL, 1))


class _Course(TrainerCallback):
    """Evaluates when a run would, and ends the training when nothing more can come of it."""

    def __init__(self, scene: Scene, per_epoch: int, on_evaluation: OnEvaluation, falls: bool, deadline: float | None) -> None:
        self.tuner: Any = None
        self.progress = Progress()
        self.diverged = False
        self.steps, self.step_seconds = 0, 0.0
        self._scene, self._per_epoch, self._tell, self._falls, self._deadline = scene, per_epoch, on_evaluation, falls, deadline
        self._due = set(evaluation_steps(per_epoch, scene.recipe.epochs))
        self._mark = time.monotonic()

    def on_train_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.tuner.model.train()
        self._mark = time.monotonic()

    def on_epoch_begin(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.tuner.sampler.set_epoch(state.global_step // self._per_epoch)

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.steps += 1
        self._scene.work.check(pause=False)
        given_up = False
        if state.global_step in self._due:
            self._count_time()
            given_up = self._evaluate(state.global_step)
            self._mark = time.monotonic()
        late = self._deadline is not None and time.monotonic() > self._deadline
        if late and not self.progress.done:
            self._count_time()
        control.should_training_stop = control.should_training_stop or self.progress.done or given_up or late

    def _count_time(self) -> None:
        """A GPU is waited for here only, not after each step."""
        self.diverged = self.diverged or not math.isfinite(float(self.tuner.step_loss))
        now = time.monotonic()
        self.step_seconds += now - self._mark
        self._mark = now

    def _evaluate(self, step: int) -> bool:
        """Score the validation split; whether to give up."""
        if self.diverged:
            return True
        began = time.monotonic()
        loss, metric = self._scene.work.objective.validate(self._scene)
        self.tuner.model.train()
        self.progress.evaluation_seconds = time.monotonic() - began
        self.progress.evaluated(step, metric, loss, lower_is_better=self._falls)
        recipe = self._scene.recipe
        patience = recipe.early_stopping_patience
        self.progress.done = step >= self._per_epoch * recipe.epochs or 0 < patience <= self.progress.without_gain
        return self._tell(round(step / self._per_epoch, 4), metric) and not self.progress.done
