"""Whether a difference on the same held-out rows is more than luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Resamples of the test rows behind an interval; repeated with other seeds, its bounds move in the third decimal.
RESAMPLES: Final = 2000
CONFIDENCE: Final = 0.95


def bootstrap_macro_f1_difference(
    expected: Sequence[str], base: Sequence[str], tuned: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """Paired percentile-bootstrap interval (95 %; Efron & Tibshirani 1993) of macro-F1(tuned) - macro-F1(base).

    Both answers are scored on the same resampled rows. Rows with the same (label, base, tuned) are interchangeable, so a resample is a
    multinomial draw over those cells: the cost depends on the number of cells, not of rows. Labels missing from a resample are left out of
    its mean, as in ``Task.score``.

    :returns: (low, high), in macro-F1 units.
    """
    names, codes = np.unique(np.concatenate([expected, base, tuned]), return_inverse=True)
    cells, counts = np.unique(codes.reshape(3, -1), axis=1, return_counts=True)
    generator = np.random.default_rng(seed)
    one_hot = np.eye(len(names))
    parts = []
    for _ in range(0, resamples, 100):  # a hundred resamples at a time keeps the table small when there are many cells
        draws = generator.multinomial(counts.sum(), counts / counts.sum(), size=min(100, resamples)).astype(float)
        truth = one_hot[cells[0]]
        parts.append(_macro_f1(draws, truth, one_hot[cells[2]]) - _macro_f1(draws, truth, one_hot[cells[1]]))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(np.concatenate(parts), [tail, 1 - tail])
    return float(low), float(high)


def mcnemar_p_value(base_right: NDArray[np.bool_], tuned_right: NDArray[np.bool_]) -> float:
    """McNemar's exact test, two-sided: how likely is a split of the changed rows at least this uneven if neither answer were better?

    :param base_right: shape (rows,), whether the base answer is right.
    :param tuned_right: shape (rows,), whether the fine-tuned answer is right.
    """
    from statsmodels.stats.contingency_tables import mcnemar

    table = [
        [int(np.sum(base_right & tuned_right)), int(np.sum(base_right & ~tuned_right))],
        [int(np.sum(~base_right & tuned_right)), int(np.sum(~base_right & ~tuned_right))],
    ]
    return float(mcnemar(table, exact=True).pvalue)


def _macro_f1(draws: NDArray[np.float64], truth: NDArray[np.float64], answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Macro-F1 of every resample, shape (resamples,).

    :param draws: shape (resamples, cells), rows drawn from each cell.
    :param truth: shape (cells, labels), one-hot labels of the cells; ``answers`` likewise.
    """
    support, answered, hits = draws @ truth, draws @ answers, draws @ (truth * answers)
    asked = support > 0
    scores = np.divide(2 * hits, support + answered, out=np.zeros_like(hits), where=asked)
    return np.asarray(scores.sum(axis=1) / asked.sum(axis=1))
