"""Regression: one text or a pair in, a number out (a rating, a likeness, a price)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import numpy as np

from playground.data.meaning.spelled import to_number
from playground.tasks.types import Floats, Metrics, ModelKind, Reference, require_pairs

#: A spread below this share of a column's own squares is rounding: the column is constant.
_CONSTANT: Final = 1e-12


class Regression:
    """The ``Task`` for numbers, scored by Pearson's correlation, which does not depend on the unit.

    Answers that are all the same correlate with nothing; that is defined as 0 here, so that the mean of the training split, which is
    such an answer, can stand on the ladder.
    """

    name: ClassVar[str] = "regression"
    kinds: ClassVar[tuple[ModelKind, ...]] = ("encoder",)
    primary_metric: ClassVar[str] = "pearson"
    watched_metric: ClassVar[str] = "pearson"
    references: ClassVar[tuple[Reference, ...]] = ("mean", "tfidf", "probe")
    graded: ClassVar[bool] = True
    perfect: ClassVar[float] = 0.0

    def labels(self, cells: Sequence[str]) -> tuple[str, ...]:
        """None: the model's one output is the number."""
        return ()

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """Always "probe": an untrained model says no numbers."""
        return "probe"

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """Pearson, Spearman (scipy; both -1 to 1, and 0 where one side is constant) and the mean absolute error in the data's own unit.

        :raises ValueError: if the two differ in length or are empty, or a cell is no number.
        """
        from scipy.stats import spearmanr

        truth, answered = numbers(expected), numbers(answers)
        found = self.metrics_of(self.evidence(expected, answers).sum(axis=0, keepdims=True))
        varied = bool(np.ptp(truth)) and bool(np.ptp(answered))
        values = {
            "pearson": float(np.nan_to_num(found["pearson"][0])),
            "spearman": float(spearmanr(truth, answered).statistic) if varied else 0.0,
            "mae": float(found["mae"][0]),
        }
        return Metrics(values, {})

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """1, x, y, xx, yy and xy of each row: all that Pearson's correlation needs. Then the absolute error; shape (rows, 7).

        x is the expected number and y the answer, both counted from the mean of the expected ones: it leaves the correlation as it is, and
        sums of squares of large numbers (years, prices) would lose their last digits.
        """
        require_pairs(expected, answers)
        x, y = numbers(expected), numbers(answers)
        x, y = x - x.mean(), y - x.mean()
        return np.stack([np.ones_like(x), x, y, x * x, y * y, x * y, np.abs(x - y)], axis=1)

    def metrics_of(self, sums: Floats) -> Mapping[str, Floats]:
        """Pearson's correlation; 0 where the answers are constant, undefined where the expected numbers are. And the mean absolute error.

        Spearman's correlation does not follow from sums.
        """
        n, x, y, xx, yy, xy, off = sums.T
        n = np.maximum(n, 1)
        spread_x, spread_y, both = xx - x * x / n, yy - y * y / n, xy - x * y / n
        varies_x, varies_y = spread_x > _CONSTANT * xx, spread_y > _CONSTANT * yy
        scale = np.sqrt(np.where(varies_x & varies_y, spread_x * spread_y, 1.0))
        pearson = np.where(varies_x, np.where(varies_y, np.clip(both / scale, -1, 1), 0.0), np.nan)
        return {"pearson": pearson, "mae": off / n}

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """Minus the absolute error."""
        require_pairs(expected, answers)
        return -np.abs(numbers(expected) - numbers(answers))

    def shown(self, cell: str) -> float:
        """The number."""
        return float(numbers([cell])[0])


def numbers(cells: Sequence[str]) -> Floats:
    """The numbers that cells spell, as people write them or as Python does.

    :raises ValueError: if one spells none.
    """
    return np.array([_number(cell) for cell in cells], dtype=np.float64)


def _number(cell: str) -> float:
    value = to_number(cell)
    if math.isnan(value):
        raise ValueError(f"no number: {cell[:80]}")
    return value
