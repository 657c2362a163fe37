"""How likely an answerer found the expected text: what the cells of the language tasks keep of it, and perplexity."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.tasks.types import Floats


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A text's surprise to a model."""

    #: Sum of -ln p over the tokens.
    nll: float
    #: Tokens the sum is over; 0 where the text has none to predict.
    tokens: int

    @property
    def cell(self) -> str:
        """As a cell of ``predictions.parquet``."""
        return json.dumps({"nll": self.nll, "tokens": self.tokens})

    @classmethod
    def of(cls, cell: str) -> Likelihood:
        """:raises ValueError: if the cell holds none."""
        found = likelihood_in(json.loads(cell))
        if found is None:
            raise ValueError(f"no likelihood: {cell[:80]}")
        return found


def likelihood_in(values: Any) -> Likelihood | None:
    """The likelihood among the parsed values of a cell; None where the answerer has no probabilities."""
    if not isinstance(values, dict) or values.get("nll") is None:
        return None
    return Likelihood(float(values["nll"]), int(values["tokens"]))


def nats_per_token(sums: Floats) -> Floats:
    """Mean surprise of a token.

    :param sums: shape (rows, 2): nats and tokens.
    :returns: shape (rows,), NaN where there is no token.
    """
    nats, tokens = sums.T
    return np.asarray(np.divide(nats, tokens, out=np.full(len(sums), np.nan), where=tokens > 0))


def perplexity(sums: Floats) -> Floats:
    """exp of the mean surprise: among how many equally likely tokens the model wavers. Shapes as in ``nats_per_token``."""
    with np.errstate(over="ignore"):  # more than 709 nats a token is infinitely perplexed
        return np.exp(nats_per_token(sums))
