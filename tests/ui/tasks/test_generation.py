"""Written answers: both as they stand, line breaks and all, and held-out prompts with what was expected."""

from __future__ import annotations

import json

from playground.compare import ComparedRow
from playground.runs.types import Prediction
from playground.tasks.generation import Written
from playground.tasks.likelihood import Likelihood
from playground.ui.tasks.generation import answer_html, held_out_html, writing_html
from tests.ui.tasks.seen import HOSTILE, context, plain

CHAT = context("generation")


def row(expected: str, base: Written, tuned: Written, *messages: tuple[str, str]) -> ComparedRow:
    prompt = json.dumps([{"role": role, "content": content} for role, content in messages or (("user", "Why?"),)])
    return ComparedRow(prompt, expected, base.cell, tuned.cell)


def test_both_answers_keep_their_line_breaks() -> None:
    html = answer_html(Prediction("Why?", "one\ntwo", "three"), CHAT)
    assert '<div class="written">one\ntwo</div>' in html
    assert "<blockquote>Why?</blockquote>" in html
    assert "7 characters became 5" in html


def test_the_same_answer_is_said_to_be_the_same() -> None:
    assert "Word for word" in answer_html(Prediction("Why?", "so", "so "), CHAT)


def test_an_empty_answer_says_so() -> None:
    assert "It wrote nothing." in answer_html(Prediction("Why?", "", "so"), CHAT)


def test_while_they_write_both_show_a_caret_and_nothing_is_judged() -> None:
    html = writing_html("Why?", "on", "", CHAT)
    assert html.count('class="caret"') == 2
    assert "changed" not in html
    assert "It wrote nothing." not in html


def test_a_row_stacks_expected_base_and_fine_tuned_and_marks_an_exact_match() -> None:
    html = held_out_html(row("so it is", Written("no", Likelihood(6.0, 3)), Written("so it  is", Likelihood(0.0, 3))), CHAT)
    assert '<dt class="expected">' in html
    assert '<dt class="base">' in html
    assert '<dt class="tuned right">' in html
    assert "perplexity of the expected answer 7.39" in html


def test_an_answer_without_probabilities_has_no_perplexity() -> None:
    assert "perplexity" not in held_out_html(row("a", Written("b"), Written("c")), CHAT)


def test_a_conversation_says_who_speaks_and_a_single_question_does_not() -> None:
    one = held_out_html(row("a", Written("b"), Written("c"), ("user", "Why?")), CHAT)
    more = held_out_html(row("a", Written("b"), Written("c"), ("system", "Be brief."), ("user", "Why?")), CHAT)
    assert "User" not in plain(one)
    assert "System Be brief. User Why?" in plain(more)


def test_everything_written_is_escaped() -> None:
    assert "<img" not in answer_html(Prediction(HOSTILE, HOSTILE, HOSTILE), CHAT)
    assert "<img" not in writing_html(HOSTILE, HOSTILE, HOSTILE, CHAT)
    assert "<img" not in held_out_html(row(HOSTILE, Written(HOSTILE), Written("b"), (HOSTILE, HOSTILE), ("user", HOSTILE)), CHAT)
