"""Chance moves a score less the more rows there are, and never not at all."""

from __future__ import annotations

import pytest

from playground.search.chance import standard_error


def test_more_rows_move_less() -> None:
    assert standard_error(0.8, 25) > standard_error(0.8, 100) > standard_error(0.8, 1_000) > 0


def test_it_is_the_binomial_one_where_there_are_many_rows() -> None:
    assert standard_error(0.5, 10_000) == pytest.approx(0.005, rel=0.01)


def test_a_perfect_score_is_not_certain() -> None:
    assert standard_error(1.0, 30) > 0.02
