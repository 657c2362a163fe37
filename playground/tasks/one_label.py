"""What all tasks share in which a row has one label: the scores, and what each row contributes to macro-F1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from playground.tasks.overlap import macro_f1
from playground.tasks.types import ClassScore, Floats, Metrics, require_pairs


class OneLabel:
    """Right or wrong answers, scored by macro-F1 so that rare labels count as much as frequent ones."""

    primary_metric: ClassVar[str] = "macro_f1"
    watched_metric: ClassVar[str] = "macro_f1"
    graded: ClassVar[bool] = False
    perfect: ClassVar[float] = 1.0

    def labels(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Every label, sorted."""
        return tuple(sorted(set(cells)))

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """Accuracy, macro-F1 and the scores of each label that occurs in ``expected`` or ``answers`` (scikit-learn; 0 where undefined).

        Macro-F1 is the mean over the labels of ``expected``: a label nobody asked for is no class of this test.

        :raises ValueError: if the two differ in length or are empty.
        """
        from sklearn.metrics import accuracy_score, precision_recall_fscore_support

        require_pairs(expected, answers)
        names = sorted({*expected, *answers})
        columns = precision_recall_fscore_support(expected, answers, labels=names, zero_division=0.0)
        scores = {
            name: ClassScore(float(precision), float(recall), float(f1), int(support))
            for name, precision, recall, f1, support in zip(names, *columns, strict=True)
        }
        asked = [score.f1 for score in scores.values() if score.support]
        values = {"accuracy": float(accuracy_score(expected, answers)), "macro_f1": sum(asked) / len(asked)}
        return Metrics(values, scores)

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """For each label of ``expected``, sorted: is it the row's label, its answer, both; shape (rows, 3 * labels)."""
        require_pairs(expected, answers)
        names = {name: place for place, name in enumerate(sorted(set(expected)))}
        truth = np.array([names[name] for name in expected])
        answered = np.array([names.get(name, -1) for name in answers])
        rows, found = np.zeros((len(truth), 3, len(names))), np.flatnonzero(answered >= 0)
        hits = np.flatnonzero(answered == truth)
        rows[np.arange(len(truth)), 0, truth] = 1
        rows[found, 1, answered[found]] = 1
        rows[hits, 2, truth[hits]] = 1
        return rows.reshape(len(truth), -1)

    def metrics_of(self, sums: Floats) -> Mapping[str, Floats]:
        """Macro-F1 over the labels that occur in the rows summed up, and accuracy."""
        support, answered, hits = np.moveaxis(sums.reshape(len(sums), 3, -1), 1, 0)
        accuracy = hits.sum(axis=1) / np.maximum(support.sum(axis=1), 1)
        return {"macro_f1": macro_f1(support, answered, hits), "accuracy": accuracy}

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """1 where the label is right, else 0."""
        require_pairs(expected, answers)
        return np.array([float(right == answer) for right, answer in zip(expected, answers, strict=True)])

    def shown(self, cell: str) -> str:
        """The label itself."""
        return cell
