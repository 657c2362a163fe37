"""The best of a search, and by how much: honest about equals, and about what never came to its end."""

from __future__ import annotations

import math

from playground.search import SearchRequest, SearchState
from playground.search.types import settings_of
from tests.search.making import RECIPE, REQUEST, state, trial


def test_a_request_is_read_back_as_it_was_written() -> None:
    assert SearchRequest.from_values(REQUEST.to_values()) == REQUEST


def test_the_best_is_the_finished_one_with_the_best_value() -> None:
    found = state(trial(0, 0.8), trial(1, 0.9, epochs=8), trial(2, 0.95, status="pruned"), trial(3, None, status="diverged"))
    assert found.best is not None
    assert found.best.number == 1
    assert math.isclose(found.gain, 0.1)


def test_less_may_be_better() -> None:
    found = state(trial(0, 12.0), trial(1, 9.0), falls=True)
    assert found.best is not None
    assert (found.best.number, found.gain) == (1, 3.0)


def test_of_equals_the_beginning_stays() -> None:
    found = state(trial(0, 0.8), trial(1, 0.8, epochs=8))
    assert found.best is found.start
    assert found.gain == 0.0


def test_a_value_that_is_no_number_is_no_best() -> None:
    found = state(trial(0, 0.8), trial(1, math.nan), trial(2, 0.7))
    assert found.best is not None
    assert found.best.number == 0


def test_before_anything_is_scored_there_is_no_best() -> None:
    assert SearchState().best is None
    assert SearchState().gain == 0.0


def test_only_what_differs_is_written_of_a_recipe() -> None:
    assert settings_of(RECIPE.with_values({"epochs": 9, "batch_size": 16}), RECIPE) == {"epochs": 9}
