"""What scores mean."""

from __future__ import annotations

import numpy as np
import pytest

from playground.references.outputs import NumberOutputs, OneLabelOutputs, SeveralLabelsOutputs, best_threshold, softmax


def test_one_label_is_the_highest_score() -> None:
    outputs, scores = OneLabelOutputs(), np.array([[0.0, 2.0], [1.0, 0.0]], np.float32)
    assert outputs.cells(scores, ("x", "y"), {}) == ["y", "x"]
    assert outputs.named(scores, ("x", "y"), {})[0]["y"] == pytest.approx(outputs.confidence(scores)[0])


def test_the_linear_fit_is_that_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(0)
    features = draw.normal(size=(30, 4)).astype(np.float32)
    labels = ["a", "b"] * 15
    coefficients, intercepts = OneLabelOutputs().fit(features, labels, ("a", "b"), 1.0)
    expected = LogisticRegression(max_iter=1000).fit(features, labels).predict_proba(features)
    np.testing.assert_allclose(softmax(features @ coefficients.T + intercepts), expected, atol=1e-5)


def test_several_labels_are_those_above_their_thresholds() -> None:
    outputs, scores = SeveralLabelsOutputs(), np.array([[0.3, 2.0], [-1.0, 0.5], [0.3, 0.0]], np.float32)
    assert outputs.cells(scores, ("x", "y"), {"thresholds": [0.0, 1.0]}) == ['["x", "y"]', "[]", '["x"]']


def test_one_half_is_where_a_label_is_given() -> None:
    named = SeveralLabelsOutputs().named(np.array([[1.0, 1.1]], np.float32), ("x", "y"), {"thresholds": [1.0, 1.0]})[0]
    assert named["x"] == pytest.approx(0.5)
    assert named["y"] > 0.5


def test_a_rare_label_shares_the_threshold_of_all() -> None:
    cells = ['["a"]'] * 6 + ['["b"]'] + ["[]"] * 6
    scores = np.array([[3.0, -2.0]] * 6 + [[-3.0, -1.0]] + [[1.0, -3.0]] * 6, np.float32)
    thresholds = SeveralLabelsOutputs().calibrate(scores, cells, ("a", "b"), {})["thresholds"]
    assert thresholds[0] == pytest.approx(2.0)
    assert thresholds[1] == best_threshold(scores.ravel(), np.array([[1, 0]] * 6 + [[0, 1]] + [[0, 0]] * 6).ravel())


def test_the_best_threshold_lies_between_scores_and_near_zero() -> None:
    assert best_threshold(np.array([2.0, 1.0, -1.0]), np.array([1, 1, 0])) == 0.0
    assert best_threshold(np.array([2.0, 2.0, 2.0]), np.array([1, 0, 0])) == 1.0
    assert best_threshold(np.array([2.0]), np.array([0])) == 0.0


def test_a_number_comes_back_in_its_own_unit() -> None:
    outputs = NumberOutputs()
    scale = outputs.scale(["10", "30"])
    assert outputs.cells(np.array([[0.5]], np.float32), (), scale) == ["25.0"]
    assert outputs.named(np.array([[-1.0]], np.float32), (), scale) == [{"value": 10.0}]


def test_numbers_that_are_all_the_same_have_a_scale() -> None:
    assert NumberOutputs().scale(["4", "4"]) == {"mean": [4.0], "deviation": [1.0]}


def test_softmax_of_large_scores_is_finite() -> None:
    assert softmax(np.array([[1e4, 0.0]], np.float32)).tolist() == [[1.0, 0.0]]
