"""The range test takes the steps of a run at rates that rise over all a recipe may have, and leaves what the app reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.launch.errands import REQUEST
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, read_json, write_json
from playground.training.rates import range_test, rates
from playground.training.rehearsal import Rehearsal
from playground.training.say import Voice
from tests.training.conftest import MINILM, rows, small_world, splits

RECIPE = Recipe(model=MINILM, epochs=2, batch_size=4, max_length=32, lora_r=4, lora_plus=4.0, compute_dtype="float32")


@pytest.fixture
def folder(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    small_world(monkeypatch, tiny_models)
    frame = splits(rows(30))
    frame[frame["split"] != "test"].to_parquet(tmp_path / "splits.parquet", index=False)
    write_json(tmp_path / REQUEST, {"recipe": RECIPE.to_json()})
    return RunFolder(tmp_path)


def test_rates_rise_over_all_a_recipe_may_have_and_the_rows_come_again(folder: RunFolder) -> None:
    found = range_test(Rehearsal(folder, RECIPE, Voice(None)), RECIPE, steps=30)
    taken = [rate for rate, _ in found.points]
    assert taken == sorted(taken)
    assert taken[0] == pytest.approx(1e-6)
    assert len(taken) == 30 or found.diverged
    assert all(loss > 0 for _, loss in found.points)


def test_the_child_leaves_what_the_app_reads(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.training.rates.STEPS", 5)
    assert rates(folder.path) == 0
    values = read_json(folder.result)
    assert values is not None
    assert set(values) == {"points", "diverged"}
    assert values["points"]


def test_what_goes_wrong_is_told(folder: RunFolder) -> None:
    folder.splits.unlink()
    assert rates(folder.path) == 1
    assert '"failed"' in folder.events.read_text().splitlines()[-1]
