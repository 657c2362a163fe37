"""Run folders for measurements, made from the English example file by the playground's own doors."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Final

import pandas as pd

from playground.data.infer import inspect
from playground.data.read import read_table
from playground.data.split import split_examples
from playground.data.types import ColumnChoice
from playground.recipe import Recipe

EXAMPLES: Final = Path(__file__).parents[2] / "examples"
ENGLISH: Final = EXAMPLES / "support_intents.csv"
MINILM: Final = "sentence-transformers/all-MiniLM-L6-v2"


def splits(seed: int) -> pd.DataFrame:
    """The example's rows, split by this seed."""
    inspection = inspect(read_table(ENGLISH.read_bytes(), ENGLISH.name))
    choice = inspection.choice
    assert isinstance(choice, ColumnChoice)
    frame = inspection.table.frame[[choice.text, choice.label]].set_axis(["text", "label"], axis=1)
    frame = frame[(frame["text"].str.strip() != "") & (frame["label"].str.strip() != "")].reset_index(drop=True)
    return split_examples(frame, validation_share=0.15, test_share=0.2, seed=seed)


def lengthened(frame: pd.DataFrame, words: int) -> pd.DataFrame:
    """Each text followed by others until it has this many words."""
    texts = cycle(frame["text"].tolist())
    grown = []
    for text in frame["text"]:
        pieces = text.split()
        while len(pieces) < words:
            pieces += next(texts).split()
        grown.append(" ".join(pieces[:words]))
    return frame.assign(text=grown)


def fewer(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """At most this many training rows, and few others: enough for a rate, too few for a score. Every label stays in training."""
    train = frame[frame["split"] == "train"].head(rows)
    others = frame[(frame["split"] != "train") & frame["label"].isin(set(train["label"]))].groupby("split").head(16)
    return pd.concat([train, others]).reset_index(drop=True)


def make_run(folder: Path, frame: pd.DataFrame, **settings: object) -> Path:
    """A prepared run on MiniLM."""
    folder.mkdir(parents=True)
    recipe = Recipe(model=MINILM).with_values(settings)
    (folder / "recipe.json").write_text(recipe.to_json(), encoding="utf-8")
    frame.to_parquet(folder / "splits.parquet", index=False)
    return folder
