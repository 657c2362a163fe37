"""The same recipe trained again with the next seeds, on the same split: how much of a score is luck.

The first seed's adapter is kept and its answers are the run's, whatever the others score: to pick the best by the test split would be to
learn from it. The others leave a number each.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from playground.models.cache import LocalModel
from playground.runs.events import Event, SeedEvent, StepEvent
from playground.runs.folder import RunFolder, read_json, write_json, write_text
from playground.runs.types import Result, SeveralSeeds
from playground.training import checkpoint
from playground.training.attempt import Work
from playground.training.learn import learn, set_scene
from playground.training.loop import training_arguments
from playground.training.say import Voice
from playground.training.times import attempt_seconds
from playground.training.watch import Ending

#: Inside the folder of a seed: what it came to, once it is done.
_SCORE: Final = "score.json"


class SeedVoice(Voice):
    """Tells how far a seed after the first is, and nothing that could be taken for the first one's curve."""

    def __init__(self, voice: Voice, seed: int, number: int, count: int) -> None:
        super().__init__(None)
        self._inner, self._seed, self._number, self._count = voice, seed, number, count

    def tell(self, event: Event) -> None:
        if isinstance(event, StepEvent):
            self._inner.tell(
                SeedEvent(
                    seed=self._seed, number=self._number, count=self._count, step=event.step, total_steps=event.total_steps,
                    eta_seconds=event.eta_seconds,
                )
            )  # fmt: skip


def train_others(work: Work, source: LocalModel) -> Ending | None:
    """Every seed after the first that is not done yet; None when all are.

    :raises Interrupted: if it was stopped or paused outside the training loop.
    """
    for number, place in _places(work):
        if not (place / _SCORE).is_file():
            work.check()
            work.voice.stage("training")
            ending = _train_again(work, source, number, place)
            if ending:
                return ending
    return None


def _places(work: Work) -> Iterator[tuple[int, Path]]:
    """The number of each seed after the first, counted from 1, and its folder."""
    return ((number, work.folder.seeds / str(work.recipe.seed + number - 1)) for number in range(2, work.recipe.seeds + 1))


def _train_again(work: Work, source: LocalModel, number: int, place: Path) -> Ending | None:
    gc.collect()  # or the last seed's model, held by what trained it, would lie beside this one's
    mine = _work_of(work, number, place)
    before = checkpoint.step_of(checkpoint.newest(mine.checkpoints))
    scene = set_scene(mine, source)
    progress, ending = learn(scene)
    if ending:
        return ending
    step = checkpoint.step_of(checkpoint.newest(mine.checkpoints))
    if step > before and mine.ending(2 * progress.evaluation_seconds) == "paused":
        return "paused"
    score = score_of(mine, mine.objective.answer_test(scene, mine.objective.calibrate(scene)).cells)

    def save() -> None:
        values = {"value": score, "training_seconds": progress.training_seconds, "peak_memory_mb": progress.peak_memory_mb}
        write_json(place / _SCORE, values)
        shutil.rmtree(mine.checkpoints, ignore_errors=True)

    mine.ranks.first_only(save)
    tell_score(work, number, score, step)
    return None


def _work_of(work: Work, number: int, place: Path) -> Work:
    """The same work with another seed, in a folder of its own; the time left is that of this seed and those after it."""
    recipe = replace(work.recipe, seed=work.recipe.seed + number - 1, seeds=work.recipe.seeds - number + 1)
    mine = replace(work, recipe=recipe, voice=SeedVoice(work.voice, recipe.seed, number, work.recipe.seeds), place=place)
    work.ranks.first_only(lambda: place.mkdir(parents=True, exist_ok=True))
    return replace(mine, arguments=training_arguments(mine.checkpoints, recipe, work.how))


def score_of(work: Work, cells: list[str]) -> float:
    """The task's primary metric of answers to the test split."""
    task = work.objective.task
    return task.score(work.splits.test.labels, cells).values[task.primary_metric]


def tell_score(work: Work, number: int, score: float, step: int) -> None:
    """What a seed came to, counted from 1."""
    seed, count = work.recipe.seed + number - 1, work.recipe.seeds
    work.voice.tell(SeedEvent(seed=seed, number=number, count=count, step=step, total_steps=step, eta_seconds=0.0, metric=score))


def save_first(work: Work, result: Result, score: float, step: int) -> Result:
    """The result of the first seed on disk, which is all but the last word: its adapter and answers lie in place.

    :raises OSError: if the disk is full.
    """
    first = replace(result, seeds=SeveralSeeds((work.recipe.seed,), (score,)))

    def save() -> None:
        work.folder.seeds.mkdir(exist_ok=True)
        write_text(work.folder.first, first.to_json())

    work.ranks.first_only(save)
    tell_score(work, 1, score, step)
    return first


def read_first(folder: RunFolder) -> Result | None:
    """The result of the first of several seeds; None before there is one."""
    return Result.from_json(folder.first.read_text(encoding="utf-8")) if folder.first.is_file() else None


def with_others(work: Work, first: Result) -> Result:
    """The run's result: the first seed's with the scores of all, and what all of them took."""
    assert first.seeds is not None
    others = [(read_json(place / _SCORE) or {}) for _, place in _places(work)]
    numbers = range(work.recipe.seed, work.recipe.seed + work.recipe.seeds)
    return replace(
        first,
        seeds=SeveralSeeds(tuple(numbers), (*first.seeds.values, *(float(other["value"]) for other in others))),
        total_seconds=attempt_seconds(work.folder.events),
        training_seconds=first.training_seconds + sum(float(other["training_seconds"]) for other in others),
        peak_memory_mb=max(first.peak_memory_mb, *(float(other["peak_memory_mb"]) for other in others)),
    )
