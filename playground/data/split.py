"""Training, validation and test rows: stratified by label, with identical texts always on the same side; or as the data brings them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from playground.data.findings.common import SPLITTABLE_TEXTS
from playground.data.normal import normalise
from playground.data.types import SPLITS, SplitName
from playground.errors import DatasetError
from playground.words import say

_TRAIN, _VALIDATION, _TEST = range(3)
#: A label with fewer different texts than this is not spread over all three.
_SPREADABLE_TEXTS: Final = 4
Integers = np.ndarray[Any, np.dtype[np.int64]]


def split_examples(examples: pd.DataFrame, *, validation_share: float, test_share: float, seed: int) -> pd.DataFrame:
    """The examples in their order as row, text, label (and whatever columns they have besides), split; the same input gives the same split.

    Texts that are identical once Unicode forms, case and whitespace are unified count as one and never cross splits; shares are of
    different texts. Every label with at least three different texts of its own is in train and test both, with four in validation
    too where the shares allow; rarer labels train.

    Examples that bring a split of their own keep it, identical texts included (that they cross is a finding, not ours to hide). Only a
    validation or a test split nobody gave is taken from the training rows, in the same way.

    :param examples: text and label, as the dataset store returns them; "split" if the data brings its own.
    :param validation_share: 0 to below 1, as is ``test_share``; their sum is below 1.
    :raises DatasetError: "split_shares" if the shares leave nothing to train on, "split_impossible" if the data does; for given splits
        "split_without_train" and "split_unseen_label".
    """
    if validation_share < 0 or test_share <= 0 or validation_share + test_share >= 1:
        raise DatasetError("split_shares", validation=validation_share, test=test_share)
    given = set(examples["split"]) if "split" in examples else {"train"}
    if given == {"train"}:
        parts = _divide(examples, (validation_share, test_share), seed)
    else:
        parts = _as_given(examples, (validation_share, test_share), seed)
    rows = examples.drop(columns="split", errors="ignore").reset_index(drop=True)
    rows.insert(0, "row", np.arange(len(rows), dtype=np.int64))
    return rows.assign(split=np.asarray(SPLITS, dtype=object)[parts]).astype(dict.fromkeys([*rows.columns[1:], "split"], "str"))


def _divide(examples: pd.DataFrame, shares: tuple[float, float], seed: int) -> Integers:
    """A split for each example, its identical texts with it; a share of 0 makes no such split."""
    labels, names = pd.factorize(examples["label"].to_numpy(dtype=object), sort=True)
    texts, _ = pd.factorize(np.asarray(_keys(examples), dtype=object))
    if len(names) < 2:
        raise DatasetError("split_impossible", rows=len(examples), labels=len(names))
    parts: Integers = _assign(_owners(texts, labels, len(names)), len(names), shares, np.random.default_rng(seed))[texts]
    _check(parts, labels, shares, len(names))
    return parts


def _as_given(examples: pd.DataFrame, shares: tuple[float, float], seed: int) -> Integers:
    """The splits the data brings; what is missing of validation and test is divided off the training rows."""
    given: Integers = np.array([SPLITS.index(name) for name in examples["split"]], dtype=np.int64)
    training = given == _TRAIN
    if not training.any():
        raise DatasetError("split_without_train")
    missing = (0.0 if (given == _VALIDATION).any() else shares[0], 0.0 if (given == _TEST).any() else shares[1])
    if any(missing):
        given[training] = _divide(examples[training], missing, seed)
    _check_learnable(examples["label"], given)
    return given


def _check_learnable(labels: pd.Series[str], parts: Integers) -> None:
    """:raises DatasetError: "split_impossible" if training sees one label only, "split_unseen_label" if another split has one more."""
    trained = set(labels[parts == _TRAIN])
    if len(trained) < 2:
        raise DatasetError("split_impossible", rows=len(labels), labels=len(trained))
    for place in (_VALIDATION, _TEST):
        unseen = sorted(set(labels[parts == place]) - trained)
        if unseen:
            raise DatasetError("split_unseen_label", label=unseen[0], **_both(SPLITS[place]))


def _both(split: SplitName) -> dict[str, str]:
    return {"split_en": say(f"split.{split}", "en"), "split_zh": say(f"split.{split}", "zh")}


def _keys(examples: pd.DataFrame) -> list[str]:
    """Equal for examples that ask the same: identical texts, or identical pairs of them."""
    keys = normalise(examples["text"])
    if "text_pair" not in examples:
        return keys
    return ["\n".join(pair) for pair in zip(keys, normalise(examples["text_pair"]), strict=True)]


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
    testable = (sizes >= SPLITTABLE_TEXTS) & (shares[1] > 0)
    test = _spread(sizes, shares[1], np.where(testable, 1, 0), np.where(testable, sizes - 2, 0))
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


def _check(parts: Integers, labels: Integers, shares: tuple[float, float], count: int) -> None:
    """:raises DatasetError: "split_impossible" if a split is empty, or training would see one label only."""
    needed = {_TRAIN, *((_VALIDATION,) if shares[0] else ()), *((_TEST,) if shares[1] else ())}
    trained = len(np.unique(labels[parts == _TRAIN]))
    if trained < 2 or not needed <= set(np.unique(parts).tolist()):
        raise DatasetError("split_impossible", rows=len(parts), labels=count)
