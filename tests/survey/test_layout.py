"""The map: always inside its frame, always the same, and near is near."""

from __future__ import annotations

import numpy as np
import pytest

from playground.survey.layout import positions
from playground.training.embed import Matrix


def clusters(count: int) -> tuple[Matrix, np.ndarray]:
    draw = np.random.default_rng(0)
    label = np.arange(count) % 3
    return (np.eye(3, 32)[label] * 3 + 0.1 * draw.normal(size=(count, 32))).astype(np.float32), label


@pytest.mark.parametrize("count", [1, 2, 3, 4, 12, 60])
def test_any_number_of_texts_has_its_place_in_the_frame(count: int) -> None:
    placed = positions(clusters(count)[0], 5000)
    assert placed.shape == (count, 2)
    assert np.isfinite(placed).all()
    assert np.abs(placed).max() <= 1 + 1e-6


@pytest.mark.parametrize("most", [5000, 10])
def test_what_belongs_together_stands_together(most: int) -> None:
    vectors, label = clusters(60)
    placed = positions(vectors, most)
    centres = np.stack([placed[label == one].mean(axis=0) for one in range(3)])
    distances = np.linalg.norm(placed[:, None] - centres[None], axis=2)
    assert (distances.argmin(axis=1) == label).all()


def test_the_same_texts_give_the_same_map() -> None:
    vectors = clusters(40)[0]
    assert np.array_equal(positions(vectors, 5000), positions(vectors, 5000))


def test_texts_that_are_all_alike_are_placed_too() -> None:
    placed = positions(np.ones((30, 8), np.float32), 5000)
    assert np.isfinite(placed).all()
