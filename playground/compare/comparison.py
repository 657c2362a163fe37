"""From a run's held-out predictions to everything the Compare tab shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from playground.compare.statistics import bootstrap, paired_test
from playground.compare.types import ComparedRow, Comparison, Intervals, Outcome, Verdict
from playground.runs.types import Result
from playground.tasks import Task, get_task, lower_is_better

#: Two-sided level of both tests of the verdict.
ALPHA: Final = 0.05


def compare(result: Result, predictions: pd.DataFrame, base: str | None = None) -> Comparison:
    """Compare the fine-tuned answers with those of a reference on the same rows.

    :param predictions: one row per test example: text, text_pair for a task on pairs, label, tuned, and one column of answers per name in
        ``result.references``; the cells are those of the task (``tasks.types``).
    :param base: the reference to show as base; ``result.base`` when None.
    :raises KeyError: if ``base`` is no reference of this run.
    """
    task = get_task(result.task)
    base_name = result.base if base is None else base
    if base_name not in result.references:
        raise KeyError(base_name)
    names = [name for name in task.references if name in result.references]
    cells = {name: [str(cell) for cell in predictions[name]] for name in ("label", "tuned", *names)}
    expected, tuned = cells["label"], cells["tuned"]
    scores = {name: task.score(expected, answers) for name, answers in cells.items() if name != "label"}
    values = {name: metrics.values[task.primary_metric] for name, metrics in scores.items()}
    strongest = (min if lower_is_better(task.primary_metric) else max)(names, key=lambda name: values[name])
    judged = {name: _judged(task, cells, name, values) for name in {base_name, strongest}}
    verdict, intervals = judged[base_name]
    fixed, broken, both_wrong = _row_lists(task, predictions, cells, base_name)
    return Comparison(
        task=result.task,
        primary_metric=task.primary_metric,
        base_name=base_name,
        base=scores[base_name],
        tuned=scores["tuned"],
        references={name: scores[name] for name in names},
        verdict=verdict,
        intervals=intervals,
        strongest=strongest,
        against_strongest=judged[strongest][0],
        labels=result.labels,
        left_out=result.splits.left_out,
        base_confusion=() if task.graded else _confusion(expected, cells[base_name], result.labels),
        tuned_confusion=() if task.graded else _confusion(expected, tuned, result.labels),
        fixed=fixed,
        broken=broken,
        both_wrong=both_wrong,
        seeds=result.seeds,
    )


def between(task: Task, before: pd.DataFrame, after: pd.DataFrame) -> Verdict | None:
    """Whether one run's fine-tuned model answers better than another's; None if they were not asked the same.

    :param before: the other run's ``predictions.parquet``; ``after`` this one's.
    """
    asked = [name for name in ("text", "text_pair", "label") if name in after]
    if set(asked) - set(before) or not before[asked].equals(after[asked]):
        return None
    cells = {"label": [str(cell) for cell in after["label"]]}
    cells |= {name: [str(cell) for cell in frame["tuned"]] for name, frame in (("other", before), ("tuned", after))}
    values = {name: task.score(cells["label"], cells[name]).values[task.primary_metric] for name in ("other", "tuned")}
    return _judged(task, cells, "other", values)[0]


def decide(low: float, high: float, p_value: float, direction: int, *, lower_is_better: bool = False) -> Outcome:
    """The verdict: both tests must agree on a direction, else nobody can tell.

    The interval is about the primary metric, the paired test about single rows; on small or skewed test sets one of them alone is easily
    fooled.

    :param low: lower bound of tuned minus base in the primary metric; ``high`` is the upper one.
    :param p_value: of the paired test, and the ``direction`` it speaks for: 1 if tuned is better, -1 if base is.
    """
    if p_value >= ALPHA:
        return "cannot_tell"
    rises, falls = low > 0, high < 0
    gains, loses = (falls, rises) if lower_is_better else (rises, falls)
    if gains and direction > 0:
        return "better"
    if loses and direction < 0:
        return "worse"
    return "cannot_tell"


def _judged(
    task: Task, cells: Mapping[str, Sequence[str]], base: str, values: Mapping[str, float]
) -> tuple[Verdict, dict[str, Intervals]]:  # fmt: skip
    """The verdict on the tuned answers against those of ``base``, and the intervals of all metrics."""
    expected, before, after = cells["label"], cells[base], cells["tuned"]
    intervals = bootstrap(task, expected, before, after)
    low, high = intervals[task.primary_metric].change or (0.0, 0.0)
    rows = paired_test(task.goodness(expected, before), task.goodness(expected, after), graded=task.graded)
    outcome = decide(low, high, rows.p_value, rows.direction, lower_is_better=lower_is_better(task.primary_metric))
    verdict = Verdict(outcome, task.primary_metric, values[base], values["tuned"], low, high, rows.p_value, len(expected))
    return verdict, intervals


def _row_lists(
    task: Task, predictions: pd.DataFrame, cells: Mapping[str, Sequence[str]], base: str
) -> tuple[tuple[ComparedRow, ...], tuple[ComparedRow, ...], tuple[ComparedRow, ...]]:
    """Rows that got better, that got worse, and that stayed as bad; where answers are graded the largest change comes first."""
    after = task.goodness(cells["label"], cells["tuned"])
    gains = after - task.goodness(cells["label"], cells[base])
    order = np.argsort(-np.abs(gains), kind="stable") if task.graded else np.arange(len(gains))
    pairs = predictions["text_pair"] if "text_pair" in predictions else [""] * len(gains)
    columns = (predictions["text"], cells["label"], cells[base], cells["tuned"], gains, pairs)
    rows = [
        ComparedRow(str(text), label, before, tuned, float(gain), str(pair))
        for text, label, before, tuned, gain, pair in zip(*columns, strict=True)
    ]

    def those(mask: NDArray[np.bool_]) -> tuple[ComparedRow, ...]:
        return tuple(rows[place] for place in order if mask[place])

    return those(gains > 0), those(gains < 0), those((gains == 0) & (after < task.perfect))


def _confusion(expected: Sequence[str], answers: Sequence[str], labels: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    from sklearn.metrics import confusion_matrix

    return tuple(tuple(int(count) for count in row) for row in confusion_matrix(expected, answers, labels=list(labels)))
