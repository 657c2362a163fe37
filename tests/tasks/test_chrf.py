"""chrF agrees with sacrebleu, text by text and summed up."""

from __future__ import annotations

import numpy as np
import pytest
from sacrebleu.metrics import CHRF

from playground.tasks.chrf import chrf_counts, chrf_of

PAIRS = [
    ("the quick brown fox", "the quack brown fix"),
    ("今天的服务非常好", "今天服务很好"),
    ("ok", "a much longer answer than expected"),
    ("a long expected answer", ""),
    ("same text", "same text"),
    ("混合 mixed 文本", "mixed 文字"),
]


@pytest.mark.parametrize(("expected", "answer"), PAIRS)
def test_one_text_has_the_sentence_score(expected: str, answer: str) -> None:
    ours = chrf_of(np.array([chrf_counts(expected, answer)], dtype=float))[0]
    assert 100 * ours == pytest.approx(CHRF().sentence_score(answer, [expected]).score, abs=1e-9)


def test_summed_counts_have_the_corpus_score() -> None:
    sums = np.sum([chrf_counts(*pair) for pair in PAIRS], axis=0, keepdims=True, dtype=float)
    library = CHRF().corpus_score([answer for _, answer in PAIRS], [[expected for expected, _ in PAIRS]]).score
    assert 100 * chrf_of(sums)[0] == pytest.approx(library, abs=1e-9)


def test_nothing_in_common_is_zero_and_the_same_text_is_one() -> None:
    assert chrf_of(np.array([chrf_counts("abc", "xyz"), chrf_counts("价格实惠", "价格实惠")], dtype=float)) == pytest.approx([0.0, 1.0])
