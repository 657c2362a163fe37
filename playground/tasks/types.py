"""What a task is: the columns it needs, the references it is compared with, and how answers are scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

#: "majority", "tfidf", "probe" (logistic regression on frozen base embeddings), "zero_shot".
Reference = Literal["majority", "tfidf", "probe", "zero_shot"]


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one label is found."""

    precision: float
    recall: float
    f1: float
    #: Rows that carry this label.
    support: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """Scores of one set of answers; every value is a share from 0 to 1."""

    #: Metric name -> value, the primary one among them.
    values: Mapping[str, float]
    per_class: Mapping[str, ClassScore]


class Task(Protocol):
    """One kind of question a model can be fine-tuned to answer."""

    @property
    def name(self) -> str:
        """As in a recipe, e.g. "text-classification"."""

    @property
    def primary_metric(self) -> str:
        """The metric that decides the verdict and the best checkpoint."""

    @property
    def references(self) -> tuple[Reference, ...]:
        """What the fine-tuned model is compared with, weakest first."""

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """The base model's best honest answer, shown as "base"."""

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """:raises ValueError: if the two differ in length or are empty."""
