"""Training, validation and test rows: in balance, with identical texts always on the same side; or as the data brings them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from playground.data.meaning.rows import numbers
from playground.data.split_draw import TEST, TRAIN, VALIDATION, draw, draw_sets
from playground.data.split_kinds import CLASSES, SETS, bins, keys, kinds
from playground.data.types import SPLITS, SplitName, TaskName
from playground.errors import DatasetError
from playground.words import say

Integers = np.ndarray[Any, np.dtype[np.int64]]


def split_examples(
    examples: pd.DataFrame, *, validation_share: float, test_share: float, seed: int, task: TaskName = "text-classification"
) -> pd.DataFrame:
    """The examples in their order as row, text, label (and whatever columns they have besides), split; the same input gives the same split.

    Texts that are identical once Unicode forms, case and whitespace are unified count as one and never cross splits; of pairs that is
    the pair, of tagged tokens their list, of chats all that was said up to the answer. Shares are of different texts. In balance are the
    labels; the kinds of entities; of numbers equal parts of the scale. Every label and every kind of entity with at least three different
    texts is in train and test both, with four in validation too where the shares allow (one of several labels, where their sets allow);
    rarer ones train. Answers and unlabelled texts are divided at random.

    Examples that bring a split of their own keep it, identical texts included (that they cross is a finding, not ours to hide). Only a
    validation or a test split nobody gave is taken from the training rows, in the same way.

    :param examples: text and label, as the dataset store returns them; "split" if the data brings its own.
    :param validation_share: 0 to below 1, as is ``test_share``; their sum is below 1.
    :raises DatasetError: "split_shares" if the shares leave nothing to train on; if the data does, "split_too_few" (texts),
        "split_impossible" (labels), "split_one_value" (numbers), "split_no_labels" (of several) or "split_no_entities"; for given
        splits also "split_without_train", "split_unseen_label" and "split_unseen_entity".
    """
    if validation_share < 0 or test_share <= 0 or validation_share + test_share >= 1:
        raise DatasetError("split_shares", validation=validation_share, test=test_share)
    given = set(examples["split"]) if "split" in examples else {"train"}
    if given == {"train"}:
        parts = _divide(examples, task, (validation_share, test_share), seed)
    else:
        parts = _as_given(examples, task, (validation_share, test_share), seed)
    rows = examples.drop(columns="split", errors="ignore").reset_index(drop=True)
    rows.insert(0, "row", np.arange(len(rows), dtype=np.int64))
    return rows.assign(split=np.asarray(SPLITS, dtype=object)[parts]).astype(dict.fromkeys([*rows.columns[1:], "split"], "str"))


def _divide(examples: pd.DataFrame, task: TaskName, shares: tuple[float, float], seed: int) -> Integers:
    """A split for each example, its identical texts with it; a share of 0 makes no such split."""
    texts, different = pd.factorize(np.asarray(keys(examples, task), dtype=object))
    rng = np.random.default_rng(seed)
    rows, held, names = kinds(examples["label"], task)
    if task in CLASSES and len(names) < 2:
        raise DatasetError("split_impossible", rows=len(examples), labels=len(names))
    if task in SETS:
        pairs = np.unique(np.stack([texts[rows], held], axis=1), axis=0)
        parts = draw_sets(pairs[:, 0], pairs[:, 1], len(different), shares, rng)[texts]
    else:
        if task not in CLASSES:
            held = bins(examples["label"], len(different), shares) if task == "regression" else np.zeros(len(examples), dtype=np.int64)
        count = int(held.max(initial=-1)) + 1
        parts = draw(_owners(texts, held, count), count, shares, rng)[texts]
    needed = {TRAIN, *((VALIDATION,) if shares[0] else ()), *((TEST,) if shares[1] else ())}
    if not needed <= set(np.unique(parts).tolist()):
        raise _too_few(examples, task, len(different))
    _check_learnable(examples["label"], task, parts)
    return parts


def _as_given(examples: pd.DataFrame, task: TaskName, shares: tuple[float, float], seed: int) -> Integers:
    """The splits the data brings; what is missing of validation and test is divided off the training rows."""
    given: Integers = np.array([SPLITS.index(name) for name in examples["split"]], dtype=np.int64)
    training = given == TRAIN
    if not training.any():
        raise DatasetError("split_without_train")
    missing = (0.0 if (given == VALIDATION).any() else shares[0], 0.0 if (given == TEST).any() else shares[1])
    if any(missing):
        given[training] = _divide(examples[training], task, missing, seed)
    _check_learnable(examples["label"], task, given)
    return given


def _owners(texts: Integers, held: Integers, count: int) -> Integers:
    """The kind that places each text: where a text is of several kinds, the one with the fewest texts, which needs it most."""
    pairs = pd.DataFrame({"text": texts, "kind": held}).drop_duplicates()
    rarity = np.bincount(pairs["kind"], minlength=count)
    pairs["rarity"] = rarity[pairs["kind"]]
    first = pairs.sort_values(["text", "rarity", "kind"], kind="stable").drop_duplicates("text")
    owners: Integers = first["kind"].to_numpy(dtype=np.int64)
    return owners


def _check_learnable(labels: pd.Series[str], task: TaskName, parts: Integers) -> None:
    """:raises DatasetError: if training has nothing to tell apart, or another split asks for a label that training lacks."""
    if task == "regression":
        values = np.unique(numbers(labels[parts == TRAIN]))
        if len(values) < 2:
            raise DatasetError("split_one_value", rows=len(labels), value=f"{values[0]:g}")
    rows, held, names = kinds(labels, task)
    split_of = parts[rows]
    trained = np.unique(held[split_of == TRAIN])
    if task in CLASSES and len(trained) < 2:
        raise DatasetError("split_impossible", rows=len(labels), labels=len(trained))
    if task in SETS and not len(trained):
        raise DatasetError("split_no_entities" if task == "token-classification" else "split_no_labels", rows=int((parts == TRAIN).sum()))
    for place in (VALIDATION, TEST):
        unseen = np.setdiff1d(held[split_of == place], trained)
        if len(unseen):
            code = "split_unseen_entity" if task == "token-classification" else "split_unseen_label"
            raise DatasetError(code, label=names[unseen[0]], **_both(SPLITS[place]))


def _too_few(examples: pd.DataFrame, task: TaskName, texts: int) -> DatasetError:
    if task in CLASSES:
        return DatasetError("split_impossible", rows=len(examples), labels=examples["label"].nunique())
    return DatasetError("split_too_few", rows=len(examples), texts=texts)


def _both(split: SplitName) -> dict[str, str]:
    return {"split_en": say(f"split.{split}", "en"), "split_zh": say(f"split.{split}", "zh")}
