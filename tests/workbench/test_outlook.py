"""Before Start the workbench knows what was measured, asks for what is not known, and gives way to training."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from playground.data.types import Dataset
from playground.devices import Device
from playground.estimate import Room, Trial
from playground.launch.errands import REQUEST
from playground.launch.trial import trial_key
from playground.recipe import Recipe
from playground.workbench import Workbench, outlook
from tests.test_workbench import CPU, ROWS

#: As measured on a slow machine with little memory.
TRIAL = Trial(
    start_seconds=30.0, references_seconds=4.0, rows=400, batch_seconds=2.0,
    row_seconds=0.05, memory_mb=5_000.0, mean_tokens=10.0, longest_tokens=16,
)  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path, device=CPU)


@pytest.fixture
def dataset(bench: Workbench) -> Dataset:
    return bench.keep(bench.inspect(ROWS.encode(), "rows.csv"), "ann")


@pytest.fixture
def recipe(bench: Workbench, dataset: Dataset) -> Recipe:
    return bench.preset("quick", dataset)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Says whether the base model is on this machine."""
    return lambda there: monkeypatch.setattr(outlook, "cached", lambda model_id: object() if there else None)


def tried(bench: Workbench, recipe: Recipe, dataset: Dataset, trial: Trial = TRIAL, device: Device = CPU) -> None:
    """Leave what a finished trial leaves."""
    folder = bench.home / "estimates" / trial_key(recipe, dataset.fingerprint, device)
    folder.mkdir(parents=True)
    (folder / REQUEST).write_text(json.dumps({"recipe": recipe.to_json(), "dataset": dataset.fingerprint, "owner": "ann", "asked": 1.0}))
    (folder / "result.json").write_text(json.dumps(asdict(trial)))


def test_without_anything_measured_the_formula_speaks(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    assert bench.outlook(recipe, dataset).estimate.ground == "formula"
    assert bench.estimate(recipe, dataset) == bench.outlook(recipe, dataset).estimate


def test_a_trial_of_this_very_recipe_is_believed(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    tried(bench, recipe, dataset)
    found = bench.outlook(replace(recipe, epochs=3, learning_rate=1e-4), dataset)
    assert found.estimate.ground == "measured"
    assert found.estimate.memory_mb == pytest.approx(5_000.0, rel=0.1)
    assert found.trial.status == "finished"


def test_a_trial_of_another_recipe_corrects_the_formula(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    before = bench.estimate(recipe, dataset)
    tried(bench, replace(recipe, batch_size=8), dataset)
    after = bench.estimate(recipe, dataset)
    assert after.ground == "alike"
    assert after.seconds > before.seconds
    assert after.memory_mb > before.memory_mb


def test_what_is_not_known_is_asked_for_in_the_background(
    bench: Workbench, dataset: Dataset, recipe: Recipe, here: Callable[[bool], None]
) -> None:  # fmt: skip
    here(True)
    bench.look_ahead(recipe, dataset, "ann")
    found = bench.outlook(recipe, dataset)
    assert (found.trial.status, found.references.status) == ("waiting", "waiting")
    assert bench.found_out(found.keys) == ("waiting", "waiting")


def test_a_base_that_would_have_to_be_fetched_is_not_tried(
    bench: Workbench, dataset: Dataset, recipe: Recipe, here: Callable[[bool], None]
) -> None:  # fmt: skip
    here(True)
    bench.look_ahead(recipe, dataset, "ann")
    here(False)
    other = replace(recipe, model="intfloat/multilingual-e5-small")
    bench.look_ahead(other, dataset, "ann")
    assert bench.outlook(other, dataset).trial.status == "none"
    assert bench.outlook(recipe, dataset).trial.status == "none"  # given up with the recipe it was for


def test_too_little_memory_is_said_with_what_helps(
    bench: Workbench, dataset: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(outlook, "find_room", lambda device, home: Room(memory_mb=900.0, disk_mb=5.0))
    large = replace(recipe, method="lora", max_length=512, batch_size=64)
    long = replace(dataset, mean_characters=1_500.0, long_characters=3_000.0)
    found = bench.outlook(large, long)
    assert found.fit == "too_large"
    assert "smaller_batch" in [remedy.code for remedy in found.remedies]
    assert found.disk_full


def test_what_trains_now_does_not_count_as_taken(
    tmp_path: Path, bench: Workbench, dataset: Dataset, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(outlook, "find_room", lambda device, home: Room(memory_mb=300.0, disk_mb=50_000.0))
    assert bench.outlook(recipe, dataset).fit == "too_large"
    training = outlook.OutlookDoors(tmp_path, CPU, bench.runs, bench.datasets, lambda: True)
    assert training.outlook(recipe, dataset).fit == "fits"


def test_with_enough_memory_nothing_is_offered(bench: Workbench, dataset: Dataset, recipe: Recipe) -> None:
    found = bench.outlook(recipe, dataset)
    assert (found.fit, found.remedies) == ("fits", ())
    assert not found.disk_full


def test_a_trial_that_ran_out_of_memory_says_that_it_does_not_fit(
    bench: Workbench, dataset: Dataset, recipe: Recipe, here: Callable[[bool], None]
) -> None:  # fmt: skip
    here(True)
    bench.look_ahead(recipe, dataset, "ann")
    folder = bench.home / "estimates" / trial_key(recipe, dataset.fingerprint, CPU)
    (folder / "launch.json").write_text('{"argv": [], "pid": 4194311, "start_time": 1.0, "attempt": 1, "launched": 1.0}')
    (folder / "events.jsonl").write_text('{"kind": "failed", "time": 2.0, "code": "out_of_memory", "facts": {}}\n')
    found = bench.outlook(recipe, dataset)
    assert found.trial.status == "failed"
    assert found.fit == "too_large"
