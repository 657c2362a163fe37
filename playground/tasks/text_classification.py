"""Text classification: one text in, one of a fixed set of labels out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from playground.tasks.types import ClassScore, Metrics, Reference

#: Label names that say nothing about the texts: 0, 1.0, A, class_3, label 2, LABEL-0, 类别1, 标签 2.
_MEANINGLESS = re.compile(r"(?:(?:class|label|category|cat|类别|类|标签)[\s_\-]*)?(?:-?\d+(?:\.\d+)?|[a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextClassification:
    """The ``Task`` for single-label classification, scored by macro-F1 so that rare labels count as much as frequent ones."""

    name: ClassVar[str] = "text-classification"
    primary_metric: ClassVar[str] = "macro_f1"
    references: ClassVar[tuple[Reference, ...]] = ("majority", "zero_shot", "tfidf", "probe")

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """ "zero_shot" when the label names mean something, else "probe"."""
        return "zero_shot" if names_have_meaning(labels) else "probe"

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """Accuracy, macro-F1 and the scores of each label that occurs in ``expected`` or ``answers`` (scikit-learn; 0 where undefined).

        Macro-F1 is the mean over the labels of ``expected``: a label nobody asked for is no class of this test.

        :raises ValueError: if the two differ in length or are empty.
        """
        from sklearn.metrics import accuracy_score, precision_recall_fscore_support

        if not expected:
            raise ValueError("nothing to score")
        names = sorted({*expected, *answers})
        columns = precision_recall_fscore_support(expected, answers, labels=names, zero_division=0.0)
        scores = {
            name: ClassScore(float(precision), float(recall), float(f1), int(support))
            for name, precision, recall, f1, support in zip(names, *columns, strict=True)
        }
        asked = [score.f1 for score in scores.values() if score.support]
        values = {"accuracy": float(accuracy_score(expected, answers)), "macro_f1": sum(asked) / len(asked)}
        return Metrics(values, scores)


def names_have_meaning(labels: Sequence[str]) -> bool:
    """Whether most label names are words a language model can know, rather than codes like 0/1 or A/B."""
    codes = sum(_MEANINGLESS.fullmatch(label.strip()) is not None for label in labels)
    return codes * 2 < len(labels)
