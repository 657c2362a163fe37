"""From a run's held-out predictions to everything the Compare tab shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from playground.compare.statistics import bootstrap_macro_f1_difference, mcnemar_p_value
from playground.compare.types import ComparedRow, Comparison, Outcome, Verdict
from playground.runs.types import Result
from playground.tasks import Metrics, get_task

#: Two-sided level of both tests of the verdict.
ALPHA: Final = 0.05


def compare(result: Result, predictions: pd.DataFrame, base: str | None = None) -> Comparison:
    """Compare the fine-tuned answers with those of a reference on the same rows.

    :param predictions: one row per test example: text, label, tuned, and one column of answers per name in ``result.references``.
    :param base: the reference to show as base; ``result.base`` when None.
    :raises KeyError: if ``base`` is no reference of this run.
    """
    task = get_task(result.task)
    metric = task.primary_metric
    base_name = result.base if base is None else base
    if base_name not in result.references:
        raise KeyError(base_name)
    expected, tuned = _answers(predictions, "label"), _answers(predictions, "tuned")
    references: dict[str, Metrics] = {
        name: task.score(expected, _answers(predictions, name)) for name in task.references if name in result.references
    }
    tuned_metrics = task.score(expected, tuned)
    before = _answers(predictions, base_name)
    strongest = max(references, key=lambda name: references[name].values[metric])

    def verdict(name: str) -> Verdict:
        scores = (references[name].values[metric], tuned_metrics.values[metric])
        return _verdict(expected, _answers(predictions, name), tuned, metric, scores)

    change = _change(predictions, base_name)
    return Comparison(
        task=result.task,
        primary_metric=metric,
        base_name=base_name,
        base=references[base_name],
        tuned=tuned_metrics,
        references=references,
        verdict=verdict(base_name),
        strongest=strongest,
        against_strongest=verdict(strongest),
        labels=result.labels,
        base_confusion=_confusion(expected, before, result.labels),
        tuned_confusion=_confusion(expected, tuned, result.labels),
        fixed=_rows(predictions[change == "fixed"], base_name),
        broken=_rows(predictions[change == "broken"], base_name),
        both_wrong=_rows(predictions[change == "both_wrong"], base_name),
    )


def decide(low: float, high: float, p_value: float, base_right: int, tuned_right: int) -> Outcome:
    """The verdict: both tests must agree on a direction, else nobody can tell.

    The interval is about the primary metric, McNemar's test about single rows; on small or skewed test sets one of them alone is easily
    fooled.
    """
    if p_value >= ALPHA:
        return "cannot_tell"
    if low > 0 and tuned_right > base_right:
        return "better"
    if high < 0 and tuned_right < base_right:
        return "worse"
    return "cannot_tell"


def _verdict(expected: Sequence[str], before: Sequence[str], tuned: Sequence[str], metric: str, scores: tuple[float, float]) -> Verdict:
    low, high = bootstrap_macro_f1_difference(expected, before, tuned)
    truth = np.asarray(expected)
    base_right, tuned_right = np.asarray(before) == truth, np.asarray(tuned) == truth
    p_value = mcnemar_p_value(base_right, tuned_right)
    outcome = decide(low, high, p_value, int(base_right.sum()), int(tuned_right.sum()))
    return Verdict(outcome, metric, *scores, low, high, p_value, len(expected))


def _answers(predictions: pd.DataFrame, column: str) -> list[str]:
    return [str(value) for value in predictions[column]]


def _change(predictions: pd.DataFrame, base: str) -> pd.Series[str]:
    right_before, right_after = predictions[base] == predictions["label"], predictions["tuned"] == predictions["label"]
    kinds = [~right_before & right_after, right_before & ~right_after, ~right_before & ~right_after]
    names = np.select(kinds, ["fixed", "broken", "both_wrong"], "")
    return pd.Series(names, index=predictions.index)


def _rows(predictions: pd.DataFrame, base: str) -> tuple[ComparedRow, ...]:
    columns = (_answers(predictions, name) for name in ("text", "label", base, "tuned"))
    return tuple(ComparedRow(*cells) for cells in zip(*columns, strict=True))


def _confusion(expected: Sequence[str], answers: Sequence[str], labels: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    from sklearn.metrics import confusion_matrix

    return tuple(tuple(int(count) for count in row) for row in confusion_matrix(expected, answers, labels=list(labels)))
