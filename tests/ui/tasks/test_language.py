"""Running text: each row's perplexity before and after, as what it was divided by."""

from __future__ import annotations

import math

from playground.compare import ComparedRow
from playground.tasks.likelihood import Likelihood
from playground.ui.tasks.language import VIEW, held_out_html
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


def test_nothing_can_be_typed() -> None:
    assert VIEW.tries == "none"
    assert VIEW.answer is None


def test_a_persons_text_is_escaped() -> None:
    assert "<img" not in held_out_html(row(4, 3, HOSTILE), TEXT)
