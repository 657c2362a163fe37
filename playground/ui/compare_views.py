"""The Compare tab's findings on the held-out rows: the verdict, the ladder of references, label by label. Pure."""

from __future__ import annotations

from html import escape
from typing import Final

from playground.compare import Comparison
from playground.tasks import Metrics
from playground.ui import format
from playground.ui.marks import change, column_heads, heading, metric_term, term, track
from playground.words import Language, say

#: Labels shown at once; more stand in a table a click away.
LARGEST: Final = 30
#: A p-value below this is shown as a bound.
_SMALLEST_P: Final = 0.001
_SIGNS: Final = {"better": "▲", "worse": "▼", "cannot_tell": "●"}


def verdict_html(comparison: Comparison, language: Language) -> str:
    """Whether the fine-tune helped: a sentence, the interval drawn, and what "base" is."""
    verdict = comparison.verdict
    sentence = say(
        f"compare.verdict.{verdict.outcome}",
        language,
        metric=say(f"metric.{verdict.metric}", language),
        base=format.score(verdict.base),
        tuned=format.score(verdict.tuned),
        count=verdict.rows,
        low=format.signed_score(verdict.low),
        high=format.signed_score(verdict.high),
    )
    lines = "".join(f"<p class='quiet'>{escape(line)}</p>" for line in _beside_the_verdict(comparison, language))
    return (
        f'<section class="verdict" data-outcome="{verdict.outcome}"><span class="sign" aria-hidden="true">{_SIGNS[verdict.outcome]}</span>'
        f"<div><h2>{escape(sentence)}</h2>{interval_html(comparison, language)}{lines}</div></section>"
    )


def verdict_line(comparison: Comparison, language: Language) -> str:
    """The few words under the tab's title: "better +8.1 (4.9 … 11.2)", in points of a hundred."""
    verdict = comparison.verdict
    return say(
        f"compare.status.{verdict.outcome}",
        language,
        delta=format.points(verdict.delta),
        low=f"{100 * verdict.low:.1f}".replace("-", "−"),
        high=f"{100 * verdict.high:.1f}".replace("-", "−"),
    )


def interval_html(comparison: Comparison, language: Language) -> str:
    """The interval of the change on an axis with "no change" marked, so one sees whether it touches zero."""
    verdict = comparison.verdict
    reach = max(abs(verdict.low), abs(verdict.high), 0.05) * 1.15
    low, high, delta = (50 + 50 * value / reach for value in (verdict.low, verdict.high, verdict.delta))
    span = f"left:{low:.2f}%;width:{high - low:.2f}%"
    return (
        f'<div class="interval" aria-hidden="true"><span class="zero"></span><span class="range" style="{span}"></span>'
        f'<span class="point" style="left:{delta:.2f}%"></span></div>'
        f'<p class="interval-words" aria-hidden="true"><span>{format.signed_score(-reach)}</span>'
        f"<span>{escape(say('compare.verdict.no_change', language))}</span><span>{format.signed_score(reach)}</span></p>"
        f'<p class="interval-stats">{term(say("compare.verdict.interval", language), say("compare.verdict.interval.help", language))}'
        f"{term(say('compare.verdict.p', language, value=p_words(verdict.p_value)), say('compare.verdict.p.help', language))}</p>"
    )


def p_words(p_value: float) -> str:
    """A p-value as one reads it: "= .003", "< .001"."""
    return "< .001" if p_value < _SMALLEST_P else f"= {p_value:.3f}".replace("0.", ".", 1)


def _beside_the_verdict(comparison: Comparison, language: Language) -> list[str]:
    name = comparison.base_name
    shown, meaning = say(f"compare.base.{name}", language), say(f"reference.{name}.help", language)
    lines = [say("compare.verdict.against", language, name=shown, help=meaning)]
    if comparison.strongest != name:
        verdict = comparison.against_strongest
        best = say(f"reference.{comparison.strongest}", language)
        lines.append(say(f"compare.verdict.strongest.{verdict.outcome}", language, name=best, value=format.score(verdict.base)))
    if comparison.verdict.outcome == "cannot_tell" and (comparison.verdict.low > 0 or comparison.verdict.high < 0):
        lines.append(say("compare.verdict.disagree", language))
    if comparison.verdict.outcome == "cannot_tell":
        lines.append(say("compare.verdict.more_rows", language))
    return lines


def ladder_html(comparison: Comparison, language: Language) -> str:
    """Every reference and the fine-tuned model as bars of the primary metric, weakest first, with the other metrics beside."""
    rungs: list[tuple[str, Metrics]] = [*comparison.references.items(), ("tuned", comparison.tuned)]
    rungs.sort(key=lambda rung: (rung[1].values[comparison.primary_metric], rung[0] == "tuned"))
    rows = "".join(_rung(name, metrics, comparison, language) for name, metrics in rungs)
    others = [name for name in comparison.tuned.values if name != comparison.primary_metric]
    names = "".join(f"<span>{metric_term(name, language)}</span>" for name in (comparison.primary_metric, *others))
    metric = say(f"metric.{comparison.primary_metric}", language)
    line = say("compare.ladder.line", language, metric=metric, count=comparison.verdict.rows)
    return (
        f'<section class="ladder">{heading(say("compare.ladder", language), line)}'
        f'<div class="rung names"><span></span><span></span>{names}</div>{rows}</section>'
    )


def _rung(name: str, metrics: Metrics, comparison: Comparison, language: Language) -> str:
    tuned, base = name == "tuned", name == comparison.base_name
    title = say("compare.ladder.tuned" if tuned else f"reference.{name}", language)
    help_text = say("compare.ladder.tuned.help" if tuned else f"reference.{name}.help", language)
    tag = f'<em class="tag">{escape(say("compare.ladder.base", language))}</em>' if base else ""
    value = metrics.values[comparison.primary_metric]
    others = "".join(f"<span>{format.score(score)}</span>" for other, score in metrics.values.items() if other != comparison.primary_metric)
    style = "tuned" if tuned else "base" if base else "other"
    return (
        f'<div class="rung {style}"><span class="name">{term(title, help_text)}{tag}</span>{track(value)}'
        f"<span><b>{format.score(value)}</b></span>{others}</div>"
    )


def classes_html(comparison: Comparison, language: Language) -> str:
    """F1 of each label before and after, the most frequent first; past the largest, the whole table is a click away."""
    labels = by_support(comparison)
    head = heading(say("compare.classes", language), say("compare.classes.line", language))
    table = _class_table(comparison, labels[:LARGEST], language)
    rest = ""
    if len(labels) > LARGEST:
        title = say("compare.classes.all", language, count=len(labels))
        rest = f"<details><summary>{escape(title)}</summary>{_class_table(comparison, labels, language)}</details>"
    return f'<section class="classes">{head}{table}{rest}</section>'


def by_support(comparison: Comparison) -> list[str]:
    """Labels by their number of held-out rows, largest first, then by name; each label of the run once."""
    support = {label: score.support for label, score in comparison.tuned.per_class.items()}
    return sorted(comparison.labels, key=lambda label: (-support.get(label, 0), label))


def _class_table(comparison: Comparison, labels: list[str], language: Language) -> str:
    rows = "".join(_class_row(label, comparison) for label in labels)
    names = (
        escape(say("compare.classes.label", language)),
        term(say("compare.classes.rows", language), say("compare.classes.rows.help", language)),
        f"{escape(say('compare.answer.base', language))} {metric_term('f1', language)}",
        f"{escape(say('compare.answer.tuned', language))} {metric_term('f1', language)}",
        escape(say("compare.classes.change", language)),
    )
    return f'<div class="scroll"><table>{column_heads(names)}<tbody>{rows}</tbody></table></div>'


def _class_row(label: str, comparison: Comparison) -> str:
    before, after = comparison.base.per_class.get(label), comparison.tuned.per_class.get(label)
    base, tuned = before.f1 if before else 0.0, after.f1 if after else 0.0
    support = after.support if after else 0
    cells = "".join(
        f'<td class="bar {style}">{track(value)} {format.score(value)}</td>' for style, value in (("base", base), ("tuned", tuned))
    )
    name = f'<th scope="row" title="{escape(label)}">{escape(label)}</th>'
    return f"<tr>{name}<td>{format.count(support)}</td>{cells}<td>{change(tuned - base)}</td></tr>"
