"""ROUGE-L: how much of two texts is the same words in the same order."""

from __future__ import annotations

from functools import lru_cache

from playground.data.meaning.rows import tokens_and_places


@lru_cache(maxsize=1 << 15)
def rouge_l(expected: str, answer: str) -> float:
    """F1 of the longest common subsequence of words (Lin 2004), 0 to 1.

    As in the original, case and punctuation do not count. Chinese, Japanese and Korean characters are words of their own; rouge-score's
    own tokenizer would drop them.
    """
    from rapidfuzz.distance import LCSseq

    wanted, given = _words(expected), _words(answer)
    return 2 * LCSseq.similarity(wanted, given) / (len(wanted) + len(given)) if wanted or given else float(expected == answer)


def _words(text: str) -> list[str]:
    return [token for token, _, _ in tokens_and_places(text.lower()) if any(character.isalnum() for character in token)]
