"""A search says how it stands, what beat the beginning and by how little, and shows every trial."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from playground.errors import RunError
from playground.search import SearchState
from playground.ui.search_views import rate_text, search_html
from tests.search.making import REQUEST, state, trial


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_no_search_says_nothing() -> None:
    assert search_html(SearchState(), "en") == ""


def test_what_beat_the_beginning_is_said_with_both_scores() -> None:
    said = plain(search_html(state(trial(0, 0.70), trial(1, 0.90, epochs=8)), "en"))
    assert "Best: trial 1 with macro-F1 .90 on the validation rows; your settings reach .70." in said
    assert "By chance alone such a score moves by about ±.06 on 60 rows." in said
    assert "the test rows, seen once after Start, will tell" in said


def test_a_small_difference_is_called_small() -> None:
    said = plain(search_html(state(trial(0, 0.80), trial(1, 0.82, epochs=8)), "en"))
    assert "The difference of .02 is no larger than what chance moves such a score by on 60 rows (about ±.05)." in said


def test_that_nothing_beat_the_beginning_is_said() -> None:
    said = plain(search_html(state(trial(0, 0.80), trial(1, 0.80, epochs=8), trial(2, 0.7, epochs=4)), "en"))
    assert "Nothing beat your settings: they reach macro-F1 .80" in said
    assert "will tell" not in said


def test_amounts_are_not_given_the_chance_of_shares() -> None:
    request = replace(REQUEST, recipe=replace(REQUEST.recipe, task="language-modeling"))
    trials = [replace(one, recipe=request.recipe) for one in (trial(0, 30.0), trial(1, 21.5))]
    said = plain(search_html(state(*trials, request=request, falls=True), "en"))
    assert "21.5" in said
    assert "scored on the same 60 rows" in said
    assert "±" not in said


def test_every_trial_is_a_row_with_its_settings_state_and_course() -> None:
    trials = (trial(0, 0.8), trial(1, 0.9, learning_rate=2e-3, lora_r=8), trial(2, 0.4, status="pruned"), trial(3, None, status="memory"))
    html = search_html(state(*trials), "en")
    assert re.findall(r'data-number="(\d)"', html) == ["3", "2", "1", "0"]
    row = html[html.index('data-number="1"') : html.index('data-number="0"')]
    assert "<b>0.002</b>" in row
    assert "<b>8</b>" in row
    assert 'data-run="1"' in row
    assert "★ best" in row
    assert "macro-F1 after each evaluation: .80, .90" in row
    assert "Given up early" in html
    assert html.count('class="search-use"') == 2  # only what came to its end can be used


def test_while_it_runs_the_running_trial_and_the_time_are_said() -> None:
    running = state(trial(0, 0.8), trial(1, None, status="running", seconds=0.0), status="running", ending=None, seconds=65.0)
    html = search_html(running, "en")
    assert "Trial 1 runs · 1 min 5 s of 5 min" in html
    assert 'style="width:21.7%"' in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "waiting", "ending": None}, "waits for the machine"),
        ({"status": "stopped", "ending": None}, "Stopped after 4 min 50 s"),
        ({"ending": "exhausted"}, "nothing new left to try"),
        ({"status": "failed", "ending": None, "error": RunError("search_too_short", given="1", minutes=9)}, "Give it about 9 minutes"),
        ({"status": "running", "ending": None, "trials": ()}, "Loading the base model"),
    ],
)
def test_every_way_it_can_stand_is_said(fields: dict[str, object], said: str) -> None:
    assert said in plain(search_html(state(trial(0, 0.8), **fields), "en"))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_score_that_is_no_number_breaks_nothing(language: str) -> None:
    trials = (trial(0, 0.8), trial(1, math.nan, status="diverged"), trial(2, None, status="late"))
    assert "–" in search_html(state(*trials), language)  # type: ignore[arg-type]


def test_a_note_about_the_form_is_said() -> None:
    assert "stand in the form" in search_html(state(trial(0, 0.8), trial(1, 0.9)), "en", "applied")


def test_rates_are_short_and_can_be_told_apart() -> None:
    assert [rate_text(rate) for rate in (1e-3, 3.2e-4, 1.2e-5, 1e-6)] == ["0.001", "0.00032", "1.2e-05", "1e-06"]
