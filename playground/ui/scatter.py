"""Expected against answered numbers as points: two panels with the same axes, so that base and fine-tuned can be compared. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from playground.ui.charts import Point, tick_text, ticks

#: More points than this are thinned to about so many; they would only cover each other.
MOST_POINTS: Final = 1_500
_UNITS: Final = 1000
_PAD: Final = 0.05


@dataclass(frozen=True, slots=True)
class Panel:
    """One cloud of points."""

    #: "base" or "tuned": gives the colour.
    style: str
    title: str
    #: Shown beside the title, e.g. a score.
    note: str
    #: (expected, answered).
    points: tuple[Point, ...]
    #: The panel in a sentence, for people who cannot see it.
    summary: str


def scatter_html(panels: Sequence[Panel], x_name: str, y_name: str) -> str:
    """The panels side by side over the same range; on the line from corner to corner an answer is right."""
    values = [value for panel in panels for point in panel.points for value in point]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    pad = (high - low) * _PAD or abs(high) * _PAD or 1.0
    low, high = low - pad, high + pad
    return f'<div class="chart-row">{"".join(_panel(panel, low, high, x_name, y_name) for panel in panels)}</div>'


def _panel(panel: Panel, low: float, high: float, x_name: str, y_name: str) -> str:
    def place(value: float) -> float:
        return (value - low) / (high - low)

    points = panel.points[:: len(panel.points) // MOST_POINTS + 1]
    dots = "".join(f"M{place(x) * _UNITS:.0f} {(1 - place(y)) * _UNITS:.0f}h0" for x, y in points)
    marks = ticks(low, high)
    grid = "".join(f'<path class="grid" d="M0 {(1 - place(mark)) * _UNITS:.1f}H{_UNITS}"/>' for mark in marks)
    svg = (
        f'<svg viewBox="0 0 {_UNITS} {_UNITS}" preserveAspectRatio="none" aria-hidden="true">{grid}'
        f'<path class="level" d="M0 {_UNITS}L{_UNITS} 0"/>'
        f'<path class="dots cloud {panel.style}" data-points="{len(points)}" d="{dots}"/></svg>'
    )
    down = "".join(f'<span style="top:{1 - place(mark):.2%}">{tick_text(mark, marks)}</span>' for mark in marks)
    across = "".join(f'<span style="left:{place(mark):.2%}">{tick_text(mark, marks)}</span>' for mark in marks if place(mark) <= 0.8)
    return (
        f'<figure class="chart scatter {panel.style}"><figcaption><strong>{escape(panel.title)}</strong><span>{escape(panel.note)}</span>'
        f'</figcaption><div class="plot" role="img" aria-label="{escape(panel.summary)}"><em class="y-name">{escape(y_name)}</em>'
        f'<div class="y-axis" aria-hidden="true">{down}</div><div class="area">{svg}</div>'
        f'<div class="x-axis" aria-hidden="true">{across}<em>{escape(x_name)}</em></div></div></figure>'
    )
