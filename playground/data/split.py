"""Training, validation and test rows: stratified by label, with identical texts always on the same side."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from playground.data.check import SPLITTABLE_TEXTS
from playground.data.normal import normalise
from playground.data.types import SPLITS
from playground.errors import DatasetError

_TRAIN, _VALIDATION, _TEST = range(3)
#: A label with fewer different texts than this is not spread over all three.
_SPREADABLE_TEXTS: Final = 4
Integers = np.ndarray[Any, np.dtype[np.int64]]


def split_examples(examples: pd.DataFrame, *, validation_share: float, test_share: float, seed: int) -> pd.DataFrame:
    """The examples in their order as row, text, label, split; the same input and seed give the same split.

    Texts that are identical once Unicode forms, case and whitespace are unified count as one and never cross splits; shares are of
    different texts. Every label with at least three different texts of its own is in train and test both, with four in validation
    too where the shares allow; rarer labels train.

    :param examples: text and label, as the dataset store returns them.
    :param validation_share: 0 to below 1, as is ``test_share``; their sum is below 1.
    :raises DatasetError: "split_shares" if the shares leave nothing to train on, "split_impossible" if the data does.
    """
    if validation_share < 0 or test_share <= 0 or validation_share + test_share >= 1:
        raise DatasetError("split_shares", validation=validation_share, test=test_share)
    labels, names = pd.factorize(examples["label"].to_numpy(dtype=object), sort=True)
    texts, _ = pd.factorize(np.asarray(normalise(examples["text"]), dtype=object))
    if len(names) < 2:
        raise DatasetError("split_impossible", rows=len(examples), labels=len(names))
    parts = _assign(_owners(texts, labels, len(names)), len(names), (validation_share, test_share), np.random.default_rng(seed))
    parts = parts[texts]
    _check(parts, labels, validation_share, len(names))
    return pd.DataFrame(
        {
            "row": np.arange(len(examples), dtype=np.int64),
            "text": examples["text"].to_numpy(dtype=object),
            "label": examples["label"].to_numpy(dtype=object),
            "split": np.asarray(SPLITS, dtype=object)[parts],
        }
    ).astype({"text": "str", "label": "str", "split": "str"})


def _owners(texts: Integers, labels: Integers, count: int) -> Integers:
    """The label that places each text: where a text carries several labels, the one with the fewest texts, which needs it most."""
    pairs = pd.DataFrame({"text": texts, "label": labels}).drop_duplicates()
    rarity = np.bincount(pairs["label"], minlength=count)
    pairs["rarity"] = rarity[pairs["label"]]
    first = pairs.sort_values(["text", "rarity", "label"], kind="stable").drop_duplicates("text")
    owners: Integers = first["label"].to_numpy(dtype=np.int64)
    return owners


def _assign(owners: Integers, labels: int, shares: tuple[float, float], rng: np.random.Generator) -> Integers:
    """A split for each text, drawn label by label."""
    sizes = np.bincount(owners, minlength=labels)
    test = _spread(sizes, shares[1], np.where(sizes >= SPLITTABLE_TEXTS, 1, 0), np.where(sizes >= SPLITTABLE_TEXTS, sizes - 2, 0))
    room = np.where(sizes >= _SPREADABLE_TEXTS, sizes - test - 1, 0)
    validation = _spread(sizes, shares[0], np.minimum(room, 1) if shares[0] else np.zeros_like(sizes), room if shares[0] else sizes * 0)
    order = np.lexsort((rng.random(len(owners)), owners))  # by label, shuffled within
    sorted_owners = owners[order]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    place = np.arange(len(owners)) - starts[sorted_owners]
    in_test = place < test[sorted_owners]
    in_validation = ~in_test & (place < (test + validation)[sorted_owners])
    parts = np.empty(len(owners), dtype=np.int64)
    parts[order] = np.where(in_test, _TEST, np.where(in_validation, _VALIDATION, _TRAIN))
    return parts


def _spread(sizes: Integers, share: float, least: Integers, most: Integers) -> Integers:
    """Texts of each label for one split: its share rounded so that the sum is right too, within the bounds of each label."""
    exact = sizes * share
    counts: Integers = np.clip(np.floor(exact).astype(np.int64), least, most)
    missing = round(float(exact[most > 0].sum())) - int(counts.sum())
    if missing > 0:
        remainder = np.where(counts < most, exact - counts, -1.0)
        largest = np.argsort(-remainder, kind="stable")[:missing]
        counts[largest] += remainder[largest] > 0
    return counts


def _check(parts: Integers, labels: Integers, validation_share: float, count: int) -> None:
    """:raises DatasetError: "split_impossible" if a split is empty, or training would see one label only."""
    needed = {_TRAIN, _TEST} | ({_VALIDATION} if validation_share else set())
    trained = len(np.unique(labels[parts == _TRAIN]))
    if trained < 2 or not needed <= set(np.unique(parts).tolist()):
        raise DatasetError("split_impossible", rows=len(parts), labels=count)
