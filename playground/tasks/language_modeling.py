"""Language modelling: running text without labels; the model learns to expect its words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from playground.tasks.likelihood import Likelihood, nats_per_token, perplexity
from playground.tasks.types import Floats, Metrics, ModelKind, Reference, require_pairs


class LanguageModeling:
    """The ``Task`` of continued pretraining, scored by perplexity: hidden words of a text for an encoder, the next one for a causal model.

    All answers to a row are about the same tokens of the same tokenizer; perplexities of different tokenizers do not compare.
    """

    name: ClassVar[str] = "language-modeling"
    kinds: ClassVar[tuple[ModelKind, ...]] = ("encoder", "causal")
    primary_metric: ClassVar[str] = "perplexity"
    watched_metric: ClassVar[str] = "perplexity"
    references: ClassVar[tuple[Reference, ...]] = ("frequency", "untuned")
    graded: ClassVar[bool] = True
    perfect: ClassVar[float] = 0.0

    def labels(self, cells: Sequence[str]) -> tuple[str, ...]:
        """None: the outputs are the base model's own tokens."""
        return ()

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """Always "untuned": the same model before."""
        return "untuned"

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """Perplexity, and bits a token, its logarithm, in which a step means the same everywhere. Both fall; 0 without any token.

        :raises ValueError: if the two differ in length or are empty, or a cell holds no likelihood.
        """
        found = self.metrics_of(self.evidence(expected, answers).sum(axis=0, keepdims=True))
        return Metrics({name: 0.0 if np.isnan(values[0]) else float(values[0]) for name, values in found.items()}, {})

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """Nats and tokens, shape (rows, 2)."""
        require_pairs(expected, answers)
        found = [Likelihood.of(cell) for cell in answers]
        return np.array([(each.nll, each.tokens) for each in found], dtype=np.float64)

    def metrics_of(self, sums: Floats) -> Mapping[str, Floats]:
        """Perplexity and bits a token; undefined where there is no token."""
        return {"perplexity": perplexity(sums), "bits_per_token": nats_per_token(sums) / np.log(2)}

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """Minus the mean surprise of a row's tokens, in nats; 0 for a row in which nothing is to be predicted."""
        return -np.nan_to_num(nats_per_token(self.evidence(expected, answers)))

    def shown(self, cell: str) -> Any:
        """Nats and tokens as an object; nothing for an expected cell."""
        return json.loads(cell) if cell else None
