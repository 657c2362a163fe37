"""How the likelihood of running text is scored."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.tasks import get_task, lower_is_better
from playground.tasks.likelihood import Likelihood

TASK = get_task("language-modeling")


def answered(*pairs: tuple[float, int]) -> list[str]:
    return [Likelihood(*pair).cell for pair in pairs]


def test_perplexity_is_that_of_all_tokens_together() -> None:
    values = TASK.score(["", ""], answered((6 * math.log(8), 6), (0.0, 3))).values
    assert values["perplexity"] == pytest.approx(4.0)
    assert values["bits_per_token"] == pytest.approx(2.0)


def test_both_metrics_fall() -> None:
    assert lower_is_better("perplexity")
    assert lower_is_better("bits_per_token")
    assert not lower_is_better("macro_f1")


def test_a_row_without_tokens_to_predict_says_nothing() -> None:
    assert TASK.goodness(["", ""], answered((0.0, 0), (3.0, 2))) == pytest.approx([0.0, -1.5])


def test_perplexity_without_any_token_is_undefined() -> None:
    assert np.isnan(TASK.metrics_of(np.zeros((1, 2)))["perplexity"]).all()
    assert TASK.score([""], answered((0.0, 0))).values == {"perplexity": 0.0, "bits_per_token": 0.0}


def test_a_likelihood_is_shown_as_an_object() -> None:
    assert TASK.shown(Likelihood(1.5, 2).cell) == {"nll": 1.5, "tokens": 2}
    assert TASK.shown("") is None


def test_a_cell_without_likelihood_is_an_error() -> None:
    with pytest.raises(ValueError, match="no likelihood"):
        TASK.score([""], ['{"nll": null, "tokens": 0}'])
