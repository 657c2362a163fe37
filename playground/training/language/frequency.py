"""How often words occur: the weakest language model, and where the output layer of an encoder starts from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


def log_frequencies(rows: Iterable[Sequence[int]], vocabulary: int) -> NDArray[np.float32]:
    """ln of the share of each word, every word counted once more than it occurs (Laplace); shape (vocabulary,).

    Words beyond ``vocabulary`` are left out.
    """
    counts = np.ones(vocabulary, np.float64)
    for row in rows:
        np.add.at(counts, [word for word in row if word < vocabulary], 1)
    return np.asarray(np.log(counts / counts.sum()), np.float32)
