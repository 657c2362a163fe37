"""A rate is suggested where the loss falls, and none where it never does."""

from __future__ import annotations

import math

import pytest

from playground.search.rates import STEPS, RateTest, diverges, rising, smoothed

RATES = rising(1e-6, 1e-1)


def losses(lowest: float, *, depth: float = 0.9) -> list[float]:
    """Falls around a rate ten times below ``lowest``, rises steeply beyond it."""
    place = [math.log10(rate / lowest) for rate in RATES]
    return [1 - depth / (1 + math.exp(-6 * (at + 1))) + (10**at if at > 0 else 0.0) * 0.05 for at in place]


def made(values: list[float]) -> RateTest:
    return RateTest(tuple(zip(RATES, values, strict=False)))


def test_rates_rise_by_the_same_factor() -> None:
    assert len(RATES) == STEPS
    assert (RATES[0], RATES[-1]) == (pytest.approx(1e-6), pytest.approx(1e-1))
    assert RATES[50] / RATES[49] == pytest.approx(RATES[10] / RATES[9])


@pytest.mark.parametrize("lowest", [1e-4, 1e-3, 1e-2])
def test_the_suggestion_lies_about_ten_times_below_the_lowest_loss(lowest: float) -> None:
    suggestion = made(losses(lowest)).suggestion(1e-6, 1e-1)
    assert suggestion is not None
    assert 0.05 * lowest < suggestion < 0.6 * lowest  # smoothing sees the turn a little late


def test_a_bound_is_kept() -> None:
    assert made(losses(1e-2)).suggestion(1e-6, 5e-4) == 5e-4


def test_a_loss_that_never_falls_suggests_nothing() -> None:
    assert made([1.0] * STEPS).suggestion(1e-6, 1e-1) is None
    assert made([]).suggestion(1e-6, 1e-1) is None
    assert made([1.0 + step / 10 for step in range(STEPS)]).lowest is None


def test_noise_of_single_batches_does_not_decide() -> None:
    noisy = [loss + (0.3 if step % 2 else -0.3) for step, loss in enumerate(losses(1e-2))]
    suggestion = made(noisy).suggestion(1e-6, 1e-1)
    assert suggestion is not None
    assert 5e-4 < suggestion < 6e-3


def test_a_loss_that_shoots_up_or_is_no_number_ends_the_test() -> None:
    assert diverges([1.0] * 20 + [100.0] * 10)
    assert diverges([1.0, math.nan])
    assert not diverges([])
    assert not diverges([1.0 - step / 100 for step in range(60)])


def test_smoothing_begins_at_the_first_loss() -> None:
    assert smoothed([2.0, 2.0, 2.0]) == pytest.approx((2.0, 2.0, 2.0))
