"""A run beside others on the same rows."""

from __future__ import annotations

from pathlib import Path

from playground.compare import Verdict
from playground.recipe import Recipe
from playground.runs.types import Run
from playground.ui.compare_others import Other, others_html

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
