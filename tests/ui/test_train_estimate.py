"""What the Train tab says before Start: cost with its band, whether it fits, what helps, and how far simple methods get."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from playground.data.types import Dataset
from playground.errors import RunError
from playground.estimate import Estimate, Remedy, Room, Trial, estimate
from playground.launch.references import BeforeTraining
from playground.launch.trial import TrialState
from playground.recipe import Recipe
from playground.ui.train_estimate import (
    REMEDIES,
    estimate_html,
    fit_html,
    parts_html,
    references_html,
    remedied,
    remedy_label,
    tried,
    unknown_html,
)
from playground.words import LANGUAGES, Language
from playground.workbench.outlook import Outlook
from tests.test_presets import CPU, DATA, MODEL

LABELS = "text-classification"
RECIPE = Recipe(model=MODEL.id, epochs=6)
TRIAL = Trial(
    start_seconds=10.0, references_seconds=4.0, rows=400, batch_seconds=0.2,
    row_seconds=0.005, memory_mb=900.0, mean_tokens=20.0, longest_tokens=40,
)  # fmt: skip
REMEDY = Remedy("smaller_batch", {"batch_size": 8, "gradient_accumulation": 2}, 700.0, True, {"batch": 8, "accumulation": 2})


def found(seconds: float = 80.0, **changes: Any) -> Estimate:
    values = {"seconds": seconds, "least_seconds": seconds / 2, "most_seconds": seconds * 2, "memory_mb": 900.0, **changes}
    return replace(estimate(RECIPE, DATA, MODEL, CPU, trial=TRIAL), **values)


def outlook(**changes: Any) -> Outlook:
    values: dict[str, Any] = {
        "estimate": found(), "room": Room(8_000.0, 50_000.0), "fit": "fits", "remedies": (), "disk_mb": 60.0,
        "trial": TrialState("finished", TRIAL), "references": BeforeTraining("none", {}), "keys": ("a", "b"), **changes,
    }  # fmt: skip
    return Outlook(**values)


def visible(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def said(estimated: Estimate | None = None, recipe: Recipe = RECIPE, data: Dataset = DATA, language: Language = "en", how: str = "") -> str:
    return visible(estimate_html(estimated or found(), recipe, data, language, how))


def test_the_cost_is_said_with_its_band() -> None:
    assert said().startswith("On this machine: about 40 s to 2 min 40 s , 0.9 GB ± 15 % of memory")
    assert said(language="zh").startswith("在这台机器上：约 40 秒到 2 分 40 秒 ，内存 0.9 GB ± 15%")


def test_a_band_narrower_than_its_rounding_is_one_time() -> None:
    assert "about 8 min ," in said(found(500.0, least_seconds=490.0, most_seconds=505.0))


def test_where_the_rows_go_is_said() -> None:
    assert "6 epochs over 260 rows; 60 rows watch the training, 80 are kept for the comparison." in said()
    assert "1 epoch over" in said(recipe=replace(RECIPE, epochs=1))


def test_a_split_the_file_brings_is_told_as_it_is() -> None:
    brought = said(data=replace(DATA, splits={"train": 300, "validation": 40, "test": 60}))
    assert "300" in brought
    assert "60" in brought
    assert "brings its own split" in brought


def test_that_only_some_test_rows_are_answered_in_writing_is_said() -> None:
    many = replace(DATA, task="generation", rows=1000)
    assert "Of those 100 are answered" in said(recipe=replace(RECIPE, task="generation"), data=many)
    assert "are answered" not in said(data=many)


def test_what_an_estimate_rests_on_is_said() -> None:
    assert "Measured: a few steps" in said()
    assert "By formula; a few steps" in said(replace(found(), ground="formula"))
    assert "corrected by what was measured" in said(replace(found(), ground="alike"))


@pytest.mark.parametrize("status", ["waiting", "running"])
def test_a_trial_under_way_is_said_instead(status: str) -> None:
    assert tried(outlook(trial=TrialState(status))) == status  # type: ignore[arg-type]
    assert "few steps" in said(how=status)
    assert "Measured:" not in said(how=status)


def test_a_trial_that_ran_out_of_memory_is_said() -> None:
    failed = TrialState("failed", error=RunError("out_of_memory"))
    assert tried(outlook(trial=failed)) == "memory"
    assert "ran out of memory" in said(how="memory")
    assert tried(outlook(trial=TrialState("failed", error=RunError("vanished")))) == ""


def test_where_all_fits_nothing_is_said() -> None:
    assert fit_html(outlook(), "en") == ""


def test_too_little_memory_is_said_with_both_numbers() -> None:
    note = fit_html(outlook(fit="too_large", room=Room(700.0, 50_000.0), remedies=(REMEDY,)), "en")
    assert "It does not fit: about 0.9 GB of memory are needed, 0.7 GB are free." in visible(note)
    assert "One of these helps" in note
    assert 'role="alert"' in note


def test_sizes_that_read_the_same_are_said_in_megabytes() -> None:
    note = fit_html(outlook(fit="too_large", room=Room(880.0, 50_000.0)), "en")
    assert "about 900 MB of memory are needed, 880 MB are free" in note


def test_a_close_fit_warns_with_the_upper_end() -> None:
    note = fit_html(outlook(fit="tight", room=Room(950.0, 50_000.0)), "en")
    assert "up to 1.0 GB of memory are needed" in note
    assert "pg-warning" in note
    assert "None of the settings" in note


def test_a_full_disk_is_said() -> None:
    assert "The disk is too full: about 60 MB are needed, 20 MB are free." in fit_html(outlook(room=Room(8_000.0, 20.0)), "en")


def test_a_button_says_the_change_and_what_it_leaves() -> None:
    assert remedy_label(REMEDY, "en") == "Batches of 8, 2 summed up for each step: 0.7 GB"
    assert remedy_label(replace(REMEDY, fits=False), "en").endswith("(not enough alone)")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", REMEDIES)
def test_every_remedy_has_its_words(code: Any, language: Language) -> None:
    facts = {"tokens": 64, "kind": "nf4", "batch": 8, "accumulation": 2}
    assert "0.7 GB" in remedy_label(replace(REMEDY, code=code, facts=facts), language)


def test_a_remedy_is_applied_to_the_recipe_and_to_nothing_else() -> None:
    changed = remedied(outlook(remedies=(REMEDY,)), "smaller_batch", RECIPE)
    assert changed == replace(RECIPE, batch_size=8, gradient_accumulation=2)
    assert remedied(outlook(), "smaller_batch", RECIPE) == RECIPE


def test_simple_methods_are_said_in_one_line() -> None:
    before = BeforeTraining("finished", {"majority": 0.04, "tfidf": 0.79}, "macro_f1")
    assert visible(references_html(before, LABELS, "en")) == (
        "Without any fine-tuning, on the validation rows: TF-IDF .79, always the most frequent label .04 (macro-F1)."
    )
    assert "TF-IDF .79，总答最常见的标签 .04" in references_html(before, LABELS, "zh")


def test_a_simple_method_that_is_good_already_is_pointed_out() -> None:
    assert "little left to win" in references_html(BeforeTraining("finished", {"tfidf": 0.97}, "macro_f1"), LABELS, "en")
    assert "little left to win" not in references_html(BeforeTraining("finished", {"tfidf": 0.79}, "macro_f1"), LABELS, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_simple_methods_are_named_as_the_task_has_them(language: Language) -> None:
    found = {"token-classification": {"majority": 0.0, "tagger": 0.61}, "generation": {"majority": 0.1, "nearest": 0.3}}
    said = [visible(references_html(BeforeTraining("finished", scores, "chrf"), task, language)) for task, scores in found.items()]
    plain = visible(references_html(BeforeTraining("finished", {"majority": 0.0}, "chrf"), LABELS, language))
    assert len({*said, plain}) == 3
    assert ".61" in said[0]
    assert ".30" in said[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_running_text_has_no_simple_method_is_said(language: Language) -> None:
    assert visible(references_html(BeforeTraining("none", {}), "language-modeling", language))


def test_while_they_are_worked_out_it_is_said_and_without_any_nothing() -> None:
    assert "Finding out" in references_html(BeforeTraining("running", {}), LABELS, "en")
    assert references_html(BeforeTraining("none", {}), LABELS, "en") == ""
    assert references_html(BeforeTraining("failed", {}), LABELS, "en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_memory_and_time_are_shown_part_by_part(language: Language) -> None:
    parts = parts_html(found(), language)
    assert parts.count("<caption>") == 2
    assert parts.count("<tr>") >= 8


def test_contradictions_have_no_estimate() -> None:
    assert "cannot be estimated" in unknown_html("en")
