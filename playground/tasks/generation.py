"""Generation: a prompt or a conversation in, a written answer out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from playground.tasks.chrf import chrf_counts, chrf_of
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
        written = [Written.of(cell) for cell in answers]
        sums = self.evidence(expected, answers).sum(axis=0, keepdims=True)
        pairs = [(right, answer.text) for right, answer in zip(expected, written, strict=True)]
        values = {
            "chrf": float(self.metric_of(sums)[0]),
            "rouge_l": float(np.mean([rouge_l(*pair) for pair in pairs])),
            "exact_match": float(np.mean([right.split() == answer.split() for right, answer in pairs])),
        }
        likelihoods = [answer.likelihood for answer in written if answer.likelihood]
        tokens = sum(each.tokens for each in likelihoods)
        if len(likelihoods) == len(written) and tokens:
            values["perplexity"] = float(perplexity(np.array([[sum(each.nll for each in likelihoods), tokens]]))[0])
        return Metrics(values, {})

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """The counts behind chrF, shape (rows, 18)."""
        require_pairs(expected, answers)
        counts = [chrf_counts(right, Written.of(answer).text) for right, answer in zip(expected, answers, strict=True)]
        return np.array(counts, dtype=np.float64)

    def metric_of(self, sums: Floats) -> Floats:
        """chrF of the corpus of the rows summed up."""
        return chrf_of(sums)

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """chrF of each answer."""
        return chrf_of(self.evidence(expected, answers))

    def shown(self, cell: str) -> str:
        """The text of an answer; an expected cell is the text itself."""
        try:
            return Written.of(cell).text
        except ValueError:
            return cell
