"""Whether a difference on the same held-out rows is more than luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from playground.compare.types import Intervals
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


def bootstrap(
    task: Task, expected: Sequence[str], base: Sequence[str], tuned: Sequence[str], *, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, Intervals]:
    """Percentile-bootstrap intervals (95 %; Efron & Tibshirani 1993) of the task's metrics for both answers, and of the paired difference.

    Both answers are scored on the same resampled rows. Rows with the same (expected, base, tuned) are interchangeable, so a resample is a
    draw over those cells, and the task's metrics follow from the sums of what the drawn rows contribute to them. Resamples in which a
    metric is undefined are left out.

    :returns: metric -> its intervals, in units of the metric.
    """
    from scipy.sparse import csr_array

    cells, counts = _interchangeable(expected, base, tuned)
    # Of many classes a row contributes to three: a sparse table multiplies in time and room that do not grow with their number.
    before, after = (csr_array(task.evidence(cells[0], answers)) for answers in cells[1:])
    generator = np.random.default_rng(seed)
    parts: list[tuple[Mapping[str, Floats], Mapping[str, Floats]]] = []
    for done in range(0, resamples, _BLOCK):
        draws = _draws(generator, counts, min(_BLOCK, resamples - done))
        parts.append((task.metrics_of(draws @ before), task.metrics_of(draws @ after)))
    found: dict[str, Intervals] = {}
    for name in parts[0][0]:
        old, new = (np.concatenate([part[side][name] for part in parts]) for side in (0, 1))
        with np.errstate(invalid="ignore"):  # two infinite perplexities have no difference
            found[name] = Intervals(_interval(old), _interval(new), _interval(new - old))
    return found


def _interval(values: Floats) -> tuple[float, float] | None:
    """The middle 95 % of the resampled values; None if there are none."""
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
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
