"""The stages of one attempt, one after the other: load, adapt, references, train, evaluate, save."""

from __future__ import annotations

import logging
import os
import sys

import torch
from peft import PeftModel

from playground.models.cache import LocalModel, cached, fetch
from playground.models.catalogue import get_model
from playground.models.transfer import DownloadProgress
from playground.models.types import Model
from playground.recipe import Recipe
from playground.runs.events import DeviceEvent
from playground.runs.folder import BASE, RunFolder
from playground.runs.types import Result, Splits
from playground.runs.writer import EventWriter, stop_requested
from playground.tasks import get_task
from playground.training import checkpoint
from playground.training.attempt import Clock, Work
from playground.training.devices import memory_peak_mb, torch_device
from playground.training.entry import Interrupted, Outcome
from playground.training.ladder import Ladder, ask_references
from playground.training.learn import learn, set_scene
from playground.training.loop import training_arguments
from playground.training.objective import Scene
from playground.training.objectives import objective_for
from playground.training.plan import plan
from playground.training.ranks import Ranks
from playground.training.save import save_adapter, save_card, save_predictions, save_result
from playground.training.say import Voice
from playground.training.seeds import read_first, save_first, score_of, train_others, with_others
from playground.training.texts import read_splits
from playground.training.times import attempt_seconds
from playground.training.watch import Ending


def carry_out(folder: RunFolder, writer: EventWriter | None, clock: Clock) -> Outcome:
    """One attempt, from what is on disk as far as clock and person allow.

    :raises Interrupted: if it was stopped or paused outside the training loop.
    """
    if folder.result.exists():
        return Outcome("finished")
    work = _prepare(folder, writer, clock)
    source = _get_model(work)
    first = read_first(folder) or _first(work, source)
    if isinstance(first, str):
        return Outcome(first, _reached(work))
    if work.recipe.seeds > 1:
        ending = train_others(work, source)
        if ending:
            return Outcome(ending, _reached(work))
    work.ranks.first_only(lambda: _finish(work, first))
    return Outcome("finished", _reached(work))


def _first(work: Work, source: LocalModel) -> Result | Ending:
    """The seed whose adapter is kept: all but the last word of a run."""
    work.voice.stage("loading")
    scene = set_scene(work, source)
    _tell_device(work, scene.model, source)
    work.check(pause=False)
    ladder = ask_references(scene)
    progress, ending = learn(scene)
    return ending or _conclude(scene, ladder, progress, source)


def _prepare(folder: RunFolder, writer: EventWriter | None, clock: Clock) -> Work:
    _log_to_stderr()
    recipe = Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))
    objective = objective_for(recipe.task, get_model(recipe.model), recipe.method)
    splits = read_splits(folder.splits, objective.task)
    found = torch_device()
    how = plan(recipe, found, world_size=int(os.environ.get("WORLD_SIZE", "1")))
    torch.set_num_threads(how.threads)
    arguments = training_arguments(folder.checkpoints, recipe, how)
    exchange = arguments.device if arguments.device.type == "cuda" else torch.device("cpu")
    ranks = Ranks(arguments.process_index, arguments.world_size, exchange)
    step = checkpoint.step_of(checkpoint.newest(folder.checkpoints))
    work = Work(folder, recipe, objective, splits, how, ranks, arguments, arguments.device, clock, Voice(writer), step)
    work.check(pause=False)
    return work


def _log_to_stderr() -> None:
    logger = logging.getLogger("playground.training")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False


def _get_model(work: Work) -> LocalModel:
    """The base model's folder; one process downloads (or makes) it, the others then find it."""

    def tell(progress: DownloadProgress) -> None:
        work.voice.download(progress)
        # Only the first process is here, so the others cannot be asked; the launcher ends them when it leaves.
        if stop_requested(work.folder.path):
            raise Interrupted("stopped", work.step)

    facts = get_model(work.recipe.model)
    if facts.origin == "scratch":
        return _made_from_nothing(work, facts)

    def download() -> None:
        if cached(work.recipe.model) is None:
            work.voice.stage("downloading")
            fetch(work.recipe.model, on_progress=tell)

    work.ranks.first_only(download)
    work.check(pause=False)
    return fetch(work.recipe.model)


def _made_from_nothing(work: Work, facts: Model) -> LocalModel:
    """A base model of the person's own words, in the run's folder."""
    from playground.training.language.scratch import make_base

    place = work.folder.path / BASE

    def make() -> None:
        if not place.is_dir():
            make_base(place, facts, work.splits.train.texts, work.recipe.seed)

    work.ranks.first_only(make)
    return LocalModel(place, "run", work.folder.path.name, "")


def _tell_device(work: Work, model: PeftModel, source: LocalModel) -> None:
    trainable, total = model.get_nb_trainable_parameters()
    attention = str(model.config._attn_implementation)
    work.voice.tell(
        DeviceEvent(
            device=work.device.type, compute_dtype=work.how.dtype, world_size=work.ranks.size, attention=attention,
            model_source=source.source, trainable_parameters=trainable, total_parameters=total,
        )
    )  # fmt: skip


def _reached(work: Work) -> int:
    return checkpoint.step_of(checkpoint.newest(work.checkpoints))


def _conclude(scene: Scene, ladder: Ladder, progress: checkpoint.Progress, source: LocalModel) -> Result | Ending:
    """Answer the test split once, and put everything in place but the last word."""
    work = scene.work
    if _reached(work) > work.step and work.ending(2 * progress.evaluation_seconds) == "paused":
        return "paused"  # This slice got somewhere; the next one begins with the test split.
    work.voice.stage("evaluating")
    calibration = work.objective.calibrate(scene)
    answers = work.objective.answer_test(scene, calibration)
    work.voice.stage("saving")

    def save() -> None:
        save_adapter(work.folder, scene.model, scene.loaded, work.recipe, calibration)
        save_predictions(work.folder, work.splits.test, answers, ladder)
        work.objective.leave(scene)

    work.ranks.first_only(save)
    result = _result(scene, ladder, progress, source)
    if work.recipe.seeds == 1:
        return result
    return save_first(work, result, score_of(work, answers.cells), _reached(work))


def _finish(work: Work, first: Result) -> None:
    """The last word, once every seed is done."""
    result = with_others(work, first) if work.recipe.seeds > 1 else first
    save_card(work.folder, work.recipe, result, get_model(work.recipe.model))
    save_result(work.folder, result)


def _result(scene: Scene, ladder: Ladder, progress: checkpoint.Progress, source: LocalModel) -> Result:
    work, recipe, labels = scene.work, scene.recipe, scene.loaded.labels
    splits = Splits(len(work.splits.train), len(work.splits.validation), len(work.splits.test), work.splits.left_out)
    return Result(
        task=recipe.task, model=recipe.model, model_source=source.source, device=work.device.type, method=recipe.method,
        quantization=recipe.quantization, compute_dtype=work.how.dtype, splits=splits, labels=labels,
        base=get_task(recipe.task).base_reference(labels), references=tuple(ladder), best_step=progress.best_step,
        best_metric=progress.best_metric, total_seconds=attempt_seconds(work.folder.events), training_seconds=progress.training_seconds,
        samples_per_second=progress.rows / max(progress.step_seconds, 1e-9),
        peak_memory_mb=max(progress.peak_memory_mb, memory_peak_mb(work.device)), world_size=work.ranks.size,
    )  # fmt: skip
