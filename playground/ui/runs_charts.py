"""The two charts of a run: how the loss falls, and how the validation metric gets past the references."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from playground.ui.charts import Chart, Level, Line, line_chart, smooth
from playground.ui.names import level_name, metric_help, metric_name, reference_help
from playground.ui.run_words import RunView
from playground.words import Language, say

#: References that do not read the text.
_WEAK: Final = frozenset({"majority", "mean", "frequency"})
#: An amount so many times as large as any of the curve would flatten it.
_FAR: Final = 2.0
#: Steps from which single losses are too noisy to read and a smoothed line is drawn over them.
_SMOOTH_FROM: Final = 12


def charts_html(view: RunView, language: Language) -> str:
    """Loss and validation metric beside each other, of the same height and over the same steps."""
    end = float(view.trace.step.total_steps) if view.trace.step else 0.0
    pair = (replace(chart, x_end=end) for chart in (loss_chart(view, language), metric_chart(view, language)))
    return f'<div class="chart-row">{"".join(line_chart(chart) for chart in pair)}</div>'


def loss_chart(view: RunView, language: Language) -> Chart:
    """Training loss of every step, smoothed once there are many, and the validation loss."""
    losses = tuple(view.trace.losses)
    validation = tuple((float(event.step), event.loss) for event in view.trace.evaluations)
    many = len(losses) >= _SMOOTH_FROM
    lines = [Line(say("runs.line.loss", language), "raw" if many else "tuned", losses, marked=len(losses) < _SMOOTH_FROM)]
    if many:
        lines.append(Line(say("runs.line.smooth", language), "tuned", smooth(losses, weight=_weight(len(losses)))))
    lines.append(Line(say("runs.line.validation", language), "ink", validation, marked=True))
    latest = f"{losses[-1][1]:.2f}" if losses else "–"
    return Chart(
        title=say("runs.chart.loss", language),
        help=say("runs.chart.loss.help", language),
        x_name=say("runs.chart.step", language),
        lines=tuple(lines),
        empty=say("runs.chart.loss.empty", language),
        summary=say("runs.chart.loss.summary", language, count=len(losses), value=latest),
    )


def _weight(steps: int) -> float:
    """Share of the past in the smoothed loss: more steps can bear more of it without lagging behind what they show."""
    return min(0.95, 1 - 2 / (steps / 8 + 1))


def metric_chart(view: RunView, language: Language) -> Chart:
    """The validation metric of every evaluation, with the references it has to beat as dotted lines."""
    metric, trace, scale = metric_name(view.metric, language), view.trace, view.scale
    points = tuple((float(event.step), event.metric) for event in trace.evaluations)
    best = trace.best
    best_value = scale.shown(best.metric) if best else "–"
    floor, ceiling = scale.bounds
    references = [(name, value) for name, value in trace.references.items() if math.isfinite(value)]
    return Chart(
        title=say("runs.chart.metric", language, metric=metric),
        help=say("runs.chart.metric.help", language, metric=metric, meaning=metric_help(view.metric, language)),
        x_name=say("runs.chart.step", language),
        lines=(Line(say("runs.line.tuned", language), "tuned", points, marked=True),),
        levels=tuple(_level(name, value, view, language) for name, value in references),
        y_floor=floor,
        y_ceiling=ceiling,
        empty=say("runs.chart.metric.empty", language),
        summary=say("runs.chart.metric.summary", language, metric=metric, count=len(points), value=best_value),
        mark=((float(best.step), best.metric), say("runs.chart.best", language, value=best_value)) if best else None,
        shown=scale.shown,
    )


def _level(name: str, value: float, view: RunView, language: Language) -> Level:
    task, scale = view.run.recipe.task, view.scale
    # What answers without reading is so weak that an axis reaching to it would flatten the curve, and so may an untuned model be.
    seen = [event.metric for event in view.trace.evaluations if math.isfinite(event.metric)]
    far = scale.kind == "amount" and bool(seen) and value > _FAR * max(seen)
    stretches = name not in _WEAK and not far
    return Level(level_name(name, task, language), value, scale.shown(value), reference_help(name, task, language), stretches)
