"""Tiny models that write, in a model cache of their own, and runs over them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from tests.fixtures_models import LLAMA, T5, TEMPLATE, make_tokenizer

__all__ = ["LLAMA", "T5", "TEMPLATE", "MakeRun", "dialogues", "make_tokenizer", "splits", "talk"]

_ANSWERS = {"cat": "meow", "dog": "woof woof", "cow": "moo"}
MakeRun = Callable[..., RunFolder]


def talk(question: str, *before: tuple[str, str]) -> str:
    """The cell of a conversation that ends with a question."""
    turns = [*before, ("user", question)]
    return json.dumps([{"role": role, "content": content} for role, content in turns])


def dialogues(count: int = 40, seed: int = 0) -> list[tuple[str, str]]:
    """Questions and the answers to learn, no question twice."""
    draw = random.Random(seed)
    found: dict[str, str] = {}
    while len(found) < count:
        animal = draw.choice(sorted(_ANSWERS))
        found[talk(f"{draw.randrange(100)} {animal}")] = _ANSWERS[animal]
    return list(found.items())


def splits(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """Every fifth row is for the test, every fifth for validation."""
    names = ["train", "train", "validation", "train", "test"]
    columns = {"row": range(len(pairs)), "text": [text for text, _ in pairs], "label": [label for _, label in pairs]}
    return pd.DataFrame(columns | {"split": [names[row % 5] for row in range(len(pairs))]})


@pytest.fixture
def make_run(tmp_path: Path, writing_models: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRun:
    """Make a prepared run; settings are recipe fields."""
    monkeypatch.setenv("PLAYGROUND_MODELS", str(writing_models))
    return _maker(tmp_path)


@pytest.fixture(scope="module")
def make_shared_run(tmp_path_factory: pytest.TempPathFactory, writing_models: Path) -> Iterator[MakeRun]:
    """The same for runs the tests of a module look at and leave as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_MODELS", str(writing_models))
        yield _maker(tmp_path_factory.mktemp("runs"))


def _maker(root: Path) -> MakeRun:
    def make(name: str = "run", frame: pd.DataFrame | None = None, model: str = LLAMA, **settings: object) -> RunFolder:
        folder = RunFolder(root / name)
        folder.path.mkdir()
        values = {
            "task": "generation", "epochs": 5, "batch_size": 8, "max_length": 64, "lora_r": 8, "compute_dtype": "float32",
            "learning_rate": 0.02, **settings,
        }  # fmt: skip
        folder.recipe.write_text(Recipe(model=model).with_values(values).to_json(), encoding="utf-8")
        (splits(dialogues()) if frame is None else frame).to_parquet(folder.splits, index=False)
        return folder

    return make
