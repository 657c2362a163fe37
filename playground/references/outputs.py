"""What a row of scores means: one label, several labels, or a number. The same for a linear model and for a fine-tuned head.

Scores are what a linear layer gives before any softmax or sigmoid, shape (rows, columns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from playground.data.meaning.cells import list_cell, listed
from playground.data.meaning.spelled import to_number

Matrix = NDArray[np.float32]
#: What answers need besides scores, by name: thresholds, or the scale of a number.
Calibration = Mapping[str, Sequence[float]]

#: A label with fewer rows in the validation split gets the threshold of all labels together: its own would fit those few.
FEWEST_FOR_A_THRESHOLD: Final = 5
#: Stands for "never" where a label has no training row to learn from.
_NEVER: Final = -1e4


class Outputs(Protocol):
    """One kind of answer that scores can stand for."""

    def width(self, labels: Sequence[str]) -> int:
        """Columns of scores."""

    def target(self, cell: str, labels: Mapping[str, int]) -> Any:
        """What a loss compares with: a place among the labels, a list of 0 and 1, a number."""

    def scale(self, cells: Sequence[str]) -> Calibration:
        """What must be known of the training split to read scores; often nothing."""

    def calibrate(self, scores: Matrix, cells: Sequence[str], labels: Sequence[str], scale: Calibration) -> Calibration:
        """``scale`` and whatever is best chosen on the validation split."""

    def cells(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[str]:
        """The answer each row stands for."""

    def confidence(self, scores: Matrix) -> list[float]:
        """Probability of each answer, 0 to 1; empty where an answer has none."""

    def named(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[dict[str, float]]:
        """Each row for a person: label -> probability; of several labels .5 is where one is given; a number under "value"."""

    def fit(self, features: Any, cells: Sequence[str], labels: Sequence[str], strength: float) -> tuple[Matrix, NDArray[np.float32]]:
        """A linear model by scikit-learn: coefficients (columns x features) and intercepts.

        :param strength: inverse of the regularisation.
        """


@dataclass(frozen=True, slots=True)
class OneLabelOutputs:
    """The label with the highest score."""

    def width(self, labels: Sequence[str]) -> int:
        return len(labels)

    def target(self, cell: str, labels: Mapping[str, int]) -> int:
        return labels[cell]

    def scale(self, cells: Sequence[str]) -> Calibration:
        return {}

    def calibrate(self, scores: Matrix, cells: Sequence[str], labels: Sequence[str], scale: Calibration) -> Calibration:
        return scale

    def cells(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[str]:
        return [labels[place] for place in scores.argmax(axis=1)]

    def confidence(self, scores: Matrix) -> list[float]:
        return softmax(scores).max(axis=1).astype(float).tolist() if len(scores) else []

    def named(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[dict[str, float]]:
        return [dict(zip(labels, row, strict=True)) for row in softmax(scores).astype(float).tolist()]

    def fit(self, features: Any, cells: Sequence[str], labels: Sequence[str], strength: float) -> tuple[Matrix, NDArray[np.float32]]:
        """Multinomial logistic regression, one row a label of the run in their order (scikit-learn keeps one row for two classes)."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=strength, max_iter=1000).fit(features, list(cells))
        coefficients, intercepts = model.coef_, model.intercept_
        if len(model.classes_) == 2:
            coefficients = np.concatenate([np.zeros_like(coefficients), coefficients])
            intercepts = np.concatenate([np.zeros_like(intercepts), intercepts])
        full, offsets = np.zeros((len(labels), coefficients.shape[1]), np.float32), np.full(len(labels), _NEVER, np.float32)
        for row, label in enumerate(model.classes_):
            place = list(labels).index(str(label))
            full[place], offsets[place] = coefficients[row], intercepts[row]
        return full, offsets


@dataclass(frozen=True, slots=True)
class SeveralLabelsOutputs:
    """Every label whose score passes a threshold of its own."""

    def width(self, labels: Sequence[str]) -> int:
        return len(labels)

    def target(self, cell: str, labels: Mapping[str, int]) -> list[float]:
        given = [0.0] * len(labels)
        for label in listed(cell) or ():
            given[labels[label]] = 1.0
        return given

    def scale(self, cells: Sequence[str]) -> Calibration:
        return {}

    def calibrate(self, scores: Matrix, cells: Sequence[str], labels: Sequence[str], scale: Calibration) -> Calibration:
        """For each label the threshold with the best F1 on these rows, or that of all labels where it has too few of them."""
        places = {label: place for place, label in enumerate(labels)}
        truth = np.array([self.target(cell, places) for cell in cells], np.float64)
        common = best_threshold(scores.ravel(), truth.ravel())
        return {
            "thresholds": [
                best_threshold(scores[:, place], truth[:, place]) if truth[:, place].sum() >= FEWEST_FOR_A_THRESHOLD else common
                for place in range(len(labels))
            ]
        }

    def cells(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[str]:
        # In float64 as in ``named``: a threshold between two neighbouring scores is no float32.
        given = scores.astype(np.float64) > np.asarray(calibration["thresholds"])
        return [list_cell([label for label, on in zip(labels, row, strict=True) if on]) for row in given]

    def confidence(self, scores: Matrix) -> list[float]:
        return []

    def named(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[dict[str, float]]:
        passed = 1 / (1 + np.exp(np.clip(np.asarray(calibration["thresholds"]) - scores.astype(np.float64), -500, 500)))
        return [dict(zip(labels, row, strict=True)) for row in passed.tolist()]

    def fit(self, features: Any, cells: Sequence[str], labels: Sequence[str], strength: float) -> tuple[Matrix, NDArray[np.float32]]:
        """A logistic regression for each label; one that every training row has, or none, is a constant."""
        from sklearn.linear_model import LogisticRegression

        places = {label: place for place, label in enumerate(labels)}
        truth = np.array([self.target(cell, places) for cell in cells])
        full, offsets = np.zeros((len(labels), features.shape[1]), np.float32), np.zeros(len(labels), np.float32)
        for place in range(len(labels)):
            if truth[:, place].min() == truth[:, place].max():
                offsets[place] = -_NEVER if truth[0, place] else _NEVER
                continue
            model = LogisticRegression(C=strength, max_iter=1000).fit(features, truth[:, place])
            full[place], offsets[place] = model.coef_[0], model.intercept_[0]
        return full, offsets


@dataclass(frozen=True, slots=True)
class NumberOutputs:
    """One number, learned in units of the training split's standard deviation around its mean."""

    def width(self, labels: Sequence[str]) -> int:
        return 1

    def target(self, cell: str, labels: Mapping[str, int]) -> float:
        return to_number(cell)

    def scale(self, cells: Sequence[str]) -> Calibration:
        numbers = np.array([to_number(cell) for cell in cells])
        return {"mean": [float(numbers.mean())], "deviation": [float(numbers.std()) or 1.0]}

    def calibrate(self, scores: Matrix, cells: Sequence[str], labels: Sequence[str], scale: Calibration) -> Calibration:
        return scale

    def cells(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[str]:
        return [repr(value) for value in self._numbers(scores, calibration)]

    def confidence(self, scores: Matrix) -> list[float]:
        return []

    def named(self, scores: Matrix, labels: Sequence[str], calibration: Calibration) -> list[dict[str, float]]:
        return [{"value": value} for value in self._numbers(scores, calibration)]

    def fit(self, features: Any, cells: Sequence[str], labels: Sequence[str], strength: float) -> tuple[Matrix, NDArray[np.float32]]:
        """Ridge regression."""
        from sklearn.linear_model import Ridge

        scale = self.scale(cells)
        numbers = (np.array([to_number(cell) for cell in cells]) - scale["mean"][0]) / scale["deviation"][0]
        model = Ridge(alpha=1 / strength).fit(features, numbers)
        return np.asarray(model.coef_, np.float32).reshape(1, -1), np.asarray([model.intercept_], np.float32)

    def _numbers(self, scores: Matrix, calibration: Calibration) -> list[float]:
        values = scores[:, 0].astype(np.float64) * calibration["deviation"][0] + calibration["mean"][0]
        return [float(value) for value in values]


#: Task name -> what its scores mean, for the tasks that answer with scores.
OUTPUTS: Final[Mapping[str, Outputs]] = {
    "text-classification": OneLabelOutputs(),
    "text-pair-classification": OneLabelOutputs(),
    "multi-label-classification": SeveralLabelsOutputs(),
    "regression": NumberOutputs(),
}


def softmax(scores: Matrix) -> Matrix:
    """Probabilities along the last axis."""
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True), np.float32)


def best_threshold(scores: NDArray[Any], truth: NDArray[Any]) -> float:
    """The cut between two scores above which "yes" gives the best F1; of equally good ones the nearest to 0; 0 without a "yes" to find."""
    if not truth.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order].astype(np.float64), np.cumsum(truth[order])
    taken = np.arange(1, len(ranked) + 1)
    f1 = 2 * hits / (taken + truth.sum())
    # A cut between equal scores is none.
    possible = np.append(ranked[:-1] > ranked[1:], True)
    below = np.append(ranked[1:], ranked[-1] - 2.0)
    cuts = (ranked + below) / 2
    best = np.flatnonzero(possible & (f1 >= f1[possible].max() - 1e-12))
    return float(cuts[best[np.abs(cuts[best]).argmin()]])
