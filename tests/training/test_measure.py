"""A trial times the very steps of a run at the data's real lengths, on a tiny model in which everything else is real."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
import torch

from playground.estimate import Trial
from playground.launch.errands import REQUEST
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, read_json, write_json
from playground.training.measure import _longest, _Stopwatch, measure
from playground.training.trial import trial
from tests.training.conftest import MINILM, rows


def ask(folder: Path, frame: pd.DataFrame | None = None, **settings: object) -> RunFolder:
    """A folder that asks for a trial."""
    data = folder / "data.parquet"
    (pd.DataFrame(rows(), columns=["text", "label"]) if frame is None else frame).to_parquet(data)
    recipe = Recipe(model=MINILM).with_values({"batch_size": 4, "max_length": 32, "lora_r": 4, "compute_dtype": "float32", **settings})
    write_json(folder / REQUEST, {"recipe": recipe.to_json(), "dataset": "0" * 16, "data": str(data), "most_texts": 30})
    return RunFolder(folder)


@pytest.fixture
def tiny(tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tiny_models))


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    "settings", [{}, {"method": "full", "learning_rate": 1e-4}, {"gradient_accumulation": 4, "gradient_checkpointing": True, "epochs": 9}]
)
def test_steps_answers_and_memory_are_measured(tmp_path: Path, settings: dict[str, object]) -> None:
    found = measure(ask(tmp_path, **settings))
    assert found.batch_seconds > 0
    assert found.row_seconds > 0
    assert found.start_seconds > 0
    assert found.memory_mb > 100  # of an interpreter with torch alone
    assert 0 < found.mean_tokens < found.longest_tokens <= 32


@pytest.mark.usefixtures("tiny")
def test_the_longest_training_text_counts_even_where_not_every_text_is_read(tmp_path: Path) -> None:
    frame = pd.DataFrame(rows(100), columns=["text", "label"]).assign(split=["train"] * 60 + ["validation"] * 20 + ["test"] * 20)
    frame.loc[31, "text"] = "where is my order and when is it here " * 20
    assert measure(ask(tmp_path, frame)).longest_tokens == 32


@pytest.mark.usefixtures("tiny")
def test_the_child_leaves_what_the_app_reads(tmp_path: Path) -> None:
    folder = ask(tmp_path)
    assert trial(folder.path) == 0
    values = read_json(folder.result)
    assert values is not None
    assert set(values) == {field.name for field in fields(Trial)}


def test_a_base_that_is_not_here_is_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tmp_path / "empty"))
    folder = ask(tmp_path)
    assert trial(folder.path) == 1
    assert json.loads(folder.events.read_text().splitlines()[-1])["code"] == "trial_without_model"


def test_the_longest_rows_make_the_largest_batch() -> None:
    assert _longest([3, 9, 1, 7], 2) == [1, 3]


def test_between_measured_widths_lie_straight_lines() -> None:
    watch = _Stopwatch([[0], [1], [2]], torch.device("cpu"))
    lengths = [10, 20, 40]
    watch._seconds = [1.0, 2.0, 4.0, 1.0, 2.0, 4.0, 99.0]  # the last round is not whole
    assert watch.mean([10, 30], lengths) == pytest.approx((1.0 + 3.0) / 2)
    assert watch.mean([5, 80], lengths) == pytest.approx((1.0 + 4.0) / 2)
