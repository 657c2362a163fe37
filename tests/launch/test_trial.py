"""A trial is named by what costs, kept for good, and read back as it was measured."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from playground.estimate import Trial
from playground.launch.trial import Trials, trial_key
from playground.recipe import Recipe
from tests.launch.children import CPU, GPU, Child
from tests.runs.making import until

RECIPE = Recipe(model="some/model", batch_size=8)
MEASURED = Trial(12.0, 3.0, 60, 0.5, 0.01, 900.0, 20.0, 40)
DATA = "0123456789abcdef"
ANSWERS = f"(folder / 'result.json').write_text('''{json.dumps(asdict(MEASURED))}''')"


@pytest.fixture
def trials(tmp_path: Path) -> Trials:
    return Trials(tmp_path, CPU, busy=lambda: False, command=Child(tmp_path, ANSWERS))


def measured(trials: Trials, recipe: Recipe = RECIPE) -> None:
    trials.ask(recipe, DATA, Path("data.parquet"), "ann")

    def finished() -> bool:
        trials.advance()
        return trials.state(recipe, DATA).status == "finished"

    until(finished)


def test_settings_that_cost_nothing_share_a_trial() -> None:
    same = replace(RECIPE, epochs=50, learning_rate=1e-4, seed=7, lora_alpha=64, schedule="cosine")
    assert trial_key(same, DATA, CPU) == trial_key(RECIPE, DATA, CPU)


@pytest.mark.parametrize(
    "changed",
    [{"batch_size": 16}, {"max_length": 64}, {"method": "full"}, {"quantization": "nf4"}, {"model": "other/model"}, {"optimizer": "sgd"}],
)
def test_settings_that_cost_have_trials_of_their_own(changed: dict[str, object]) -> None:
    assert trial_key(RECIPE.with_values(changed), DATA, CPU) != trial_key(RECIPE, DATA, CPU)


def test_another_device_or_other_data_is_another_trial() -> None:
    assert len({trial_key(RECIPE, DATA, CPU), trial_key(RECIPE, DATA, GPU), trial_key(RECIPE, "f" * 16, CPU)}) == 3


def test_what_was_measured_is_kept_with_its_recipe(trials: Trials, tmp_path: Path) -> None:
    assert trials.state(RECIPE, DATA).status == "none"
    measured(trials)
    assert trials.state(RECIPE, DATA).trial == MEASURED
    later = Trials(tmp_path, CPU, busy=lambda: False)
    assert list(later.finished()) == [(RECIPE, DATA, MEASURED)]


def test_the_result_of_another_version_counts_as_none(trials: Trials, tmp_path: Path) -> None:
    measured(trials)
    [result] = (tmp_path / "estimates").glob("*/result.json")
    result.write_text('{"seconds": 3}')
    assert trials.state(RECIPE, DATA).trial is None
    assert list(trials.finished()) == []
