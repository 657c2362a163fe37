"""References kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from playground.tasks import Reference
from playground.training import ladder

CELLS: dict[Reference, list[str]] = {"zero_shot": ["r", "d"], "majority": ["d", "d"]}
VECTORS = np.eye(2, dtype=np.float32)[[1, 0, 1, 0]]


def test_what_was_asked_is_read_back_in_its_order(tmp_path: Path) -> None:
    ladder.write_ladder(tmp_path, CELLS, {"zero_shot": 0.5, "majority": None})
    found = ladder.read_ladder(tmp_path)
    assert found == CELLS
    assert list(found) == list(CELLS)


def test_without_metrics_nothing_is_complete(tmp_path: Path) -> None:
    ladder.folder(tmp_path)
    assert ladder.read_ladder(tmp_path) is None


def test_vectors_of_an_unfinished_pass_are_kept_until_the_references_are_there(tmp_path: Path) -> None:
    ladder.save_vectors(tmp_path, VECTORS)
    np.testing.assert_array_equal(ladder.read_vectors(tmp_path, 2), VECTORS)
    ladder.write_ladder(tmp_path, CELLS, {})
    assert ladder.read_vectors(tmp_path, 2).shape == (0, 2)
