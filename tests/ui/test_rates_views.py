"""A range test shows the loss against the logarithm of the rate, and says what follows from it."""

from __future__ import annotations

import json
import re
from html import unescape

from playground.errors import RunError
from playground.launch.rates import RatesState
from playground.search.rates import RateTest, rising
from playground.ui.rates_views import rates_html

RATES = rising(1e-6, 1e-1)
FALLS = RateTest(tuple((rate, 1.0 if rate < 1e-4 else 0.2 if rate < 1e-2 else 9.0) for rate in RATES))


def test_nobody_asked_for_one() -> None:
    assert rates_html(RatesState(), "en") == ""


def test_waiting_running_and_failing_are_said() -> None:
    assert "waits for the machine" in rates_html(RatesState("waiting"), "en")
    assert "a hundred steps" in rates_html(RatesState("running"), "en")
    assert "memory" in rates_html(RatesState("failed", error=RunError("out_of_memory")), "en")


def test_the_axis_is_that_of_rates() -> None:
    html = rates_html(RatesState("finished", FALLS, 1e-3), "en")
    axis = html[html.index('class="x-axis"') :]
    assert re.findall(r">([0-9.e-]+)</span>", axis)[:3] == ["1e-06", "0.0001", "0.01"]
    plot = json.loads(unescape(html.split('data-plot="')[1].split('"')[0]))
    places = [point[0] for point in plot["lines"][0]["points"]]
    assert places == sorted(places)
    assert abs(places[50] - 0.5) < 0.02  # evenly by the logarithm
    assert plot["lines"][0]["points"][0][1] == "1e-06"


def test_the_suggestion_is_said() -> None:
    assert "Suggested: 0.00099, ten times below" in rates_html(RatesState("finished", FALLS, 9.9e-4), "en")


def test_a_bound_in_the_way_is_said() -> None:
    assert "the bound for this method" in rates_html(RatesState("finished", FALLS, 5e-4), "en")


def test_no_suggestion_is_said() -> None:
    flat = RateTest(tuple((rate, 1.0) for rate in RATES))
    assert "did not fall at any rate" in rates_html(RatesState("finished", flat, None), "en")
    assert "都没有下降" in rates_html(RatesState("finished", flat, None), "zh")
