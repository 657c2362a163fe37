"""Several labels a text: which are given, and which came and went."""

from __future__ import annotations

import json

from playground.compare import ComparedRow
from playground.runs.types import Prediction
from playground.ui.tasks.multi_label import answer_html, given, held_out_html, moved
from tests.ui.tasks.seen import HOSTILE, context, plain

SEVERAL = context("multi-label-classification")


def row(expected: list[str], base: list[str], tuned: list[str], text: str = "text") -> ComparedRow:
    return ComparedRow(text, *(json.dumps(labels) for labels in (expected, base, tuned)))


def test_a_label_is_given_beyond_its_mark() -> None:
    assert given({"a": 0.51, "b": 0.6, "c": 0.5}) == ["b", "a"]


def test_labels_that_came_and_went() -> None:
    assert moved(["a", "b"], ["b", "c"]) == (["c"], ["a"])


def test_an_answer_says_what_was_gained_and_lost() -> None:
    html = answer_html(Prediction("x", {"a": 0.9, "b": 0.1}, {"a": 0.2, "b": 0.8}), SEVERAL)
    assert "Gained: b. Lost: a." in html


def test_every_bar_carries_the_mark_of_its_threshold() -> None:
    html = answer_html(Prediction("x", {"a": 0.9, "b": 0.1}, {"a": 0.2, "b": 0.8}), SEVERAL)
    assert html.count('<s style="left:50.0%">') == 4


def test_a_text_without_labels_says_so() -> None:
    assert plain(answer_html(Prediction("x", {"a": 0.1}, {"a": 0.2}), SEVERAL)).count("no label") == 2


def test_a_row_tells_right_wrong_and_missing_labels_apart_without_colour() -> None:
    html = held_out_html(row(["a", "b"], ["a", "c"], ["a", "b"]), SEVERAL)
    for chip in ("✓ a", "✕ c", "○ b"):
        assert chip in html
    assert "missing" in html


def test_a_row_names_what_the_fine_tune_gained_and_lost() -> None:
    html = held_out_html(row(["a", "b"], ["a", "c"], ["a", "b"]), SEVERAL)
    assert plain(html).endswith("+ b − c")
    assert html.count('class="change gain"') == 2


def test_giving_up_a_right_label_is_a_loss() -> None:
    assert 'class="change loss">− a' in held_out_html(row(["a"], ["a"], []), SEVERAL)


def test_labels_are_escaped() -> None:
    names = {HOSTILE: 0.9}
    assert "<img" not in answer_html(Prediction(HOSTILE, names, names), SEVERAL)
    assert "<img" not in held_out_html(row([HOSTILE], [], [HOSTILE], HOSTILE), SEVERAL)
