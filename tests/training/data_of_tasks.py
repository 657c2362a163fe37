"""A few rows of every task, small enough for two steps and honest enough to be learned from."""

from __future__ import annotations

import json
import random

import pandas as pd

from tests.training.conftest import rows, splits

_NAMES, _PLACES = ["anna", "boris", "chen", "dora", "emil"], ["paris", "rome", "oslo", "lima", "kyiv"]


def frame_of(task: str, count: int = 30) -> pd.DataFrame:
    """Splits as the app writes them: every fifth row is for the test, every fifth for validation."""
    return _MAKERS[task](count)


def _labelled(count: int) -> pd.DataFrame:
    return splits(rows(count))


def _pairs(count: int) -> pd.DataFrame:
    frame = _labelled(count)
    frame["text_pair"] = frame["text"].tolist()[1:] + frame["text"].tolist()[:1]
    frame["label"] = ["yes" if len(one) > len(two) else "no" for one, two in zip(frame["text"], frame["text_pair"], strict=True)]
    return frame


def _several(count: int) -> pd.DataFrame:
    frame = _labelled(count)
    polite = [["polite"] if "please" in text else [] for text in frame["text"]]
    frame["label"] = [json.dumps(sorted([label, *more])) for label, more in zip(frame["label"], polite, strict=True)]
    return frame


def _numbers(count: int) -> pd.DataFrame:
    frame = _labelled(count)
    frame["label"] = [f"{10 + len(text) / 2:.1f}" for text in frame["text"]]
    return frame


def _tagged(count: int) -> pd.DataFrame:
    draw = random.Random(1)
    pairs = []
    for number in range(count):
        name, place = draw.choice(_NAMES), draw.choice(_PLACES)
        words = ["please", "send", str(number), name, "to", "old", place, "now"]
        tags = ["O", "O", "O", "B-PER", "O", "B-LOC", "I-LOC", "O"]
        cut = 7 + number % 2
        pairs.append((json.dumps(words[:cut]), json.dumps(tags[:cut])))
    return splits(pairs)


def _text(count: int) -> pd.DataFrame:
    return splits([(f"{text} and {text}", "") for text, _ in rows(count)])


def _asked(count: int) -> pd.DataFrame:
    animals = {"cat": "meow", "dog": "woof", "cow": "moo"}
    names = sorted(animals)
    return splits([(f"{number} {names[number % 3]}", animals[names[number % 3]]) for number in range(count)])


_MAKERS = {
    "text-classification": _labelled,
    "text-pair-classification": _pairs,
    "multi-label-classification": _several,
    "regression": _numbers,
    "token-classification": _tagged,
    "language-modeling": _text,
    "generation": _asked,
}
TASKS = tuple(_MAKERS)
