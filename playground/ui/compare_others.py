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
from playground.ui.runs_views import recipe_line
from playground.ui.tasks import view_of
from playground.words import Language, say


@dataclass(frozen=True, slots=True)
class Other:
    """Another run, and whether the one in view answers better."""

    run: Run
    verdict: Verdict


def others_html(others: Sequence[Other], task: str, language: Language) -> str:
    """One line a run; "" where there is none to compare with."""
    if not others:
        return ""
    lines = "".join(_line(other, task, language) for other in others)
    title = heading(say("compare.others", language), say("compare.others.line", language))
    return f'<section class="other-runs">{title}<ul>{lines}</ul></section>'


def _line(other: Other, task: str, language: Language) -> str:
    verdict, scale = other.verdict, view_of(task).scale(other.verdict.metric)
    said = say(
        f"compare.others.{verdict.outcome}", language, metric=say(f"metric.{verdict.metric}", language),
        other=scale.shown(verdict.base), this=scale.shown(verdict.tuned), low=scale.signed(verdict.low), high=scale.signed(verdict.high),
    )  # fmt: skip
    name = f"{recipe_line(other.run.recipe, language)} · {format.moment(other.run.created)}"
    sign = f'<span aria-hidden="true">{OUTCOME_SIGNS[verdict.outcome]}</span>'
    return f'<li data-outcome="{verdict.outcome}">{sign} <b>{escape(name)}</b> <span>{escape(said)}</span></li>'
