"""A run beside others on the same rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from playground.compare import Outcome, Verdict
from playground.recipe import Recipe
from playground.runs.types import Run
from playground.ui.compare_others import Other, OwnBase, others_html, own_base_html
from playground.ui.compare_runs import ComparedRuns
from playground.words import LANGUAGES, Language
from playground.workbench import Workbench

RUN = Run("20261122-101530-4f2a00000000", Path("/x"), "ann", "d" * 16, "a.csv", 0.0, Recipe(model="sentence-transformers/all-MiniLM-L6-v2"))


def other(outcome: str) -> Other:
    return Other(RUN, Verdict(outcome, "macro_f1", 0.58, 0.66, 0.01, 0.14, 0.01, 80))  # type: ignore[arg-type]


def test_each_other_run_is_one_line_with_its_verdict() -> None:
    html = others_html([other("better"), other("cannot_tell")], "text-classification", "en")
    assert html.count("<li") == 2
    assert "this run is better: macro-F1 .58 → .66" in html
    assert 'data-outcome="cannot_tell"' in html


def test_without_other_runs_there_is_nothing() -> None:
    assert others_html([], "text-classification", "zh") == ""


def test_it_speaks_chinese() -> None:
    assert "本次运行更差" in others_html([other("worse")], "text-classification", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["better", "worse", "cannot_tell"])
def test_what_a_pretraining_was_worth_is_said_with_both_models(outcome: Outcome, language: Language) -> None:
    html = own_base_html(OwnBase("Mine", "MiniLM", other(outcome).verdict), "text-classification", language)
    assert f'data-outcome="{outcome}"' in html
    assert all(part in html for part in ("Mine", "MiniLM", ".58", ".66", "+.01", "+.14"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_runs_that_answer_alike_leave_nothing_open(language: Language) -> None:
    alike = Verdict("cannot_tell", "macro_f1", 0.66, 0.66, 0.0, 0.0, 1.0, 80)
    for html in (
        own_base_html(OwnBase("Mine", "MiniLM", alike), "text-classification", language),
        others_html([Other(RUN, alike)], "text-classification", language),
    ):
        assert ".66" in html
        assert "±" not in html


def test_what_nobody_knows_yet_is_offered() -> None:
    assert "the same training on MiniLM would show it" in own_base_html(OwnBase("Mine", "MiniLM", None), "text-classification", "en")
    assert own_base_html(None, "text-classification", "en") == ""


class Bench:
    """Finished runs of one owner, of which some began with a model made from MiniLM."""

    def __init__(self, *runs: Run) -> None:
        self.runs = list(runs)

    def my_runs(self, owner: str) -> list[Run]:
        return self.runs

    def result(self, run: Run) -> bool:
        return True

    def comparison(self, *asked: Any) -> None:
        return None

    def without_pretraining(self, run: Run, owner: str) -> Recipe | None:
        return replace(run.recipe, model=RUN.recipe.model) if run.recipe.model == "run/1" else None

    def between(self, run_id: str, other_id: str, owner: str) -> Verdict:
        return Verdict("better", run_id, 0.1, 0.2, 0.0, 0.1, 0.01, 80) if other_id == RUN.id else other("worse").verdict


OWN = replace(RUN, id="20261122-111530-4f2a00000000", recipe=replace(RUN.recipe, model="run/1"))


def worth(run: Run, *runs: Run) -> OwnBase | None:
    return ComparedRuns(cast(Workbench, Bench(*runs))).own_base(run, "ann")


def test_with_and_without_are_compared_the_same_way_round_from_either_run() -> None:
    with_it, without = worth(OWN, RUN, OWN), worth(RUN, RUN, OWN)
    assert with_it == without
    assert with_it is not None
    assert with_it.verdict is not None
    assert (with_it.verdict.outcome, with_it.verdict.metric) == ("better", OWN.id)


def test_a_run_with_other_settings_is_no_counterpart() -> None:
    longer = replace(RUN, recipe=replace(RUN.recipe, epochs=RUN.recipe.epochs + 1))
    assert worth(OWN, longer, OWN) == OwnBase("run/1", "MiniLM L6", None)
    assert worth(longer, longer, OWN) is None
