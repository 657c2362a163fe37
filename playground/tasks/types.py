"""What a task is: which models can do it, the references it is compared with, and how answers are scored.

Expected values and answers are *cells*: one string an example, in the form the dataset stores its labels in (``data.meaning.rows``), so
that every task keeps its answers in the same columns of the same file. What a cell holds is the task's own business::

    classification, pairs    the label
    multi-label              a JSON list of labels, sorted
    regression               a number
    token-classification     a JSON list of BIO tags, one for each token
    generation               JSON {"text": the answer, "nll": nats, "tokens": n}; an expected cell is the plain answer
    language-modeling        JSON {"nll": nats, "tokens": n}; an expected cell is ""

``nll`` is how surprising the answerer finds the expected text: the sum of -ln p over its ``tokens`` tokens, null where the answerer has
no probabilities (the answer of the most similar prompt has none).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: What a base model is made for: reading (BERT), writing on (GPT), reading and then writing (T5).
ModelKind = Literal["encoder", "causal", "seq2seq"]
#: "majority" (most frequent label or answer), "mean", "frequency" (of words), "zero_shot", "nearest" (answer of the most similar training
#: prompt), "tfidf", "probe" (a linear model on frozen base embeddings), "untuned" (the base model answers itself).
Reference = Literal["majority", "mean", "frequency", "zero_shot", "nearest", "tfidf", "probe", "untuned"]
#: Metrics that improve by falling; every other one improves by rising, whatever the task.
FALLING: Final = frozenset({"perplexity", "bits_per_token", "mae"})
#: Most held-out rows a run answers, where answering one takes long.
MOST_TESTED: Final[Mapping[str, int]] = {"generation": 100}


def lower_is_better(metric: str) -> bool:
    """Whether a metric improves by falling, as errors and perplexity do."""
    return metric in FALLING


def tested_rows(task: str, rows: int) -> int:
    """How many of the test split's rows a run answers."""
    return min(rows, MOST_TESTED.get(task, rows))


def require_pairs(expected: Sequence[str], answers: Sequence[str]) -> None:
    """:raises ValueError: if there is not one answer for each expected cell, or nothing at all."""
    if len(expected) != len(answers):
        raise ValueError(f"{len(expected)} rows, but {len(answers)} answers")
    if not expected:
        raise ValueError("nothing to score")


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one label (or kind of entity) is found."""

    precision: float
    recall: float
    f1: float
    #: Rows (entities) that carry this label.
    support: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """Scores of one set of answers. Most are shares from 0 to 1; what is not says so in its words ``metric.<name>.help``."""

    #: Metric name -> value, the primary one among them.
    values: Mapping[str, float]
    #: Empty where a task has no labels.
    per_class: Mapping[str, ClassScore]


class Task(Protocol):
    """One kind of question a model can be fine-tuned to answer."""

    @property
    def name(self) -> str:
        """As in a recipe, e.g. "text-classification"."""

    @property
    def kinds(self) -> tuple[ModelKind, ...]:
        """The kinds of base models that can do it."""

    @property
    def primary_metric(self) -> str:
        """The metric that decides the verdict."""

    @property
    def watched_metric(self) -> str:
        """The metric on the validation split that decides the best checkpoint: the primary one, unless that takes too long each time."""

    @property
    def references(self) -> tuple[Reference, ...]:
        """What the fine-tuned model is compared with, weakest first."""

    @property
    def graded(self) -> bool:
        """Whether an answer is good to a degree (a number, a text) rather than right or wrong."""

    @property
    def perfect(self) -> float:
        """The goodness of an answer that nothing could better."""

    def labels(self, cells: Sequence[str]) -> tuple[str, ...]:
        """Names of what the model has an output for, in order, from the label cells of the training split; () where there are none."""

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """The base model's best honest answer, shown as "base"."""

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """:raises ValueError: if the two differ in length or are empty."""

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """What each row contributes to the metrics, shape (rows, k): sums over rows are all that ``metrics_of`` needs.

        The columns must mean the same for every set of answers to the same ``expected``.
        """

    def metrics_of(self, sums: Floats) -> Mapping[str, Floats]:
        """Every metric that follows from summed evidence, the primary one among them: shape (draws, k) -> (draws,) each.

        NaN where one is undefined (``score`` says 0 there, or leaves it out).
        """

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """How good each row's answer is, higher is better; 1 or 0 for right or wrong where the task is not ``graded``."""

    def shown(self, cell: str) -> Any:
        """A cell as the command line prints it: a label, a list of labels, a number, a text."""
