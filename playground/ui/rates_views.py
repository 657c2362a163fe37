"""What a learning-rate range test looks like: the loss against the rate, and what follows from it. Pure."""

from __future__ import annotations

import math

from playground.launch.rates import RatesState
from playground.search.rates import RateTest
from playground.ui.charts import Chart, Line, line_chart
from playground.ui.html import esc, note_html
from playground.ui.search_views import rate_text
from playground.words import Language, say

#: The loss is drawn up to this many times the first one: beyond that it only shows that it shot up.
_CEILING = 1.5
#: How far below the lowest loss's rate the suggestion lies unless a bound is in the way, with what rounding adds.
_TENTH = (9.0, 11.0)


def rates_html(state: RatesState, language: Language) -> str:
    """How a range test stands, its curve and the suggestion; "" if nobody asked for one."""
    if state.status == "failed" and state.error is not None:
        return note_html(state.error, language)
    if state.status in ("waiting", "running"):
        return f'<p class="pg-muted">{esc(say(f"rates.{state.status}", language))}</p>'
    if state.test is None or not state.test.points:
        return ""
    said = esc(_conclusion(state.test, state.suggestion, language))
    return f'<section id="rates-found">{line_chart(rates_chart(state.test, language))}<p><b>{said}</b></p></section>'


def _conclusion(test: RateTest, suggestion: float | None, language: Language) -> str:
    if suggestion is None or test.lowest is None:
        return say("rates.nothing", language)
    low, high = _TENTH
    key = "rates.found" if low <= test.lowest[0] / suggestion <= high else "rates.bound"
    facts = {"rate": rate_text(suggestion), "lowest": rate_text(float(f"{test.lowest[0]:.1e}"))}
    return say(key, language, **facts) if key == "rates.bound" else say(key, language, rate=facts["rate"])


def rates_chart(test: RateTest, language: Language) -> Chart:
    """Loss of each step against the logarithm of its rate."""
    points = tuple((math.log10(rate), loss) for rate, loss in test.points)
    smooth = tuple((math.log10(rate), loss) for rate, loss in test.smoothed)
    lowest = test.lowest
    mark = None
    if lowest is not None:
        mark = ((math.log10(lowest[0]), lowest[1]), say("rates.chart.mark", language, rate=rate_text(float(f"{lowest[0]:.1e}"))))
    ceiling = _CEILING * max(loss for _, loss in points[: max(1, len(points) // 4)])
    rates = [rate_text(float(f"{rate:.1e}")) for rate in (test.points[0][0], test.points[-1][0], *([lowest[0]] if lowest else [0.0]))]
    return Chart(
        title=say("rates.chart", language),
        help=say("rates.chart.help", language),
        x_name=say("rates.chart.rate", language),
        lines=(Line(say("rates.chart.loss", language), "raw", points), Line(say("rates.chart.smooth", language), "tuned", smooth)),
        x_start=math.floor(points[0][0] + 1e-9),
        x_end=points[-1][0],
        x_shown=_power,
        y_ceiling=ceiling,
        summary=say("rates.chart.summary", language, count=len(points), low=rates[0], high=rates[1], rate=rates[2]),
        mark=mark,
    )


def _power(exponent: float) -> str:
    return rate_text(float(f"{10**exponent:.1e}"))
