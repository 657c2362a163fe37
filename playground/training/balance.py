"""What can be done for labels with few rows, in training only; validation and test stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

#: A row is repeated at most this often: beyond it, a handful of texts is learned by heart.
MOST_REPEATS: Final = 10


def class_weights(labels: Sequence[int], count: int) -> list[float]:
    """What a row of each label counts so that all labels count the same in sum, and one on average over the rows (King and Zeng 2001).

    :param labels: label number of each training row.
    :param count: number of labels; one without a row counts 1.
    """
    rows = np.bincount(np.asarray(labels, dtype=np.int64), minlength=count)
    present = int((rows > 0).sum())
    return [len(labels) / (present * number) if number else 1.0 for number in rows.tolist()]


def repeated_rows(labels: Sequence[int]) -> list[int]:
    """Places of the training rows, those of rarer labels as often as it takes to come up to the most frequent one (``MOST_REPEATS``
    times at most): first every row once, then the repeats, so that no row is left out."""
    numbers = np.asarray(labels, dtype=np.int64)
    counts = np.bincount(numbers)
    places = list(range(len(numbers)))
    for label in np.flatnonzero(counts):
        own = np.flatnonzero(numbers == label)
        wanted = min(int(counts.max()), MOST_REPEATS * len(own)) - len(own)
        places += own[np.arange(wanted) % len(own)].tolist()
    return places
