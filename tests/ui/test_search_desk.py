"""When a search ends the best settings go into the form, but never over what a person has changed meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.errors import RunError
from playground.estimate import Estimate, Memory, Seconds
from playground.search import SearchState
from playground.ui.search_desk import after_search, minutes_of, plan_html
from tests.search.making import RECIPE, state, trial

FOUND = state(trial(0, 0.8), trial(1, 0.9, learning_rate=2e-3, lora_r=8, lora_alpha=16))


def estimate(seconds: float) -> Estimate:
    memory = Memory(runtime=1, weights=1, trained=1, gradients=1, optimizer=1, activations=1, logits=0, other_stage=0)
    time = Seconds(start=10, references=5, steps=0.75 * seconds, evaluations=0.25 * seconds)
    return Estimate(time.total, time.total, time.total, 6, 0.1, "formula", memory, time)


def test_the_best_settings_go_into_the_form() -> None:
    recipe, note = after_search(FOUND, RECIPE)
    assert recipe == RECIPE.with_values({"learning_rate": 2e-3, "lora_r": 8, "lora_alpha": 16})
    assert note == "applied"


def test_what_says_nothing_about_learning_stays_as_the_form_has_it() -> None:
    recipe, note = after_search(FOUND, replace(RECIPE, seeds=3))
    assert recipe is not None
    assert (recipe.seeds, recipe.learning_rate, note) == (3, 2e-3, "applied")


def test_a_form_that_was_changed_meanwhile_is_left_alone() -> None:
    assert after_search(FOUND, replace(RECIPE, max_length=64)) == (None, "changed")
    assert after_search(FOUND, replace(RECIPE, model="other/model")) == (None, "changed")


def test_where_nothing_was_better_nothing_is_changed() -> None:
    assert after_search(state(trial(0, 0.8), trial(1, 0.8, epochs=9)), RECIPE) == (None, "")
    assert after_search(SearchState(), RECIPE) == (None, "")


def test_how_many_tries_there_is_time_for_is_said() -> None:
    assert "about 30 s: time for about 9 tries" in plan_html(estimate(30), 300, "en")
    assert "time for little more than one" in plan_html(estimate(200), 300, "en")
    assert "longer than the search may take" in plan_html(estimate(900), 300, "en")
    assert "大约够试 9 次" in plan_html(estimate(30), 300, "zh")


def test_minutes_are_read_as_people_write_them() -> None:
    assert minutes_of("2,5") == 2.5
    with pytest.raises(RunError) as refused:
        minutes_of("soon")
    assert refused.value.code == "search_no_number"
