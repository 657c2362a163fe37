"""Three lists of held-out rows, a page at a time, in words that fit the task."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from playground.compare import ComparedRow, Comparison, compare
from playground.ui.compare_rows import PAGE_ROWS, ROW_KINDS, rows_html
from playground.words import LANGUAGES, Language
from tests.ui.seeds import Seed, answers, result
from tests.ui.task_seeds import TASKS, TaskSeed
from tests.ui.task_seeds import comparison as compared


@cache
def comparison() -> Comparison:
    return compare(result(Seed()), answers(Seed()), None)


def rows(count: int) -> tuple[ComparedRow, ...]:
    return tuple(ComparedRow(f"text {place}", "a", "b", "a") for place in range(count))


def test_lists_are_paged_with_counts() -> None:
    html = rows_html(replace(comparison(), fixed=rows(25)), "fixed", 2, "en")
    assert "21 to 25 of 25" in html
    assert html.count('<td class="text">') == 5


def test_a_page_beyond_the_end_is_the_last_one() -> None:
    html = rows_html(replace(comparison(), fixed=rows(PAGE_ROWS + 1)), "fixed", 99, "en")
    assert html.count('<td class="text">') == 1


def test_right_and_wrong_answers_are_marked_without_colour_too() -> None:
    html = rows_html(replace(comparison(), fixed=rows(1)), "fixed", 0, "en")
    assert '<span aria-hidden="true">✕</span> b' in html
    assert '<span aria-hidden="true">✓</span> a' in html


def test_an_empty_list_says_so() -> None:
    assert "The fine-tune broke no row." in rows_html(replace(comparison(), broken=()), "broken", 0, "en")


def test_where_answers_are_good_to_a_degree_rows_are_better_worse_or_unchanged() -> None:
    html = rows_html(compared(TaskSeed("regression")), "fixed", 0, "en")
    assert "Better than before" in html
    assert "Fixed" not in html
    assert "Fixed" in rows_html(comparison(), "fixed", 0, "en")


def test_both_texts_of_a_pair_are_shown() -> None:
    html = rows_html(compared(TaskSeed("text-pair-classification")), "broken", 0, "en")
    assert '<p class="second">' in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("task", TASKS)
def test_the_rows_of_every_task_can_be_shown_in_every_language(task: str, language: Language) -> None:
    seen = compared(TaskSeed(task, language, rows=20))  # type: ignore[arg-type]
    for kind in ROW_KINDS:
        assert rows_html(seen, kind, 0, language).count("<tr>") >= min(PAGE_ROWS, len(getattr(seen, kind)))
