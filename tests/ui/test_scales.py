"""Values of a metric are written and drawn by what kind of number they are."""

from __future__ import annotations

import math

import pytest

from playground.ui.scales import CORRELATION, ERROR, PERPLEXITY, SHARE, Scale


@pytest.mark.parametrize(
    ("scale", "value", "shown"),
    [
        (SHARE, 0.824, ".82"), (CORRELATION, -0.3, "−.30"), (ERROR, 0.412, "0.412"), (PERPLEXITY, 23.41, "23.4"),
        (PERPLEXITY, 1204.3, "1,204"), (PERPLEXITY, math.inf, "∞"), (SHARE, math.nan, "–"),
    ],
)  # fmt: skip
def test_a_value_is_written_by_its_kind(scale: Scale, value: float, shown: str) -> None:
    assert scale.shown(value) == shown


@pytest.mark.parametrize(
    ("scale", "delta", "shown"), [(SHARE, 0.081, "+8.1"), (CORRELATION, 0.12, "+.12"), (PERPLEXITY, -17.63, "−17.6"), (ERROR, 0.0, "±0")]
)
def test_a_change_in_little_room_is_in_points_only_for_shares(scale: Scale, delta: float, shown: str) -> None:
    assert scale.status(delta) == shown


@pytest.mark.parametrize(
    ("scale", "delta", "gain"),
    [(SHARE, 0.1, 1), (SHARE, -0.1, -1), (SHARE, 0.001, 0), (PERPLEXITY, -3, 1), (ERROR, 0.2, -1), (ERROR, 0.0, 0)],
)
def test_falling_is_a_gain_where_less_is_better(scale: Scale, delta: float, gain: int) -> None:
    assert scale.gain(delta) == gain


def test_no_number_is_no_gain() -> None:
    assert SHARE.gain(math.nan) == 0


def test_a_share_fills_its_bar_by_itself() -> None:
    assert SHARE.fill(0.4, [0.4, 0.9]) == 0.4


def test_a_negative_correlation_has_no_bar() -> None:
    assert CORRELATION.fill(-0.2, [0.5]) == 0.0


def test_the_longest_bar_is_the_largest_amount_and_perplexities_are_drawn_by_their_nats() -> None:
    assert ERROR.fill(2, [2, 8]) == 0.25
    assert PERPLEXITY.fill(10, [10, 100]) == pytest.approx(0.5)


def test_an_infinite_amount_fills_its_bar_and_leaves_the_others_theirs() -> None:
    assert PERPLEXITY.fill(math.inf, [math.inf, 100, 10]) == 1.0
    assert PERPLEXITY.fill(10, [math.inf, 100, 10]) == pytest.approx(0.5)


def test_the_axis_of_a_change_holds_the_whole_interval() -> None:
    assert SHARE.reach(-0.02, 0.3, 0.5, 0.6) > 0.3
    assert PERPLEXITY.reach(-20, -10, 41, 25) > 20


def test_no_share_can_change_by_more_than_1() -> None:
    assert SHARE.reach(0.7, 0.95, 0.05, 0.9) == 1.0


def test_a_tiny_change_is_not_blown_up_to_the_whole_axis() -> None:
    assert SHARE.reach(-0.001, 0.001, 0.5, 0.5) > 0.05
    assert PERPLEXITY.reach(-0.01, 0.01, 100, 100) > 5
