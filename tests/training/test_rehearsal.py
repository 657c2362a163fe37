"""A rehearsed recipe scores what a run of it scores, whatever was rehearsed before it, and never with a row of the test split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.recipe import Recipe
from playground.runs.events import EvaluationEvent
from playground.runs.folder import RunFolder
from playground.tasks import get_task
from playground.training import train
from playground.training.rehearsal import Performance, Rehearsal, read_known_splits
from playground.training.say import Voice
from tests.training.conftest import MakeRun, events_of, rows, splits
from tests.training.data_of_tasks import frame_of

Course = list[tuple[float, float]]
#: Kinds of models that are kept from one trial to the next in different ways. Seen to hold, too: dora, full, nf4, regression, entities.
KINDS: list[dict[str, object]] = [
    {"lora_dropout": 0.1, "compute_dtype": "bfloat16"},
    {"method": "contrastive"},
    {"lora_init": "pissa"},
    {"task": "language-modeling"},
]


def known(folder: RunFolder) -> RunFolder:
    """The folder of a search over the rows of a run: without those of its test split."""
    place = RunFolder(folder.path.with_name(f"{folder.path.name}-search"))
    place.path.mkdir(exist_ok=True)
    frame = pd.read_parquet(folder.splits)
    frame[frame["split"] != "test"].to_parquet(place.splits, index=False)
    return place


def rehearsed(rehearsal: Rehearsal, recipe: Recipe) -> tuple[Performance, Course]:
    course: Course = []

    def note(epoch: float, value: float) -> bool:
        course.append((epoch, value))
        return False

    return rehearsal.train(recipe, note), course


def recipe_of(folder: RunFolder) -> Recipe:
    return Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))


@pytest.mark.parametrize("settings", KINDS, ids=lambda settings: " ".join(map(str, settings.values())))
def test_it_scores_what_a_run_scores_whatever_came_before(make_run: MakeRun, settings: dict[str, object]) -> None:
    task = str(settings.get("task", "text-classification"))
    run = make_run(frame=frame_of(task), **settings)
    assert train(run.path).ending == "finished"
    told = [(event.epoch, event.metric) for event in events_of(run) if isinstance(event, EvaluationEvent)]
    recipe = recipe_of(run)
    rehearsal = Rehearsal(known(run), recipe, Voice(None))
    for other in (replace(recipe, learning_rate=4e-4, batch_size=8, epochs=1), replace(recipe, lora_r=2), recipe, recipe):
        done, course = rehearsed(rehearsal, other)
    assert course == told
    assert done.complete
    assert done.value == (min if rehearsal.falls else max)(value for _, value in told)


@pytest.fixture
def rehearsal(make_run: MakeRun) -> Rehearsal:
    run = make_run(epochs=3)
    return Rehearsal(known(run), recipe_of(run), Voice(None))


@pytest.fixture
def recipe(rehearsal: Rehearsal) -> Recipe:
    return Recipe.from_json((rehearsal_folder(rehearsal) / "recipe.json").read_text(encoding="utf-8"))


def rehearsal_folder(rehearsal: Rehearsal) -> Path:
    path = rehearsal._folder.path
    return path.with_name(path.name.removesuffix("-search"))


def test_it_ends_when_it_is_not_worth_going_on_with(rehearsal: Rehearsal, recipe: Recipe) -> None:
    done = rehearsal.train(recipe, lambda epoch, value: True)
    assert not done.complete
    assert done.value is not None


def test_it_ends_when_the_time_is_over(rehearsal: Rehearsal, recipe: Recipe) -> None:
    done = rehearsal.train(recipe, lambda epoch, value: False, deadline=0.0)
    assert (done.complete, done.value) == (False, None)
    assert done.step_seconds > 0


def test_a_loss_that_is_no_number_ends_it(rehearsal: Rehearsal, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = rehearsal.scene(recipe)
    losses: Callable[..., object] = scene.work.objective.losses
    monkeypatch.setattr(type(scene.work.objective), "losses", lambda self, *given: losses(*given) * float("nan"))  # type: ignore[operator]
    done, course = rehearsed(rehearsal, recipe)
    assert done.diverged
    assert course == []


def test_early_stopping_ends_it_as_it_ends_a_run(rehearsal: Rehearsal, recipe: Recipe) -> None:
    done, course = rehearsed(rehearsal, replace(recipe, epochs=6, early_stopping_patience=1, learning_rate=1e-6))
    assert done.complete
    assert len(course) < 6


def test_nothing_is_left_on_disk(rehearsal: Rehearsal, recipe: Recipe) -> None:
    rehearsed(rehearsal, recipe)
    assert [path.name for path in rehearsal._folder.path.rglob("*") if path.is_file()] == ["splits.parquet"]


def test_without_a_test_split_none_is_read(tmp_path: Path) -> None:
    frame = splits(rows())
    frame[frame["split"] != "test"].to_parquet(tmp_path / "splits.parquet", index=False)
    found = read_known_splits(tmp_path / "splits.parquet", get_task("text-classification"))
    assert (len(found.train), len(found.validation), len(found.test)) == (36, 12, 0)
