"""What a trial will take is never expected too short."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.recipe import Recipe
from playground.search.pace import Pace, expected_seconds, paces
from tests.search.making import trial

RECIPE = Recipe(model="some/model", epochs=4, batch_size=10)
KNOWN = (Pace(10, 1, step_seconds=0.5, evaluation_seconds=2.0),)


def test_nothing_is_expected_before_anything_was_measured() -> None:
    assert expected_seconds(RECIPE, 100, ()) is None


def test_steps_and_evaluations_add_up_with_a_margin() -> None:
    assert expected_seconds(RECIPE, 100, KNOWN) == pytest.approx(1.1 * (40 * 0.5 + 4 * 2.0))


def test_larger_batches_take_longer_in_proportion_and_smaller_ones_no_shorter() -> None:
    assert KNOWN[0].step_of(replace(RECIPE, batch_size=20)) == 1.0
    assert KNOWN[0].step_of(replace(RECIPE, batch_size=5)) == 0.5
    assert KNOWN[0].step_of(replace(RECIPE, gradient_accumulation=2)) == 1.0


def test_the_same_batch_size_tells_more_than_another() -> None:
    known = (*KNOWN, Pace(40, 1, step_seconds=0.6, evaluation_seconds=2.0))
    assert expected_seconds(replace(RECIPE, batch_size=40, epochs=4), 400, known) == pytest.approx(1.1 * (40 * 0.6 + 4 * 2.0))


def test_a_trial_without_a_step_says_nothing() -> None:
    assert paces([trial(0, None, step_seconds=0.0)]) == ()
