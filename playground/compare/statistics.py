"""Whether a difference on the same held-out rows is more than luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from playground.tasks import Task
from playground.tasks.types import Floats

#: Resamples of the test rows behind an interval; repeated with other seeds, its bounds move in the third decimal.
RESAMPLES: Final = 2000
CONFIDENCE: Final = 0.95
#: Resamples drawn at a time, which keeps the table of draws small when there are many rows.
_BLOCK: Final = 100
#: Up to so many different rows each is drawn as often as chance wants; beyond, drawing row by row is quicker.
_FEW_CELLS: Final = 1000


@dataclass(frozen=True, slots=True)
class PairedTest:
    """A test on single rows, each answered twice."""

    #: Two-sided.
    p_value: float
    #: 1 if the tuned answers are the better ones, -1 if the base's are, 0 if neither.
    direction: int


def bootstrap_difference(
    task: Task, expected: Sequence[str], base: Sequence[str], tuned: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """Paired percentile-bootstrap interval (95 %; Efron & Tibshirani 1993) of the primary metric of ``tuned`` minus that of ``base``.

    Both answers are scored on the same resampled rows. Rows with the same (expected, base, tuned) are interchangeable, so a resample is a
    draw over those cells, and the task's metric follows from the sums of what the drawn rows contribute to it. Resamples in which the
    metric is undefined are left out.

    :returns: (low, high), in units of the metric; (0, 0) if it is undefined in every resample.
    """
    from scipy.sparse import csr_array

    cells, counts = _interchangeable(expected, base, tuned)
    # Of many classes a row contributes to three: a sparse table multiplies in time and room that do not grow with their number.
    before, after = (csr_array(task.evidence(cells[0], answers)) for answers in cells[1:])
    generator = np.random.default_rng(seed)
    parts = []
    for done in range(0, resamples, _BLOCK):
        draws = _draws(generator, counts, min(_BLOCK, resamples - done))
        parts.append(task.metric_of(draws @ after) - task.metric_of(draws @ before))
    changes = np.concatenate(parts)
    changes = changes[~np.isnan(changes)]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(changes, [tail, 1 - tail]) if len(changes) else (0.0, 0.0)
    return float(low), float(high)


def paired_test(base: Floats, tuned: Floats, *, graded: bool) -> PairedTest:
    """Whether the answers to single rows got better: McNemar for right or wrong ones, Wilcoxon for answers good to a degree.

    :param base: shape (rows,), goodness of the base's answers; ``tuned`` likewise, to the same rows.
    """
    if graded:
        return _wilcoxon(tuned - base)
    right_before, right_after = base > 0, tuned > 0
    direction = int(np.sign(int(right_after.sum()) - int(right_before.sum())))
    return PairedTest(mcnemar_p_value(right_before, right_after), direction)


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


def _draws(generator: np.random.Generator, counts: NDArray[np.int64], size: int) -> Floats:
    """How many rows of each cell are in each of ``size`` resamples, shape (size, cells)."""
    rows, cells = int(counts.sum()), len(counts)
    if cells <= _FEW_CELLS:
        return generator.multinomial(rows, counts / rows, size=size).astype(np.float64)
    drawn = np.repeat(np.arange(cells), counts)[generator.integers(0, rows, size=(size, rows))]
    drawn += cells * np.arange(size)[:, np.newaxis]
    return np.bincount(drawn.ravel(), minlength=size * cells).reshape(size, cells).astype(np.float64)


def _wilcoxon(gains: Floats) -> PairedTest:
    """Wilcoxon's signed-rank test (1945). Rows that did not change say nothing and are left out, as Wilcoxon did and McNemar does."""
    from scipy.stats import rankdata, wilcoxon

    changed = gains[gains != 0]
    if not len(changed):
        return PairedTest(1.0, 0)
    direction = int(np.sign(np.sum(np.sign(changed) * rankdata(np.abs(changed)))))
    return PairedTest(float(wilcoxon(changed).pvalue), direction)


def _interchangeable(*columns: Sequence[str]) -> tuple[list[list[str]], NDArray[np.int64]]:
    """The different rows of these columns, in order of their cells, column by column, and how often each occurs."""
    codes, names = pd.factorize(np.array([cell for column in columns for cell in column], dtype=object), sort=True)
    different, counts = np.unique(codes.reshape(len(columns), -1), axis=1, return_counts=True)
    return [[str(name) for name in names[row]] for row in different], counts
