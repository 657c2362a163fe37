"""Generation: a prompt or a conversation in, a written answer out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from playground.tasks.chrf import CHRF_COUNTS, chrf_counts, chrf_of
from playground.tasks.likelihood import Likelihood, likelihood_in, perplexity
from playground.tasks.rouge import rouge_l
from playground.tasks.types import Floats, Metrics, ModelKind, Reference, require_pairs


@dataclass(frozen=True, slots=True)
class Written:
    """What an answerer wrote, and how likely it found what it should have written."""

    text: str
    #: Of the expected answer; None where the answerer has no probabilities.
    likelihood: Likelihood | None = None

    @property
    def cell(self) -> str:
        """As a cell of ``predictions.parquet``."""
        nll, tokens = (self.likelihood.nll, self.likelihood.tokens) if self.likelihood else (None, 0)
        return json.dumps({"text": self.text, "nll": nll, "tokens": tokens}, ensure_ascii=False)

    @classmethod
    def of(cls, cell: str) -> Written:
        """:raises ValueError: if the cell holds no answer."""
        values = json.loads(cell)
        if not isinstance(values, dict) or not isinstance(values.get("text"), str):
            raise ValueError(f"no answer: {cell[:80]}")
        return cls(values["text"], likelihood_in(values))


class Generation:
    """The ``Task`` for written answers, scored by chrF, which gives credit for parts of words and needs no spaces between them.

    The best checkpoint is found by the perplexity of the expected answers, for which nothing has to be written.
    """

    name: ClassVar[str] = "generation"
    kinds: ClassVar[tuple[ModelKind, ...]] = ("causal", "seq2seq")
    primary_metric: ClassVar[str] = "chrf"
    watched_metric: ClassVar[str] = "perplexity"
    references: ClassVar[tuple[Reference, ...]] = ("majority", "nearest", "untuned")
    graded: ClassVar[bool] = True
    perfect: ClassVar[float] = 1.0

    def labels(self, cells: Sequence[str]) -> tuple[str, ...]:
        """None: the outputs are the base model's own tokens."""
        return ()

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """Always "untuned": the same model before."""
        return "untuned"

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """chrF of the corpus, mean ROUGE-L, share of answers that match exactly but for whitespace: 0 to 1, higher is better.

        Where every answerer's cell has a likelihood, the perplexity of the expected answers too.

        :raises ValueError: if the two differ in length or are empty, or a cell holds no answer.
        """
        found = self.metrics_of(self.evidence(expected, answers).sum(axis=0, keepdims=True))
        return Metrics({name: float(values[0]) for name, values in found.items() if not np.isnan(values[0])}, {})

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """The counts behind chrF, then ROUGE-L, exact or not, 1, and nats and tokens of the expected answer; shape (rows, 23).

        Where an answerer has no probabilities there are no nats (NaN), which leaves all rows together without a perplexity.
        """
        require_pairs(expected, answers)
        return np.array([_evidence(right, answer) for right, answer in zip(expected, answers, strict=True)], dtype=np.float64)

    def metrics_of(self, sums: Floats) -> Mapping[str, Floats]:
        """chrF of the corpus of the rows summed up, mean ROUGE-L, share of exact answers, perplexity of the expected ones."""
        counts, (rouge, exact, rows) = sums[:, :CHRF_COUNTS], sums[:, CHRF_COUNTS:-2].T
        rows = np.maximum(rows, 1)
        return {"chrf": chrf_of(counts), "rouge_l": rouge / rows, "exact_match": exact / rows, "perplexity": perplexity(sums[:, -2:])}

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """chrF of each answer."""
        return chrf_of(self.evidence(expected, answers)[:, :CHRF_COUNTS])

    def shown(self, cell: str) -> str:
        """The text of an answer; an expected cell is the text itself."""
        try:
            return Written.of(cell).text
        except ValueError:
            return cell


@lru_cache(maxsize=1 << 15)
def _evidence(expected: str, answer: str) -> tuple[float, ...]:
    written = Written.of(answer)
    text, likelihood = written.text, written.likelihood
    nats, tokens = (likelihood.nll, likelihood.tokens) if likelihood else (np.nan, 0)
    exact = expected.split() == text.split()
    return (*chrf_counts(expected, text), rouge_l(expected, text), exact, 1, nats, tokens)
