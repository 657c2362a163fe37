"""One seed of a recipe: the base with its adapter, and the training loop that leaves the best weights in place."""

from __future__ import annotations

from pathlib import Path

from playground.models.cache import LocalModel
from playground.models.catalogue import get_model
from playground.tasks.types import lower_is_better
from playground.training import checkpoint
from playground.training.adapt import adapt
from playground.training.attempt import Work
from playground.training.load import load_base
from playground.training.loop import FineTuner, Rows
from playground.training.objective import Scene, make_samples
from playground.training.plan import evaluation_steps
from playground.training.start import as_plain, begin
from playground.training.watch import Ending, Surroundings, Watch


def set_scene(work: Work, source: LocalModel) -> Scene:
    """The base with its adapter, and every split as it reads it."""
    objective = work.objective
    loaded = load_base(source.path, get_model(work.recipe.model), work.recipe, work.splits.labels, work.how, work.device, objective)
    model = adapt(loaded, work.recipe, work.how, objective)
    return Scene(work, source, loaded, model, make_samples(objective, work, loaded))


def learn(scene: Scene) -> tuple[checkpoint.Progress, Ending | None]:
    """The training loop, from the newest checkpoint; afterwards the best weights are in place, in the form they are saved in."""
    work = scene.work
    start = checkpoint.newest(work.checkpoints)
    work.objective.prepare(scene)
    if start is None:
        begin(scene)
    progress = checkpoint.read_progress(start)
    if not progress.done:
        work.voice.stage("training")
        ending = _loop(scene, progress, start)
        if ending:
            return progress, ending
    checkpoint.load_best(work.checkpoints, scene.model)
    as_plain(scene.model)
    return progress, None


def _loop(scene: Scene, progress: checkpoint.Progress, start: Path | None) -> Ending | None:
    work, recipe, objective = scene.work, scene.recipe, scene.work.objective
    rows = Rows(objective.training_samples(scene.loaded, work.splits.train, recipe, scene.samples["train"]))
    steps_per_epoch = -(-len(rows) // (recipe.batch_size * work.ranks.size * recipe.gradient_accumulation))
    around = Surroundings(
        folder=work.checkpoints, recipe=recipe, ranks=work.ranks, device=work.device, steps_per_epoch=steps_per_epoch,
        evaluation_steps=evaluation_steps(steps_per_epoch, recipe.epochs), evaluate=lambda: objective.validate(scene),
        lower_is_better=lower_is_better(objective.task.watched_metric), tell=work.voice.tell, ending=work.ending,
        lazy_loss=work.how.lazy_loss,
    )  # fmt: skip
    watch = Watch(around, progress)
    watch.tuner = FineTuner(
        scene.model, work.arguments, objective, rows, recipe, scene.batches(), progress, work.checkpoints, watch
    )  # fmt: skip
    if start and progress.evaluation_due:
        checkpoint.load_weights(start, scene.model)
        watch.catch_up(checkpoint.step_of(start))
    if not progress.done:
        watch.tuner.train(resume_from_checkpoint=str(start) if start else None)
    return watch.ended if not progress.done else None
