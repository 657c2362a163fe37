"""The nouns of a comparison: base and fine-tuned answers on the same held-out rows, and what may be concluded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from playground.runs.types import SeveralSeeds
from playground.tasks.types import Metrics

Outcome = Literal["better", "worse", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Intervals:
    """How far one metric may be off: 95 % intervals from the same resamples of the rows. None where it is undefined in every one."""

    base: tuple[float, float] | None
    tuned: tuple[float, float] | None
    #: Of tuned minus base.
    change: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the fine-tune helped, as far as the held-out rows can tell."""

    outcome: Outcome
    #: Primary metric the verdict is about, and its value for base and fine-tuned.
    metric: str
    base: float
    tuned: float
    #: Paired bootstrap interval (95 %) of ``delta``, tuned minus base.
    low: float
    high: float
    #: Two-sided: McNemar's exact test on which rows are right; Wilcoxon's signed-rank test where answers are good to a degree.
    p_value: float
    #: Held-out rows.
    rows: int

    @property
    def delta(self) -> float:
        """Tuned minus base in the primary metric; a gain is negative where lower is better."""
        return self.tuned - self.base


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One held-out row with both answers, as the cells of its task (``tasks.types``)."""

    text: str
    label: str
    base: str
    tuned: str
    #: Goodness of the tuned answer minus that of the base answer.
    gain: float = 0.0
    #: The second text of a pair, else "".
    text_pair: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything the Compare tab and ``train --json`` say about a finished run."""

    task: str
    primary_metric: str
    #: The reference shown as base, and its scores.
    base_name: str
    base: Metrics
    tuned: Metrics
    #: Reference name -> scores, weakest kind first.
    references: Mapping[str, Metrics]
    verdict: Verdict
    #: Metric name -> its intervals, for every metric that follows from sums over rows (``tasks.types.Task.metrics_of``).
    intervals: Mapping[str, Intervals]
    #: The reference with the best primary metric, and the verdict against it: beating a weak base proves little when this one is as good.
    strongest: str
    against_strongest: Verdict
    labels: tuple[str, ...]
    #: Held-out rows that nobody was asked, because writing answers takes long.
    left_out: int
    #: Rows by expected label, columns by answer, both in the order of ``labels``; () for a task without one label a row.
    base_confusion: tuple[tuple[int, ...], ...]
    tuned_confusion: tuple[tuple[int, ...], ...]
    #: Base wrong and tuned right; base right and tuned wrong; both wrong. Where answers are good to a degree: better than before, worse
    #: than before (the largest change first), and as bad as before.
    fixed: tuple[ComparedRow, ...]
    broken: tuple[ComparedRow, ...]
    both_wrong: tuple[ComparedRow, ...]
    #: What several seeds came to by the primary metric; None for one. The verdict is about the first.
    seeds: SeveralSeeds | None = None
