"""The Compare tab's findings on the held-out rows: the verdict, the ladder of references, metric by metric. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from typing import Final

from playground.compare import Comparison, Intervals, Verdict
from playground.tasks import Metrics, get_task
from playground.ui import format
from playground.ui.marks import change, column_heads, heading, metric_term, term
from playground.ui.names import metric_help, reference_help, reference_name, short_name
from playground.ui.scales import Scale
from playground.ui.seeds_line import seeds_line
from playground.ui.tasks import view_of
from playground.words import Language, say

#: A p-value below this is shown as a bound.
_SMALLEST_P: Final = 0.001
#: Metrics that fit beside the bars of the ladder; where there are more, they have a table of their own.
_BESIDE_BARS: Final = 1
#: Of a metric that does not follow from sums over rows.
_NO_INTERVALS: Final = Intervals(None, None, None)
OUTCOME_SIGNS: Final = {"better": "▲", "worse": "▼", "cannot_tell": "●"}


def verdict_html(comparison: Comparison, language: Language) -> str:
    """Whether the fine-tune helped: a sentence, the interval drawn, and what "base" is."""
    verdict = comparison.verdict
    lines = "".join(f"<p class='quiet'>{escape(line)}</p>" for line in _beside_the_verdict(comparison, language))
    sign = f'<span class="sign" aria-hidden="true">{OUTCOME_SIGNS[verdict.outcome]}</span>'
    return (
        f'<section class="verdict" data-outcome="{verdict.outcome}">{sign}'
        f"<div><h2>{escape(_sentence(comparison, language))}</h2>{interval_html(comparison, language)}{lines}</div></section>"
    )


def _sentence(comparison: Comparison, language: Language) -> str:
    verdict, scale = comparison.verdict, _scale(comparison)
    falls = ".falls" if scale.falls and verdict.outcome != "cannot_tell" else ""
    said = say(
        f"compare.verdict.{verdict.outcome}{falls}",
        language,
        metric=say(f"metric.{verdict.metric}", language),
        base=scale.shown(verdict.base),
        tuned=scale.shown(verdict.tuned),
        count=verdict.rows,
        low=scale.signed(verdict.low),
        high=scale.signed(verdict.high),
    )
    return format.close_up(said)


def verdict_line(comparison: Comparison, language: Language) -> str:
    """The few words under the tab's title: "better +8.1 (4.9 … 11.2)", shares in points of a hundred."""
    verdict, scale = comparison.verdict, _scale(comparison)
    return say(
        f"compare.status.{verdict.outcome}",
        language,
        delta=scale.status(verdict.delta),
        low=scale.bound(verdict.low),
        high=scale.bound(verdict.high),
    )


def interval_html(comparison: Comparison, language: Language) -> str:
    """The interval of the change on an axis with "no change" marked, so one sees whether it touches zero."""
    verdict, scale = comparison.verdict, _scale(comparison)
    graded = ".graded" if get_task(comparison.task).graded else ""
    p_value = say(f"compare.verdict.p{graded}", language, value=p_words(verdict.p_value))
    return (
        f"{_axis(verdict, scale, language)}"
        f'<p class="interval-stats">{term(say("compare.verdict.interval", language), say("compare.verdict.interval.help", language))}'
        f"{term(p_value, say(f'compare.verdict.p{graded}.help', language))}</p>"
    )


def _axis(verdict: Verdict, scale: Scale, language: Language) -> str:
    if not all(map(math.isfinite, (verdict.low, verdict.high, verdict.delta))):
        return ""
    reach = scale.reach(verdict.low, verdict.high, verdict.base, verdict.tuned)
    low, high, delta = (50 + 50 * value / reach for value in (verdict.low, verdict.high, verdict.delta))
    span = f"left:{low:.2f}%;width:{high - low:.2f}%"
    left, right = (say(f"compare.verdict.side.{side}", language) for side in (("better", "worse") if scale.falls else ("worse", "better")))
    return (
        f'<div class="interval" aria-hidden="true"><span class="zero"></span><span class="range" style="{span}"></span>'
        f'<span class="point" style="left:{delta:.2f}%"></span></div>'
        f'<p class="interval-words" aria-hidden="true"><span>{scale.signed(-reach)} {escape(left)}</span>'
        f"<span>{escape(say('compare.verdict.no_change', language))}</span><span>{escape(right)} {scale.signed(reach)}</span></p>"
    )


def p_words(p_value: float) -> str:
    """A p-value as one reads it: "= .003", "< .001"."""
    return "< .001" if p_value < _SMALLEST_P else f"= {p_value:.3f}".replace("0.", ".", 1)


def _beside_the_verdict(comparison: Comparison, language: Language) -> list[str]:
    name, task, scale = comparison.base_name, comparison.task, _scale(comparison)
    meaning = reference_help(name, task, language)
    lines = [say("compare.verdict.against", language, name=short_name(name, task, language), help=meaning)]
    if comparison.left_out:
        asked = comparison.verdict.rows
        lines.append(say("compare.left_out", language, count=asked, total=asked + comparison.left_out))
    if comparison.seeds:
        lines.append(seeds_line(comparison.seeds, task, language))
    if comparison.strongest != name:
        verdict = comparison.against_strongest
        best, value = reference_name(comparison.strongest, task, language), scale.shown(verdict.base)
        falls = ".falls" if scale.falls and verdict.outcome == "worse" else ""
        lines.append(say(f"compare.verdict.strongest.{verdict.outcome}{falls}", language, name=best, value=value))
    if comparison.verdict.outcome == "cannot_tell" and (comparison.verdict.low > 0 or comparison.verdict.high < 0):
        lines.append(say("compare.verdict.disagree.graded" if get_task(task).graded else "compare.verdict.disagree", language))
    if comparison.verdict.outcome == "cannot_tell":
        lines.append(say("compare.verdict.more_rows", language))
    return lines


def ladder_html(comparison: Comparison, language: Language) -> str:
    """Every reference and the fine-tuned model as bars of the primary metric, weakest first, with the second metric beside."""
    primary, scale = comparison.primary_metric, _scale(comparison)
    rungs: list[tuple[str, Metrics]] = [*comparison.references.items(), ("tuned", comparison.tuned)]
    values = {name: _value(metrics, primary) for name, metrics in rungs}
    weakest = math.inf if scale.falls else -math.inf
    order = {name: weakest if math.isnan(value) else value for name, value in values.items()}
    rungs.sort(key=lambda rung: (-order[rung[0]] if scale.falls else order[rung[0]], rung[0] == "tuned"))
    rows = "".join(_rung(name, metrics, list(values.values()), comparison, language) for name, metrics in rungs)
    names = "".join(f"<span>{metric_term(name, language)}</span>" for name in (primary, *_beside(comparison)))
    said = say("compare.ladder.line", language, metric=say(f"metric.{primary}", language), count=comparison.verdict.rows)
    line = format.close_up(said)
    if scale.falls:
        line += (" " if language == "en" else "") + say("compare.ladder.falls", language)
    bare = "" if _beside(comparison) else " bare"
    return (
        f'<section class="ladder{bare}">{heading(say("compare.ladder", language), line)}'
        f'<div class="rung names"><span></span><span></span>{names}</div>{rows}</section>'
    )


def _beside(comparison: Comparison) -> list[str]:
    others = [name for name in comparison.tuned.values if name != comparison.primary_metric]
    return others if len(others) <= _BESIDE_BARS else []


def _rung(name: str, metrics: Metrics, values: list[float], comparison: Comparison, language: Language) -> str:
    tuned, base, scale, task = name == "tuned", name == comparison.base_name, _scale(comparison), comparison.task
    title = say("compare.ladder.tuned", language) if tuned else reference_name(name, task, language)
    help_text = say("compare.ladder.tuned.help", language) if tuned else reference_help(name, task, language)
    tag = f'<em class="tag">{escape(say("compare.ladder.base", language))}</em>' if base else ""
    value, view = _value(metrics, comparison.primary_metric), view_of(task)
    others = "".join(f"<span>{view.scale(other).shown(_value(metrics, other))}</span>" for other in _beside(comparison))
    style = "tuned" if tuned else "base" if base else "other"
    bar = f'<span class="track"><i style="width:{100 * scale.fill(value, values):.1f}%"></i></span>'
    return (
        f'<div class="rung {style}"><span class="name">{term(title, help_text)}{tag}</span>{bar}'
        f"<span><b>{scale.shown(value)}</b></span>{others}</div>"
    )


def metrics_html(comparison: Comparison, language: Language) -> str:
    """Every metric before and after, for tasks with more of them than fit beside the bars; "" for the others."""
    if len(comparison.tuned.values) <= 1 + _BESIDE_BARS:
        return ""
    view = view_of(comparison.task)
    rows = ""
    for name, tuned in comparison.tuned.values.items():
        base, scale, range_of = _value(comparison.base, name), view.scale(name), comparison.intervals.get(name, _NO_INTERVALS)
        cells = f'<td class="base">{scale.shown(base)}{_range(range_of.base, scale.shown)}</td>'
        cells += f'<td class="tuned">{scale.shown(tuned)}{_range(range_of.tuned, scale.shown)}</td>'
        moved = "" if math.isnan(base) else change(tuned - base, language, scale) + _range(range_of.change, scale.signed)
        rows += f'<tr><th scope="row">{metric_term(name, language)}</th>{cells}<td>{moved}</td>'
        rows += f'<td class="quiet">{escape(metric_help(name, language))}</td></tr>'
    heads = ("compare.metrics.metric", "compare.answer.base", "compare.answer.tuned", "compare.classes.change", "compare.metrics.meaning")
    head = heading(say("compare.metrics", language), say("compare.metrics.line", language))
    table = f"<table>{column_heads(escape(say(key, language)) for key in heads)}<tbody>{rows}</tbody></table>"
    return f'<section class="classes metrics">{head}<div class="scroll">{table}</div></section>'


def _range(interval: tuple[float, float] | None, shown: Callable[[float], str]) -> str:
    """An interval under the number it belongs to; nothing where there is none, or where nothing else was possible."""
    if interval is None or interval[0] == interval[1]:
        return ""
    low, high = map(shown, interval)
    return f' <small class="quiet range">{low} … {high}</small>'


def _value(metrics: Metrics, name: str) -> float:
    """NaN for a metric these answers have not: a classic method has no perplexity."""
    return metrics.values.get(name, math.nan)


def _scale(comparison: Comparison) -> Scale:
    return view_of(comparison.task).scale(comparison.primary_metric)
