"""A search is refused for what a run is refused for and for what cannot vary, takes a tested rate along, and gives way to training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.data.types import Dataset
from playground.errors import PlaygroundError
from playground.launch.searches import Searches, search_key
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.workbench import Workbench
from tests.launch.children import CPU, Child
from tests.test_workbench import ROWS

OVER = ("learning_rate", "epochs")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """A workbench whose searches wait for somebody to end them."""
    made = Workbench(tmp_path, device=CPU)
    made.searches = Searches(tmp_path, CPU, busy=lambda: False, command=Child(tmp_path, "wait_for('never')"))
    return made


@pytest.fixture
def dataset(bench: Workbench) -> Dataset:
    return bench.keep(bench.inspect(ROWS.encode(), "rows.csv"), "ann")


@pytest.fixture
def recipe(bench: Workbench, dataset: Dataset) -> Recipe:
    return bench.preset("quick", dataset)


def refused(bench: Workbench, dataset: Dataset, recipe: Recipe, *, over: tuple[str, ...] = OVER, minutes: float = 5) -> str:
    with pytest.raises(PlaygroundError) as error:
        bench.start_search(dataset.fingerprint, recipe, "ann", over=over, minutes=minutes)
    assert error.value.remedy("zh")
    return error.value.code


def test_a_search_has_all_rows_but_those_of_the_test_split_as_a_run_splits_them(
    bench: Workbench, dataset: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(bench.queue, "advance", lambda: None)  # the run is made, and nothing trains
    bench.start_search(dataset.fingerprint, recipe, "ann", over=OVER, minutes=5)
    folder = RunFolder(bench.home / "searches" / search_key("ann", dataset.fingerprint))
    given = pd.read_parquet(folder.splits)
    run = bench.start(dataset.fingerprint, recipe, "ann")
    whole = pd.read_parquet(RunFolder(run.folder).splits)
    assert given.reset_index(drop=True).equals(whole[whole["split"] != "test"].reset_index(drop=True))
    assert set(given["split"]) == {"train", "validation"}
    request = bench.search(dataset.fingerprint, "ann").request
    assert request is not None
    assert (request.seconds, request.validation_rows) == (300, int((whole["split"] == "validation").sum()))
    bench.stop_search(dataset.fingerprint, "ann")


def test_what_cannot_be_searched_is_refused_with_a_reason(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    assert refused(bench, dataset, recipe, over=()) == "search_nothing"
    assert refused(bench, dataset, recipe, over=("seed",)) == "search_setting"
    assert refused(bench, dataset, replace(recipe, method="head"), over=("lora_r",)) == "search_method"
    assert refused(bench, dataset, recipe, minutes=0) == "search_minutes"
    assert refused(bench, dataset, replace(recipe, processes=2)) == "search_processes"
    assert refused(bench, dataset, replace(recipe, lora_r=0)) == "recipe"


def test_another_owner_has_no_search_on_it(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    with pytest.raises(PlaygroundError) as error:
        bench.start_search(dataset.fingerprint, recipe, "bob", over=OVER, minutes=5)
    assert error.value.code == "not_found"


def test_a_tested_rate_is_taken_along(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    folder = bench.home / "rates" / bench.range_tests.key(recipe, dataset.fingerprint)
    folder.mkdir(parents=True)
    points = [[10 ** (-6 + place / 20), 1.0 if place < 50 else 0.2] for place in range(100)]
    (folder / "request.json").write_text("{}")
    (folder / "result.json").write_text(json.dumps({"points": points, "diverged": False}))
    bench.start_search(dataset.fingerprint, recipe, "ann", over=OVER, minutes=5)
    request = bench.search(dataset.fingerprint, "ann").request
    assert request is not None
    assert request.rate == bench.rates(dataset.fingerprint, recipe).suggestion is not None
    bench.stop_search(dataset.fingerprint, "ann")


def test_it_ends_for_a_run_that_starts(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    bench.start_search(dataset.fingerprint, recipe, "ann", over=OVER, minutes=5)
    assert bench.trying
    bench.pause_search()
    assert not bench.trying
    assert bench.search(dataset.fingerprint, "ann").status == "waiting"
    bench.stop_search(dataset.fingerprint, "ann")
