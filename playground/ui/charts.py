"""Line charts as HTML: an SVG that stretches under text that does not, so a chart is sharp and readable at every width.

The plot area is an SVG of 1000 x 1000 units with non-scaling strokes; tick labels are HTML placed in percent. Colours are the
CSS variables of the page, so a chart follows light and dark without being drawn again. Pure: numbers in, a string out.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from playground.ui.marks import term

#: More points than this are averaged in buckets of equal width before drawing.
MAX_POINTS: Final = 240
#: Smallest distance between two labels beside the plot, as a share of its height (about 15 px of 220).
_LABEL_GAP: Final = 0.075
_UNITS: Final = 1000

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One curve."""

    #: Shown in the legend and beside the value under the pointer.
    name: str
    #: CSS class suffix that gives the colour: "tuned", "raw" or "ink".
    style: str
    #: In rising order of x.
    points: tuple[Point, ...]
    #: Whether every point is marked (few, measured points) or only the line is drawn (many).
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal dotted line something can be compared with, named beside the plot."""

    name: str
    value: float
    #: Its value as a person reads it.
    shown: str
    #: What it is, in a sentence, on hover.
    help: str = ""
    #: Whether the axis is made long enough for it; one that is not stands at the edge with an arrow when it lies beyond.
    stretches: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything a line chart shows."""

    title: str
    #: One sentence on hover of the title.
    help: str
    x_name: str
    lines: tuple[Line, ...]
    levels: tuple[Level, ...] = ()
    #: The x axis goes at least this far (the last step to come), so that the curve grows into empty space.
    x_end: float = 0.0
    #: Where the x axis begins, and how its values are written; None for whole numbers.
    x_start: float = 0.0
    x_shown: Callable[[float], str] | None = None
    #: The y axis stays inside these bounds, whatever the padding would do.
    y_floor: float = 0.0
    y_ceiling: float = math.inf
    #: Shown inside the plot while there is no point yet.
    empty: str = ""
    #: The chart in a sentence, for people who cannot see it.
    summary: str = ""
    #: One point worth marking, e.g. the best so far, and its label.
    mark: tuple[Point, str] | None = None
    #: How a value under the pointer is written.
    shown: Callable[[float], str] = "{:.3f}".format


def thin(points: Sequence[Point], limit: int = MAX_POINTS) -> tuple[Point, ...]:
    """At most ``limit`` points: means of neighbours, with the first and the last point kept as they are."""
    if len(points) <= limit:
        return tuple(points)
    size = (len(points) - 2) / (limit - 2)
    buckets = [points[1 + int(i * size) : 1 + max(int((i + 1) * size), int(i * size) + 1)] for i in range(limit - 2)]
    means = [(sum(x for x, _ in bucket) / len(bucket), sum(y for _, y in bucket) / len(bucket)) for bucket in buckets]
    return (points[0], *means, points[-1])


def smooth(points: Sequence[Point], weight: float = 0.9) -> tuple[Point, ...]:
    """Exponential moving average of y without the bias of its start.

    :param weight: share of the past in each value, 0 to less than 1.
    """
    smoothed: list[Point] = []
    total, norm = 0.0, 0.0
    for x, y in points:
        total, norm = weight * total + (1 - weight) * y, weight * norm + (1 - weight)
        smoothed.append((x, total / norm))
    return tuple(smoothed)


def ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Round numbers (1, 2 or 5 times a power of ten apart) from ``low`` to ``high``, about ``count`` of them."""
    if not high > low:
        return (low,)
    raw = (high - low) / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(index * step, 10) for index in range(first, last + 1))


def spread(places: Sequence[float], gap: float = _LABEL_GAP) -> tuple[float, ...]:
    """Places (0 to 1) moved apart until neighbours are ``gap`` away from each other, staying as near as they can to where they were."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    gap = min(gap, 1 / max(len(places) - 1, 1))
    moved: list[float] = []
    for index in order:
        moved.append(max(places[index], moved[-1] + gap if moved else 0.0))
    overflow = 1.0
    for place in range(len(moved) - 1, -1, -1):
        moved[place] = min(moved[place], overflow)
        overflow = moved[place] - gap
    result = [0.0] * len(places)
    for index, at in zip(order, moved, strict=True):
        result[index] = at
    return tuple(result)


def line_chart(chart: Chart) -> str:
    """The chart as one ``<figure>``."""
    lines = tuple(Line(line.name, line.style, thin(line.points), line.marked) for line in chart.lines)
    frame = _Frame.around(chart, lines)
    legend = "".join(f'<span class="key {line.style}">{escape(line.name)}</span>' for line in lines if line.points)
    head = f'<figcaption>{term(chart.title, chart.help, "strong")}<span class="legend">{legend}</span></figcaption>'
    wide = " with-levels" if chart.levels else ""
    empty = "" if any(line.points for line in lines) else f'<p class="nothing">{escape(chart.empty)}</p>'
    return (
        f'<figure class="chart{wide}">{head}<div class="plot" role="img" aria-label="{escape(chart.summary or chart.title)}" '
        f'data-plot="{escape(_readout(chart, lines, frame))}">'
        f'{_y_axis(frame)}<div class="area">{_svg(chart, lines, frame)}{_mark(chart, frame)}{empty}</div>'
        f"{_level_names(chart, frame)}{_x_axis(chart, frame)}</div></figure>"
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """The visible rectangle, in data coordinates."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float

    @classmethod
    def around(cls, chart: Chart, lines: Sequence[Line]) -> _Frame:
        xs = [x for line in lines for x, _ in line.points]
        ys = [y for line in lines for _, y in line.points if math.isfinite(y)] + [level.value for level in chart.levels if level.stretches]
        low, high = (min(ys), max(ys)) if ys else (0.0, 1.0)
        pad = max((high - low) * 0.08, abs(high) * 0.02, 1e-6)
        bottom, top = max(chart.y_floor, low - pad), min(chart.y_ceiling, high + pad)
        return cls(chart.x_start, max([chart.x_end, chart.x_start + 1.0, *xs]), bottom, max(top, bottom + 1e-6))

    def across(self, x: float) -> float:
        return (x - self.x_low) / (self.x_high - self.x_low)

    def down(self, y: float) -> float:
        """0 at the top."""
        return min(1.0, max(0.0, 1 - (y - self.y_low) / (self.y_high - self.y_low)))


def _path(points: Sequence[Point], frame: _Frame) -> str:
    drawn = (f"{frame.across(x) * _UNITS:.1f} {frame.down(y) * _UNITS:.1f}" for x, y in points if math.isfinite(y))
    return "M" + "L".join(drawn)


def _dots(points: Sequence[Point], frame: _Frame) -> str:
    """Strokes of length zero with round ends: dots that stay round however the SVG is stretched."""
    return "".join(f"M{frame.across(x) * _UNITS:.1f} {frame.down(y) * _UNITS:.1f}h0" for x, y in points if math.isfinite(y))


def _svg(chart: Chart, lines: Sequence[Line], frame: _Frame) -> str:
    parts = [f'<path class="grid" d="M0 {frame.down(y) * _UNITS:.1f}H{_UNITS}"/>' for y in ticks(frame.y_low, frame.y_high)]
    levels = (level.value for level in chart.levels if frame.y_low <= level.value <= frame.y_high)
    parts += [f'<path class="level" d="M0 {frame.down(value) * _UNITS:.1f}H{_UNITS}"/>' for value in levels]
    for line in lines:
        if not line.points:
            continue
        parts.append(f'<path class="line {line.style}" data-points="{len(line.points)}" d="{_path(line.points, frame)}"/>')
        if line.marked:
            parts.append(f'<path class="dots {line.style}" d="{_dots(line.points, frame)}"/>')
    return f'<svg viewBox="0 0 {_UNITS} {_UNITS}" preserveAspectRatio="none" aria-hidden="true">{"".join(parts)}</svg>'


def _mark(chart: Chart, frame: _Frame) -> str:
    if chart.mark is None:
        return ""
    (x, y), label = chart.mark
    side = " left" if frame.across(x) > 0.75 else ""
    return f'<span class="mark{side}" style="left:{frame.across(x):.2%};top:{frame.down(y):.2%}"><b>{escape(label)}</b></span>'


def _y_axis(frame: _Frame) -> str:
    values = ticks(frame.y_low, frame.y_high)
    labels = (f'<span style="top:{frame.down(value):.2%}">{tick_text(value, values)}</span>' for value in values)
    return f'<div class="y-axis" aria-hidden="true">{"".join(labels)}</div>'


def _x_axis(chart: Chart, frame: _Frame) -> str:
    room = 0.97 - 0.012 * len(chart.x_name)  # the axis's name stands at the right end
    values = [value for value in ticks(frame.x_low, frame.x_high) if value == int(value) and frame.across(value) <= room]
    shown = chart.x_shown or "{:,.0f}".format
    labels = (f'<span style="left:{frame.across(value):.2%}">{escape(shown(value))}</span>' for value in values)
    return f'<div class="x-axis" aria-hidden="true">{"".join(labels)}<em>{escape(chart.x_name)}</em></div>'


def _level_names(chart: Chart, frame: _Frame) -> str:
    if not chart.levels:
        return ""
    places = spread([frame.down(level.value) for level in chart.levels])
    names = ""
    for level, place in zip(chart.levels, places, strict=True):
        beyond = "↓ " if level.value < frame.y_low else "↑ " if level.value > frame.y_high else ""
        names += term(f"{beyond}{level.name} ", level.help, style=f"top:{place:.2%}", after=f"<b>{escape(level.shown)}</b>")
    return f'<div class="levels">{names}</div>'


def _readout(chart: Chart, lines: Sequence[Line], frame: _Frame) -> str:
    """What the script beside the page needs to show values under the pointer: places in shares of the plot, values as text."""
    rows = [
        {
            "name": line.name,
            "style": line.style,
            "points": [[round(frame.across(x), 4), (chart.x_shown or round)(x), chart.shown(y)] for x, y in line.points],
        }
        for line in lines
        if line.points
    ]
    return json.dumps({"x": chart.x_name, "lines": rows}, ensure_ascii=False, separators=(",", ":"))


def tick_text(value: float, values: Sequence[float]) -> str:
    """A tick with as many digits as tell it from its neighbours."""
    step = abs(values[1] - values[0]) if len(values) > 1 else abs(value) or 1.0
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    if value == 0:
        return "0"
    text = f"{abs(value):,.{digits}f}"
    return ("−" if value < 0 else "") + (text[1:] if text.startswith("0.") else text)
