"""Linear models on fixed features."""

from __future__ import annotations

import numpy as np

from playground.references import linear
from playground.references.linear import Cells, fit_linear, sample
from playground.tasks import get_task


def test_huge_training_splits_are_sampled_evenly() -> None:
    rows = sample(1_000_000)
    assert len(rows) == linear.MOST_ROWS
    assert rows[0] == 0
    assert rows[-1] >= 999_000
    assert sample(3) == [0, 1, 2]


def test_a_label_the_sample_lacks_is_never_answered() -> None:
    features = np.eye(2, dtype=np.float32)[[0, 1] * 4]
    model = fit_linear(get_task("text-classification"), features, features, Cells(["a", "c"] * 4, ["a", "c"] * 4, ("a", "b", "c")))
    assert set(model.scores(features).argmax(axis=1)) == {0, 2}


def test_numbers_are_learned_around_their_mean() -> None:
    features = np.linspace(-1, 1, 40, dtype=np.float32).reshape(-1, 1)
    cells = [repr(1000 + 5 * float(value)) for value in features[:, 0]]
    model = fit_linear(get_task("regression"), features, features, Cells(cells, cells, ()))
    assert model.calibration["mean"][0] == np.mean([float(cell) for cell in cells])
    found = model.scores(features)[:, 0] * model.calibration["deviation"][0] + model.calibration["mean"][0]
    np.testing.assert_allclose(found, [float(cell) for cell in cells], atol=0.1)
