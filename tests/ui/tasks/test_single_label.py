"""One label a text: bars on both sides in the same order, and the change in words."""

from __future__ import annotations

import re

import pytest

from playground.compare import ComparedRow
from playground.runs.types import Prediction
from playground.ui.tasks.single_label import answer_html, change_words, detail_html, held_out_html
from tests.ui.tasks.seen import HOSTILE, comparison, context, plain

ONE = context("text-classification")


def prediction(base: dict[str, float], tuned: dict[str, float], text: str = "a text") -> Prediction:
    return Prediction(text, base, tuned)


def test_a_changed_answer_is_said_in_words() -> None:
    assert change_words({"a": 0.52, "b": 0.48}, {"a": 0.09, "b": 0.91}, "en") == ("other", "Changed: a (52 %) became b (91 %).")


@pytest.mark.parametrize(
    ("before", "after", "start"),
    [(0.5, 0.9, "Same answer, surer"), (0.9, 0.6, "Same answer, less sure"), (0.9, 0.905, "Same answer, as sure")],
)
def test_the_same_answer_says_whether_it_is_surer(before: float, after: float, start: str) -> None:
    assert change_words({"a": before, "b": 1 - before}, {"a": after, "b": 1 - after}, "en")[1].startswith(start)


def test_both_sides_show_the_same_labels_in_the_same_order() -> None:
    html = answer_html(prediction({"a": 0.7, "b": 0.2, "c": 0.1}, {"a": 0.1, "b": 0.2, "c": 0.7}), ONE)
    assert re.findall(r'class="name" title="(\w)"', html) == ["c", "b", "a"] * 2


def test_labels_without_a_bar_are_summed_up() -> None:
    shares = {f"label {place}": 0.1 for place in range(10)}
    assert plain(answer_html(prediction(shares, shares), ONE)).count("… 4 more labels, together 40 %") == 2


def test_base_is_named_beside_every_answer() -> None:
    assert "Base <small>label names by similarity</small>" in answer_html(prediction({"a": 1.0}, {"a": 1.0}), ONE)


def test_a_persons_text_is_escaped() -> None:
    html = answer_html(prediction({HOSTILE: 1.0}, {HOSTILE: 1.0}, HOSTILE), context("text-pair-classification", text_pair=HOSTILE))
    assert "<img" not in html
    assert html.count("<blockquote>") == 2


def test_the_detail_of_the_held_out_rows_is_a_table_of_labels_and_two_matrices() -> None:
    html = detail_html(comparison("text-classification"), "en")
    assert "Label by label" in html
    assert html.count('<figure class="matrix') == 2


def test_right_and_wrong_answers_are_marked_without_colour_too() -> None:
    html = held_out_html(ComparedRow("text", "a", "b", "a"), ONE)
    assert '<span aria-hidden="true">✕</span> b' in html
    assert '<span aria-hidden="true">✓</span> a' in html
