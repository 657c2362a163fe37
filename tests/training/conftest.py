"""A run folder over a tiny model, in which everything is real but small."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.devices import find_device
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.events import Event, decode
from playground.runs.folder import RunFolder
from playground.training.objectives import objective_for

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
#: One label a text.
OBJECTIVE = objective_for("text-classification", get_model(MINILM))
_PHRASES = {
    "refund": ["i want my money back", "refund my card please", "give back the payment"],
    "delivery": ["where is my order", "the delivery is late", "when is it here"],
    "praise": ["this is great", "i love it", "works very fast"],
}

MakeRun = Callable[..., RunFolder]


def rows(count: int = 60, seed: int = 0) -> list[tuple[str, str]]:
    """Labelled texts of different lengths, none twice."""
    draw = random.Random(seed)
    found: dict[str, str] = {}
    while len(found) < count:
        label = draw.choice(sorted(_PHRASES))
        words = [draw.choice(["hi", "hello", "well", "so", "and", "but"]) for _ in range(draw.randrange(6))]
        found[" ".join([*words, draw.choice(_PHRASES[label]), *words[:2]])] = label
    return list(found.items())


def splits(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """Every fifth row is for the test, every fifth for validation."""
    names = ["train", "train", "validation", "train", "test"]
    return pd.DataFrame(
        {
            "row": range(len(pairs)),
            "text": [text for text, _ in pairs],
            "label": [label for _, label in pairs],
            "split": [names[row % 5] for row in range(len(pairs))],
        }
    )


@pytest.fixture(scope="session", autouse=True)
def _settled() -> None:
    """The Trainer looks through all objects there are for garbage, before every training; those of the libraries are here to stay."""
    import peft  # noqa: F401
    import sklearn.linear_model  # noqa: F401
    import transformers  # noqa: F401

    gc.collect()
    gc.freeze()


@pytest.fixture
def make_run(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRun:
    """Make a prepared run; settings are recipe fields."""
    small_world(monkeypatch, tiny_models)
    return _maker(tmp_path)


@pytest.fixture(scope="module")
def make_shared_run(tmp_path_factory: pytest.TempPathFactory, tiny_models: Path) -> Iterator[MakeRun]:
    """The same for a run the tests of a module look at and leave as it is: trained once, it serves all of them."""
    with pytest.MonkeyPatch.context() as patch:
        small_world(patch, tiny_models)
        yield _maker(tmp_path_factory.mktemp("runs"))


def small_world(patch: pytest.MonkeyPatch, models: Path) -> None:
    """Tiny models, computed with one thread: on such small matrices threads wait for each other most of the time."""
    patch.setenv("PLAYGROUND_MODELS", str(models))
    patch.setattr("playground.training.devices.find_device", lambda: replace(find_device(), cores=1))


def _maker(root: Path) -> MakeRun:
    def make(name: str = "run", frame: pd.DataFrame | None = None, **settings: object) -> RunFolder:
        folder = RunFolder(root / name)
        folder.path.mkdir()
        values = {"epochs": 2, "batch_size": 4, "max_length": 32, "lora_r": 4, "compute_dtype": "float32", **settings}
        folder.recipe.write_text(Recipe(model=MINILM).with_values(values).to_json(), encoding="utf-8")
        (splits(rows()) if frame is None else frame).to_parquet(folder.splits, index=False)
        return folder

    return make


def events_of(folder: RunFolder) -> list[Event]:
    """Every event of a run so far."""
    return [event for line in folder.events.read_text(encoding="utf-8").splitlines() if (event := decode(line))]
