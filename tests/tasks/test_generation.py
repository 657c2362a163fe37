"""How written answers are scored."""

from __future__ import annotations

import json
import math

import pytest
from sacrebleu.metrics import CHRF

from playground.tasks import get_task
from playground.tasks.generation import Written
from playground.tasks.likelihood import Likelihood
from tests.tasks.making import cells

TASK = get_task("generation")


def written(*texts: str) -> list[str]:
    return [Written(text).cell for text in texts]


def test_chrf_is_the_corpus_score_of_sacrebleu() -> None:
    expected, answers, _ = cells("generation", 60)
    library = CHRF().corpus_score([json.loads(cell)["text"] for cell in answers], [expected]).score
    assert 100 * TASK.score(expected, answers).values["chrf"] == pytest.approx(library, abs=1e-9)


def test_an_answer_that_matches_but_for_whitespace_is_exact() -> None:
    assert TASK.score(["Yes, gladly.", "好的。"], written(" Yes,  gladly.\n", "好")).values["exact_match"] == 0.5


def test_perplexity_is_that_of_all_expected_tokens_together() -> None:
    answers = [Written("a", Likelihood(2.0, 1)).cell, Written("b", Likelihood(4.0, 5)).cell]
    assert TASK.score(["a", "b"], answers).values["perplexity"] == pytest.approx(math.exp(1.0))


def test_an_answerer_without_probabilities_has_no_perplexity() -> None:
    assert "perplexity" not in TASK.score(["a"], written("a")).values


def test_goodness_is_the_sentence_score() -> None:
    expected, answers = ["今天天气很好", "the cat sat"], ["今天天气不好", "a cat sat"]
    library = [CHRF().sentence_score(answer, [right]).score / 100 for right, answer in zip(expected, answers, strict=True)]
    assert TASK.goodness(expected, written(*answers)) == pytest.approx(library)


def test_an_answer_is_shown_as_its_text() -> None:
    assert TASK.shown(Written("当然可以").cell) == "当然可以"
    assert TASK.shown('{"city": "Oslo"}') == '{"city": "Oslo"}'


def test_a_cell_that_holds_no_answer_is_an_error() -> None:
    with pytest.raises(ValueError, match="no answer"):
        TASK.score(["a"], ["{}"])


def test_a_cell_keeps_text_and_likelihood() -> None:
    answer = Written("多谢", Likelihood(3.5, 4))
    assert Written.of(answer.cell) == answer
    assert Written.of(Written("x").cell) == Written("x")
