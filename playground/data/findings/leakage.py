"""Splits a file brings itself: rows of one that a model would know from another, and labels it would never have seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.data.findings.common import CLASSES, Examples, about_rows, drop_rows, first_rows, fix_rows, named
from playground.data.types import SPLITS, Finding
from playground.words import Fact

Names = np.ndarray[Any, np.dtype[np.object_]]
Integers = np.ndarray[Any, np.dtype[np.int64]]


def check_leakage(examples: Examples) -> Iterator[Finding]:
    """Texts in two splits and labels that training lacks, wherever the file says which row is for what."""
    if "split" not in examples.usable:
        return
    splits = examples.usable["split"].to_numpy(dtype=object)
    if set(splits) == {"train"}:
        return
    yield from _training(examples, splits)
    yield from _leaked(examples, splits)
    yield from _unseen(examples, splits)


def _training(examples: Examples, splits: Names) -> Iterator[Finding]:
    """Nothing to train on, or nothing to tell apart in it."""
    present = [split for split in SPLITS if split in set(splits)]
    if "train" not in present:
        held = examples.usable.index[splits == "validation"]
        move = fix_rows("move_to_train", "move_to_train", held)
        yield Finding("no_training_rows", "error", {"splits": ", ".join(present)}, fixes=(move,) if move else ())
        return
    trained = examples.labels[splits == "train"] if examples.task in CLASSES else examples.labels[:0]
    if len(trained) and trained.nunique() == 1 < len(examples.counts):
        yield Finding("one_training_label", "error", {"label": str(trained.iloc[0])})


def _leaked(examples: Examples, splits: Names) -> Iterator[Finding]:
    keys = examples.keys.to_numpy()
    trained = np.unique(keys[splits == "train"])
    known = np.isin(keys, trained) & (splits != "train")
    rows = examples.usable.index[known]
    yield from about_rows("leaked_texts", "warning", rows, fix_rows("move_to_train", "move_to_train", rows), drop_rows(rows))
    alike = {key for group in examples.near if np.isin(group, trained).any() for key in group} - set(trained.tolist())
    near = examples.usable.index[np.isin(keys, list(alike)) & (splits != "train")] if alike else examples.usable.index[:0]
    yield from about_rows("nearly_leaked_texts", "info", near, fix_rows("move_to_train", "move_to_train", near), drop_rows(near))


def _unseen(examples: Examples, splits: Names) -> Iterator[Finding]:
    if examples.labels.empty or not (splits == "train").any():
        return
    split_of = examples.usable["split"].reindex(examples.labels.index).to_numpy(dtype=object)
    labels = examples.labels.to_numpy(dtype=object)
    unseen = sorted(set(labels[split_of != "train"]) - set(labels[split_of == "train"]))
    if unseen:
        rows = examples.labels.index[np.isin(labels, unseen)].unique()
        move = fix_rows("move_to_train", "move_to_train", rows)
        facts: dict[str, Fact] = {"count": len(unseen), "labels": named(unseen), "rows": len(rows)}
        fixes = tuple(fix for fix in (move, drop_rows(rows)) if fix)
        # A model has no place for a label or a kind of entity that training lacks.
        yield Finding("unseen_labels", "error", facts, first_rows(rows), fixes)
