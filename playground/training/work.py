"""The stages of one attempt, one after the other: load, adapt, references, train, evaluate, save."""

from __future__ import annotations

import logging
import os
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from peft import PeftModel

from playground.data.mending.augment import class_weights, repeated_rows
from playground.models.cache import LocalModel, cached, fetch
from playground.models.catalogue import get_model
from playground.models.transfer import DownloadProgress
from playground.recipe import Recipe
from playground.runs.events import DeviceEvent
from playground.runs.folder import RunFolder
from playground.runs.types import Result, Splits
from playground.runs.writer import EventWriter, stop_requested
from playground.tasks import get_task
from playground.training import basis, checkpoint
from playground.training.adapt import adapt
from playground.training.attempt import Clock, Work
from playground.training.devices import memory_peak_mb, torch_device
from playground.training.embed import Matrix
from playground.training.entry import Interrupted, Outcome
from playground.training.load import Loaded, load_base
from playground.training.loop import FineTuner, Rows, training_arguments
from playground.training.plan import evaluation_steps, plan
from playground.training.ranks import Ranks
from playground.training.reference_stage import Tokens, ask_references, tokenize
from playground.training.references import softmax
from playground.training.save import save_adapter, save_predictions, save_result
from playground.training.say import Voice
from playground.training.texts import encode, padding_token, read_splits, varied
from playground.training.times import attempt_seconds
from playground.training.watch import Ending, Surroundings, Watch


def carry_out(folder: RunFolder, writer: EventWriter | None, clock: Clock) -> Outcome:
    """One attempt, from what is on disk as far as clock and person allow.

    :raises Interrupted: if it was stopped or paused outside the training loop.
    """
    if folder.result.exists():
        return Outcome("finished")
    work = _prepare(folder, writer, clock)
    source = _get_model(work)
    work.voice.stage("loading")
    facts = get_model(work.recipe.model)
    loaded = load_base(source.path, facts, work.recipe, work.splits.labels, work.how, work.device)
    model = adapt(loaded, work.recipe, work.how)
    _tell_device(work, model, source)
    work.check(pause=False)
    tokens = tokenize(work, loaded)
    ladder = ask_references(work, loaded, model, tokens)
    progress, ending = _train(work, loaded, model, tokens)
    if ending:
        return Outcome(ending, _reached(work))
    return _conclude(work, loaded, model, tokens, ladder, progress, source)


def _prepare(folder: RunFolder, writer: EventWriter | None, clock: Clock) -> Work:
    _log_to_stderr()
    recipe = Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))
    splits = read_splits(folder.splits)
    found = torch_device()
    how = plan(recipe, found, world_size=int(os.environ.get("WORLD_SIZE", "1")))
    torch.set_num_threads(how.threads)
    arguments = training_arguments(folder.checkpoints, recipe, how)
    exchange = arguments.device if arguments.device.type == "cuda" else torch.device("cpu")
    ranks = Ranks(arguments.process_index, arguments.world_size, exchange)
    step = checkpoint.step_of(checkpoint.newest(folder.checkpoints))
    work = Work(folder, recipe, splits, how, ranks, arguments, arguments.device, clock, Voice(writer), step)
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
    """The base model's folder; one process downloads it, the others then find it."""

    def tell(progress: DownloadProgress) -> None:
        work.voice.download(progress)
        # Only the first process is here, so the others cannot be asked; the launcher ends them when it leaves.
        if stop_requested(work.folder.path):
            raise Interrupted("stopped", work.step)

    def download() -> None:
        if cached(work.recipe.model) is None:
            work.voice.stage("downloading")
            fetch(work.recipe.model, on_progress=tell)

    work.ranks.first_only(download)
    work.check(pause=False)
    return fetch(work.recipe.model)


def _tell_device(work: Work, model: PeftModel, source: LocalModel) -> None:
    trainable, total = model.get_nb_trainable_parameters()
    attention = str(model.config._attn_implementation)
    work.voice.tell(
        DeviceEvent(
            device=work.device.type, compute_dtype=work.how.dtype, world_size=work.ranks.size, attention=attention,
            model_source=source.source, trainable_parameters=trainable, total_parameters=total,
        )
    )  # fmt: skip


def _logits(work: Work, loaded: Loaded, model: PeftModel, rows: list[list[int]]) -> Matrix:
    model.eval()
    batches = work.batches(padding_token(loaded.tokenizer))
    return batches.map(rows, lambda inputs: model(**inputs).logits, len(loaded.labels))


def _train(work: Work, loaded: Loaded, model: PeftModel, tokens: Tokens) -> tuple[checkpoint.Progress, Ending | None]:
    """The training loop, from the newest checkpoint; afterwards the best weights are in place."""
    start = checkpoint.newest(work.folder.checkpoints)
    progress = checkpoint.read_progress(start)
    if not progress.done:
        work.voice.stage("training")
        ending = _loop(work, loaded, model, tokens, progress, start)
        if ending:
            return progress, ending
    checkpoint.load_best(work.folder.checkpoints, model)
    return progress, None


def _loop(work: Work, loaded: Loaded, model: PeftModel, tokens: Tokens, progress: checkpoint.Progress, start: Path | None) -> Ending | None:
    recipe, labels = work.recipe, work.splits.labels
    batches = work.batches(padding_token(loaded.tokenizer))
    task = get_task(recipe.task)

    def evaluate() -> tuple[float, float]:
        logits = _logits(work, loaded, model, tokens["validation"])
        expected = work.splits.validation.labels
        right = softmax(logits)[np.arange(len(expected)), [labels.index(label) for label in expected]]
        answers = [labels[place] for place in logits.argmax(axis=1)]
        return float(-np.log(np.maximum(right, 1e-12)).mean()), task.score(expected, answers).values[task.primary_metric]

    rows = _training_rows(work, loaded, tokens)
    steps_per_epoch = -(-len(rows) // (recipe.batch_size * work.ranks.size * recipe.gradient_accumulation))
    around = Surroundings(
        folder=work.folder.checkpoints, recipe=recipe, ranks=work.ranks, device=work.device, steps_per_epoch=steps_per_epoch,
        evaluation_steps=evaluation_steps(steps_per_epoch, recipe.epochs), evaluate=evaluate, tell=work.voice.tell,
        ending=work.ending, lazy_loss=work.how.lazy_loss,
    )  # fmt: skip
    watch = Watch(around, progress)
    watch.tuner = FineTuner(model, work.arguments, rows, recipe, batches, progress, work.folder.checkpoints, watch)
    if start and progress.evaluation_due:
        checkpoint.load_weights(start, model)
        watch.catch_up(checkpoint.step_of(start))
    if not progress.done:
        watch.tuner.train(resume_from_checkpoint=str(start) if start else None)
    return watch.ended if not progress.done else None


def _training_rows(work: Work, loaded: Loaded, tokens: Tokens) -> Rows:
    """The training split, its varied copies, and rare labels repeated or weighted, as the recipe says."""
    recipe, labels = work.recipe, work.splits.labels
    extra = varied(work.splits.train, recipe)
    encoded = [*tokens["train"], *encode(loaded.tokenizer, extra.texts, max_length=recipe.max_length, prefix=loaded.facts.prefix)]
    named = [*work.splits.train.labels, *extra.labels]
    places = repeated_rows(named) if recipe.balance == "oversample" else list(range(len(named)))
    weights = class_weights(Counter(named)) if recipe.balance == "class-weights" else {}
    numbers = [labels.index(named[place]) for place in places]
    return Rows([encoded[place] for place in places], numbers, [weights.get(label, 1.0) for label in labels])


def _reached(work: Work) -> int:
    return checkpoint.step_of(checkpoint.newest(work.folder.checkpoints))


def _conclude(
    work: Work, loaded: Loaded, model: PeftModel, tokens: Tokens, ladder: basis.Ladder, progress: checkpoint.Progress, source: LocalModel
) -> Outcome:
    """Answer the test split once, and put everything in place, the result last."""
    step = _reached(work)
    if step > work.step and work.ending(2 * progress.evaluation_seconds) == "paused":
        # This slice got somewhere; the next one begins with the test split.
        return Outcome("paused", step)
    work.voice.stage("evaluating")
    probabilities = softmax(_logits(work, loaded, model, tokens["test"]))
    work.voice.stage("saving")

    def save() -> None:
        save_adapter(work.folder, model, loaded.tokenizer, loaded.labels, loaded.facts, work.recipe, ladder.basis)
        save_predictions(work.folder, work.splits, probabilities, ladder.answers)
        save_result(work.folder, _result(work, loaded, ladder, progress, source))

    work.ranks.first_only(save)
    return Outcome("finished", step)


def _result(work: Work, loaded: Loaded, ladder: basis.Ladder, progress: checkpoint.Progress, source: LocalModel) -> Result:
    splits, recipe = work.splits, work.recipe
    return Result(
        task=recipe.task, model=recipe.model, model_source=source.source, device=work.device.type, method=recipe.method,
        quantization=recipe.quantization, compute_dtype=work.how.dtype,
        splits=Splits(len(splits.train), len(splits.validation), len(splits.test)), labels=loaded.labels,
        base=get_task(recipe.task).base_reference(loaded.labels), references=tuple(ladder.answers), best_step=progress.best_step,
        best_metric=progress.best_metric, total_seconds=attempt_seconds(work.folder.events), training_seconds=progress.training_seconds,
        samples_per_second=progress.rows / max(progress.step_seconds, 1e-9),
        peak_memory_mb=max(progress.peak_memory_mb, memory_peak_mb(work.device)), world_size=work.ranks.size,
    )  # fmt: skip
