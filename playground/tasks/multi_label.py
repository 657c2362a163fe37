"""Several labels a text: one text in, any number of labels out of a fixed set, none included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

import numpy as np

from playground.data.meaning.cells import listed
from playground.tasks.overlap import f1_of, macro_f1, overlap
from playground.tasks.text_classification import names_have_meaning
from playground.tasks.types import ClassScore, Floats, Metrics, ModelKind, Reference, require_pairs

#: Where in a row of evidence single labels begin.
_SINGLE: Final = 5


class MultiLabel:
    """The ``Task`` for sets of labels, scored by micro-F1: every label of every row counts once.

    Answers are good to a degree, the F1 of the row's own set. Counting only sets that are right as a whole would blind the paired test to
    most of what a fine-tune changes: with many labels a whole set is seldom right before or after, while single labels come and go. F1
    of a row also moves in the same direction as the micro-F1 that the interval is about.
    """

    name: ClassVar[str] = "multi-label-classification"
    kinds: ClassVar[tuple[ModelKind, ...]] = ("encoder",)
    primary_metric: ClassVar[str] = "micro_f1"
    watched_metric: ClassVar[str] = "micro_f1"
    references: ClassVar[tuple[Reference, ...]] = ("majority", "zero_shot", "tfidf", "probe")
    graded: ClassVar[bool] = True
    perfect: ClassVar[float] = 1.0

    def labels(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Every label in any set, sorted."""
        return tuple(sorted(frozenset().union(*map(_labels, cells))))

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """ "zero_shot" when the label names mean something, else "probe"."""
        return "zero_shot" if names_have_meaning(labels) else "probe"

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """Micro-F1, macro-F1 over the labels of ``expected``, share of rows with the whole set right, and the scores of each label.

        From scikit-learn, 0 where undefined.

        :raises ValueError: if the two differ in length or are empty, or a cell is no list of labels.
        """
        from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support
        from sklearn.preprocessing import MultiLabelBinarizer

        require_pairs(expected, answers)
        truth, answered = [_labels(cell) for cell in expected], [_labels(cell) for cell in answers]
        names = sorted(frozenset().union(*truth, *answered))
        if not names:  # nobody asked for a label and nobody gave one
            return Metrics({"micro_f1": 0.0, "macro_f1": 0.0, "subset_accuracy": 1.0}, {})
        tables = [MultiLabelBinarizer(classes=names, sparse_output=True).fit_transform(side) for side in (truth, answered)]
        columns = precision_recall_fscore_support(*tables, average=None, zero_division=0.0)
        scores = {
            name: ClassScore(float(precision), float(recall), float(f1), int(support))
            for name, precision, recall, f1, support in zip(names, *columns, strict=True)
        }
        asked = [score.f1 for score in scores.values() if score.support]
        values = {
            "micro_f1": float(f1_score(*tables, average="micro", zero_division=0.0)),
            "macro_f1": sum(asked) / len(asked) if asked else 0.0,
            "subset_accuracy": float(accuracy_score(*tables)),
        }
        return Metrics(values, scores)

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """Labels found, answered and expected; whole set right or not; 1; then for each label of ``expected``, sorted: is it expected,
        answered, both. Shape (rows, 5 + 3 * labels)."""
        require_pairs(expected, answers)
        truth, answered = [_labels(cell) for cell in expected], [_labels(cell) for cell in answers]
        names = self.labels(expected)
        tables = [
            np.array([[name in some for name in names] for some in side], dtype=bool).reshape(len(truth), -1) for side in (truth, answered)
        ]
        whole = [[right == given, 1] for right, given in zip(truth, answered, strict=True)]
        counts = [overlap(right, given) for right, given in zip(truth, answered, strict=True)]
        return np.concatenate([np.array(counts), whole, *tables, tables[0] & tables[1]], axis=1).astype(np.float64)

    def metrics_of(self, sums: Floats) -> Mapping[str, Floats]:
        """Micro-F1, undefined where no row has or gets a label; macro-F1; share of rows with the whole set right."""
        whole, rows = sums[:, 3:_SINGLE].T
        support, answered, hits = np.moveaxis(sums[:, _SINGLE:].reshape(len(sums), 3, -1), 1, 0)
        micro = f1_of(sums[:, :3], nothing=np.nan)
        return {"micro_f1": micro, "macro_f1": macro_f1(support, answered, hits), "subset_accuracy": whole / np.maximum(rows, 1)}

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """F1 of each row's set; 1 where it is rightly empty."""
        return f1_of(self.evidence(expected, answers)[:, :3], nothing=1.0)

    def shown(self, cell: str) -> list[str]:
        """The labels as a list."""
        return sorted(_labels(cell))


def _labels(cell: str) -> frozenset[str]:
    """:raises ValueError: if the cell holds no list of labels."""
    labels = listed(cell)
    if labels is None:
        raise ValueError(f"no list of labels: {cell[:80]}")
    return frozenset(labels)
