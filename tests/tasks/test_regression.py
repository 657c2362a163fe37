"""How numbers are scored."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from playground.tasks import get_task
from tests.tasks.making import cells

TASK = get_task("regression")


def test_scores_are_those_of_scipy() -> None:
    expected, answers, _ = cells("regression", 50)
    x, y = np.array(expected, dtype=float), np.array(answers, dtype=float)
    values = TASK.score(expected, answers).values
    assert values["pearson"] == pytest.approx(pearsonr(x, y).statistic, abs=1e-12)
    assert values["spearman"] == pytest.approx(spearmanr(x, y).statistic)
    assert values["mae"] == pytest.approx(np.abs(x - y).mean())


def test_large_numbers_that_differ_little_keep_their_correlation() -> None:
    small = np.random.default_rng(0).normal(size=(2, 40))
    far = small + 1e9
    values = [TASK.score([repr(float(v)) for v in x], [repr(float(v)) for v in y]).values["pearson"] for x, y in (small, far)]
    assert values[1] == pytest.approx(values[0], abs=1e-5)


def test_always_the_same_number_correlates_with_nothing() -> None:
    values = TASK.score(["1", "2", "4"], ["2.3333", "2.3333", "2.3333"]).values
    assert (values["pearson"], values["spearman"]) == (0.0, 0.0)
    assert values["mae"] > 0


def test_where_every_expected_number_is_the_same_the_correlation_is_undefined() -> None:
    evidence = TASK.evidence(["3", "3"], ["1", "2"])
    assert np.isnan(TASK.metrics_of(evidence.sum(axis=0, keepdims=True))["pearson"]).all()
    assert TASK.score(["3", "3"], ["1", "2"]).values["pearson"] == 0.0


def test_numbers_are_read_as_people_spell_them() -> None:
    assert TASK.score(["1,5", "80 %", "1,234.5"], ["1.5", "80.0", "1234.5"]).values["mae"] == 0.0


def test_goodness_is_minus_the_error() -> None:
    assert TASK.goodness(["1", "2"], ["3", "2"]) == pytest.approx([-2.0, 0.0])


def test_a_number_is_shown_as_one_and_has_no_labels() -> None:
    assert TASK.shown("4,5") == 4.5
    assert TASK.labels(["1", "2"]) == ()


def test_a_cell_that_is_no_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="no number"):
        TASK.score(["high"], ["1"])
