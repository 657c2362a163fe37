"""Running text: each row's perplexity before and after, as what it was divided by."""

from __future__ import annotations

import math

from playground.compare import ComparedRow
from playground.runs.types import Prediction
from playground.tasks.likelihood import Likelihood
from playground.ui.tasks.language import answer_html, held_out_html
from tests.ui.tasks.seen import HOSTILE, context, plain

TEXT = context("language-modeling")


def row(base: float, tuned: float, text: str = "text", tokens: int = 4) -> ComparedRow:
    cells = (Likelihood(math.log(value) * tokens, tokens).cell for value in (base, tuned))
    return ComparedRow(text, "", *cells)


def test_a_row_shows_both_perplexities_and_the_factor_between() -> None:
    assert plain(held_out_html(row(40, 8), TEXT)) == "text 40.0 8.00 ▲ ÷ 5.00"


def test_a_row_that_got_worse_is_multiplied() -> None:
    assert plain(held_out_html(row(8, 12), TEXT)).endswith("▼ × 1.50")


def test_a_row_without_tokens_has_no_perplexity() -> None:
    assert plain(held_out_html(row(8, 12, tokens=0), TEXT)) == "text – –"


def test_words_for_a_gap_stand_in_the_order_of_each_model() -> None:
    html = answer_html(Prediction("it came ___", {"late": 0.5, "back": 0.2}, {"early": 0.6, "late": 0.1}), TEXT)
    before, after = html.split("side tuned")
    assert before.index(">late<") < before.index(">back<")
    assert after.index(">early<") < after.index(">late<")
    assert "The base expects “late” most, your model “early”." in html
    assert "50 %" in before


def test_the_same_first_word_is_said_to_be_the_same() -> None:
    html = answer_html(Prediction("it came ___", {"late": 0.5}, {"late": 0.9}), TEXT)
    assert "Both expect “late” most." in html
    assert 'data-change="same"' in html


def test_a_persons_text_is_escaped() -> None:
    assert "<img" not in held_out_html(row(4, 3, HOSTILE), TEXT)
    assert "<img" not in answer_html(Prediction(HOSTILE, {HOSTILE: 0.5}, {"a": 0.5}), TEXT)
