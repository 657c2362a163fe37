"""A search begins with the recipe it is given, keeps within its time, writes everything down, and goes on where it was ended."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.launch.errands import REQUEST
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, read_json, write_json
from playground.search import SearchRequest, SearchTrial
from playground.search.record import TRIALS, read_trials
from playground.training import rehearsal
from playground.training.rehearsal import Rehearsal
from playground.training.search import search
from tests.training.conftest import MINILM, rows, small_world, splits

RECIPE = Recipe(model=MINILM, epochs=2, batch_size=4, max_length=32, lora_r=4, compute_dtype="float32")


@pytest.fixture
def tiny(tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_world(monkeypatch, tiny_models)


def ask(folder: Path, recipe: Recipe = RECIPE, *, seconds: float = 3_600.0) -> RunFolder:
    """A folder that asks for a search over epochs, of which there are few: it ends when all were tried."""
    frame = splits(rows(30))
    frame[frame["split"] != "test"].to_parquet(folder / "splits.parquet", index=False)
    request = SearchRequest(recipe=recipe, over=("epochs",), seconds=seconds, validation_rows=12)
    write_json(folder / REQUEST, request.to_values())
    return RunFolder(folder)


def trials_of(folder: RunFolder) -> tuple[SearchTrial, ...]:
    return read_trials(folder.path, RECIPE).trials


def last_event(folder: RunFolder) -> dict[str, object]:
    event: dict[str, object] = json.loads(folder.events.read_text().splitlines()[-1])
    return event


@pytest.fixture(scope="module")
def searched(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A search that came to its end."""
    with pytest.MonkeyPatch.context() as patch:
        small_world(patch, tiny_models)
        folder = ask(tmp_path_factory.mktemp("search"))
        assert search(folder.path) == 0
    return folder


def test_the_first_trial_is_the_recipe_it_begins_with_and_comes_to_its_end(searched: RunFolder) -> None:
    first = trials_of(searched)[0]
    assert (first.number, first.recipe, first.status) == (0, RECIPE, "finished")
    assert [epoch for epoch, _ in first.course] == [1.0, 2.0]


def test_only_what_may_vary_varies_and_nothing_is_tried_twice(searched: RunFolder) -> None:
    recipes = [trial.recipe for trial in trials_of(searched)]
    assert sorted(recipe.epochs for recipe in recipes) == [1, 2, 3, 4]
    assert {replace(recipe, epochs=2) for recipe in recipes} == {RECIPE}


def test_it_ends_when_nothing_new_is_left(searched: RunFolder) -> None:
    result = read_json(searched.result)
    assert result is not None
    assert result["ending"] == "exhausted"
    assert result["seconds"] >= sum(trial.seconds for trial in trials_of(searched))


@pytest.mark.usefixtures("tiny")
def test_a_trial_that_cannot_end_in_time_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.training.search.expected_seconds", lambda *_: 3_601.0)
    folder = ask(tmp_path)
    assert search(folder.path) == 0
    assert [trial.number for trial in trials_of(folder)] == [0]
    assert (read_json(folder.result) or {})["ending"] == "time"


@pytest.mark.usefixtures("tiny")
def test_it_goes_on_with_the_trials_it_has_and_tries_the_interrupted_one_again(tmp_path: Path, searched: RunFolder) -> None:
    folder = ask(tmp_path)
    lines = (searched.path / TRIALS).read_text().splitlines(keepends=True)
    second = next(place for place, line in enumerate(lines) if '"number": 1' in line)
    (folder.path / TRIALS).write_text("".join(lines[: second + 1]))
    assert search(folder.path) == 0
    before, after = trials_of(searched), trials_of(folder)
    assert after[0] == before[0]
    assert (after[1].recipe, after[1].status != "running") == (before[1].recipe, True)


@pytest.mark.usefixtures("tiny")
def test_time_too_short_for_the_first_recipe_is_told_with_how_much_it_takes(tmp_path: Path) -> None:
    folder = ask(tmp_path, seconds=0.001)
    assert search(folder.path) == 1
    event = last_event(folder)
    assert event["code"] == "search_too_short"
    assert event["facts"]["minutes"] >= 1  # type: ignore[index]
    assert trials_of(folder)[0].status == "late"


@pytest.mark.usefixtures("tiny")
def test_a_trial_that_does_not_fit_into_memory_does_not_end_the_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Rehearsal.train

    def full(self: Rehearsal, recipe: Recipe, *rest: object) -> rehearsal.Performance:
        if recipe != RECIPE:
            raise MemoryError
        return real(self, recipe, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Rehearsal, "train", full)
    folder = ask(tmp_path)
    assert search(folder.path) == 0
    assert {trial.status for trial in trials_of(folder)[1:]} == {"memory"}


@pytest.mark.usefixtures("tiny")
def test_a_wish_to_stop_is_heard(tmp_path: Path) -> None:
    folder = ask(tmp_path)
    write_json(folder.stop, {"time": 0.0})
    assert search(folder.path) == 130
    assert last_event(folder)["kind"] == "stopped"
    assert not folder.result.exists()


@pytest.mark.usefixtures("tiny")
def test_rows_that_cannot_be_learned_from_are_told(tmp_path: Path) -> None:
    folder = ask(tmp_path)
    frame = pd.read_parquet(folder.splits)
    frame[frame["split"] == "train"].to_parquet(folder.splits, index=False)
    assert search(folder.path) == 1
    assert last_event(folder)["code"] == "split_empty"
