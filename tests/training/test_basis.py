"""References kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from playground.tasks import get_task
from playground.training import basis
from playground.training.references import Embeddings
from playground.training.texts import LabelledSplits, Part

PART = Part([0, 1, 2, 3], ["money back", "where is it", "refund", "when is it here"], ["r", "d", "r", "d"])
SPLITS = LabelledSplits(PART, PART, PART, ("d", "r"))
AXES = np.eye(2, dtype=np.float32)
VECTORS = AXES[[1, 0, 1, 0]]


def test_what_was_computed_is_read_back(tmp_path: Path) -> None:
    made = basis.make_ladder(tmp_path, SPLITS, Embeddings(VECTORS, VECTORS, VECTORS, AXES), get_task("text-classification"), lambda _: None)
    found = basis.read_ladder(tmp_path)
    assert found
    assert found.answers == made.answers
    assert set(found.answers) == {"majority", "tfidf", "probe", "zero_shot"}
    np.testing.assert_array_equal(found.basis.probe.probabilities(VECTORS), made.basis.probe.probabilities(VECTORS))


def test_without_metrics_nothing_is_complete(tmp_path: Path) -> None:
    assert basis.read_ladder(tmp_path) is None


def test_vectors_of_an_unfinished_pass_are_kept_until_the_references_are_there(tmp_path: Path) -> None:
    basis.save_vectors(tmp_path, VECTORS)
    np.testing.assert_array_equal(basis.read_vectors(tmp_path, 2), VECTORS)
    basis.make_ladder(tmp_path, SPLITS, Embeddings(VECTORS, VECTORS, VECTORS, AXES), get_task("text-classification"), lambda _: None)
    assert basis.read_vectors(tmp_path, 2).shape == (0, 2)
