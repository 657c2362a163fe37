"""ROUGE-L by hand, in English and in Chinese."""

from __future__ import annotations

import pytest

from playground.tasks.rouge import rouge_l


@pytest.mark.parametrize(
    ("expected", "answer", "score"),
    [
        ("police killed the gunman", "police kill the gunman", 3 / 4),  # the example of Lin 2004
        ("police killed the gunman", "the gunman kill police", 2 / 4),
        ("The cat.", "the CAT", 1.0),
        ("今天天气很好", "今天天气不好", 5 / 6),
        ("买 iPhone 15", "我买了iPhone 15", 2 * 3 / (3 + 5)),
        ("yes", "no", 0.0),
        ("", "something", 0.0),
        ("👍", "👍", 1.0),
        ("👍", "👎", 0.0),
    ],
)
def test_rouge_l_is_f1_of_the_longest_common_subsequence(expected: str, answer: str, score: float) -> None:
    assert rouge_l(expected, answer) == pytest.approx(score)
