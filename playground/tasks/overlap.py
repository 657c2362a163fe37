"""Answers that are sets (labels, entities): how many of the expected members were found, and F1 of that."""

from __future__ import annotations

from collections.abc import Hashable
from collections.abc import Set as AbstractSet

import numpy as np

from playground.tasks.types import Floats


def overlap(expected: AbstractSet[Hashable], answered: AbstractSet[Hashable]) -> tuple[int, int, int]:
    """Members in both, members answered, members expected; true positives, + false positives, + false negatives in other words."""
    return len(expected & answered), len(answered), len(expected)


def f1_of(counts: Floats, nothing: float) -> Floats:
    """F1 of each row of counts.

    :param counts: shape (rows, 3), as ``overlap`` counts them, or sums of it.
    :param nothing: the F1 where nothing was expected and nothing was answered.
    :returns: shape (rows,)
    """
    found, answered, expected = counts.T
    return np.asarray(np.divide(2 * found, answered + expected, out=np.full(len(counts), nothing), where=answered + expected > 0))


def macro_f1(support: Floats, answered: Floats, hits: Floats) -> Floats:
    """Mean F1 over the labels that were expected at all; NaN where none was.

    :param support: how often each label was expected, shape (draws, labels); ``answered`` and ``hits`` (both) likewise.
    :returns: shape (draws,)
    """
    asked = support > 0
    scores = np.divide(2 * hits, support + answered, out=np.zeros_like(hits), where=asked)
    counts = asked.sum(axis=1)
    return np.asarray(np.divide(scores.sum(axis=1), counts, out=np.full(len(support), np.nan), where=counts > 0))
