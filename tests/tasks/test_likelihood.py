"""Likelihoods in cells, and perplexity."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.tasks.likelihood import Likelihood, likelihood_in, perplexity


def test_a_likelihood_comes_back_from_its_cell() -> None:
    assert Likelihood.of(Likelihood(12.25, 7).cell) == Likelihood(12.25, 7)


@pytest.mark.parametrize("values", [{"text": "a", "nll": None, "tokens": 0}, {"text": "a"}, "a", None])
def test_an_answerer_without_probabilities_has_none(values: object) -> None:
    assert likelihood_in(values) is None


def test_as_likely_as_one_of_ten_is_a_perplexity_of_ten() -> None:
    assert perplexity(np.array([[5 * math.log(10), 5]])) == pytest.approx([10.0])


def test_beyond_all_numbers_it_is_infinite() -> None:
    assert np.isinf(perplexity(np.array([[1e6, 1.0]]))).all()
