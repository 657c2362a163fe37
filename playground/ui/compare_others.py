"""A run beside others that were asked the same held-out rows: another model or method, with a pretraining before or not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from playground.compare import Verdict
from playground.runs.types import Run
from playground.ui import format
from playground.ui.compare_views import OUTCOME_SIGNS
from playground.ui.marks import heading
from playground.ui.run_words import recipe_line
from playground.ui.tasks import view_of
from playground.words import Language, say


@dataclass(frozen=True, slots=True)
class Other:
    """Another run, and whether the one in view answers better."""

    run: Run
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OwnBase:
    """A base model that its owner pretrained, and whether a run that began with it answers better than the same run without."""

    #: What the base model is called, and the one it is compared with.
    name: str
    base: str
    #: Of the run with it against the run without; None before there are both.
    verdict: Verdict | None


def own_base_html(own: OwnBase | None, task: str, language: Language) -> str:
    """What the pretraining was worth, or that nobody knows yet; "" for runs that have nothing to do with one."""
    if own is None:
        return ""
    if (verdict := own.verdict) is None:
        said = say("compare.own_base.offer", language, base=own.base)
    else:
        scale = view_of(task).scale(verdict.metric)
        said = say(
            f"compare.own_base.{_heard(verdict)}", language, metric=say(f"metric.{verdict.metric}", language), base=own.base, name=own.name,
            plain=scale.shown(verdict.base), own=scale.shown(verdict.tuned), low=scale.signed(verdict.low), high=scale.signed(verdict.high),
        )  # fmt: skip
    outcome = verdict.outcome if verdict else "cannot_tell"
    sign = f'<span aria-hidden="true">{OUTCOME_SIGNS[outcome]}</span>'
    title = heading(say("compare.own_base", language), say("compare.own_base.line", language))
    line = f'<li data-outcome="{outcome}">{sign} <span>{escape(said)}</span></li>'
    return f'<section class="other-runs own-base">{title}<ul>{line}</ul></section>'


def others_html(others: Sequence[Other], task: str, language: Language) -> str:
    """One line a run; "" where there is none to compare with."""
    if not others:
        return ""
    lines = "".join(_line(other, task, language) for other in others)
    title = heading(say("compare.others", language), say("compare.others.line", language))
    return f'<section class="other-runs">{title}<ul>{lines}</ul></section>'


def _heard(verdict: Verdict) -> str:
    """What is said of a verdict: two runs that answer alike do not leave anything open."""
    return "same" if verdict.low == verdict.high == 0 else verdict.outcome


def _line(other: Other, task: str, language: Language) -> str:
    verdict, scale = other.verdict, view_of(task).scale(other.verdict.metric)
    said = say(
        f"compare.others.{_heard(verdict)}", language, metric=say(f"metric.{verdict.metric}", language),
        other=scale.shown(verdict.base), this=scale.shown(verdict.tuned), low=scale.signed(verdict.low), high=scale.signed(verdict.high),
    )  # fmt: skip
    name = f"{recipe_line(other.run.recipe, language)} · {format.moment(other.run.created)}"
    sign = f'<span aria-hidden="true">{OUTCOME_SIGNS[verdict.outcome]}</span>'
    return f'<li data-outcome="{verdict.outcome}">{sign} <b>{escape(name)}</b> <span>{escape(said)}</span></li>'
