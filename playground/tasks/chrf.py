"""chrF: how far two texts share their runs of characters. Made for languages with or without spaces between words."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from playground.tasks.types import Floats

#: As in chrF2, the default of sacrebleu: runs of 1 to 6 characters, recall weighing twice as much as precision.
_ORDERS: Final = 6
_BETA: Final = 2
#: Numbers ``chrf_counts`` counts.
CHRF_COUNTS: Final = 3 * _ORDERS


@lru_cache(maxsize=1 << 15)
def chrf_counts(expected: str, answer: str) -> tuple[int, ...]:
    """Runs of characters in the answer, in the expected text and in both, for each length from 1 to 6; whitespace does not count.

    Where the expected text is too short to have any run of a length, the answer's do not count either (sacrebleu does the same).
    """
    from sacrebleu.metrics.helpers import extract_all_char_ngrams

    counts: list[int] = []
    for given, wanted in zip(*(extract_all_char_ngrams(text, _ORDERS) for text in (answer, expected)), strict=True):
        counts += [given.total() if wanted else 0, wanted.total(), (given & wanted).total()]
    return tuple(counts)


def chrf_of(sums: Floats) -> Floats:
    """chrF (Popović 2015) of summed counts, 0 to 1: of one text the sentence score, of a sum over texts the corpus score.

    Precision and recall are means over the lengths that occur on both sides, and the score is their F2, as sacrebleu has it.

    :param sums: shape (rows, 18), as ``chrf_counts`` counts them, or sums of it.
    :returns: shape (rows,)
    """
    given, wanted, shared = np.moveaxis(sums.reshape(len(sums), _ORDERS, 3), 2, 0)
    both = (given > 0) & (wanted > 0)
    lengths = np.maximum(both.sum(axis=1), 1)
    precision, recall = (np.divide(shared, side, out=np.zeros_like(shared), where=both).sum(axis=1) / lengths for side in (given, wanted))
    scale = _BETA**2 * precision + recall
    return np.asarray(np.divide((1 + _BETA**2) * precision * recall, scale, out=np.zeros_like(scale), where=scale > 0))
