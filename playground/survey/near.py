"""Who is near whom: groups of texts that say the same, and texts that are like no other. Vectors of different texts only.

Cosines of two unrelated texts are about 0.0 for one model and 0.8 for another. So for groups the mean vector is taken out first; then a
threshold means about the same for every model. Outliers are ranked by distance, for which that would hide what is far from everything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from playground.training.embed import Matrix

#: Cosine, of centred vectors, from which two texts say the same. Measured in English and Chinese: "The charger arrived broken" and "The
#: charger was broken when it arrived" 0.86 and 0.94, "I was charged twice" and "I was not charged" 0.63 and 0.57 (MiniLM and E5). "Floor
#: 1" and "floor 2" are 0.98: models hardly see such a difference, a person has to.
SAME_MEANING: Final = 0.85
#: Neighbours whose mean distance says how alone a text is, and with which it is joined where they say the same.
_NEIGHBOURS: Final = 5
#: An outlier lies so many interquartile ranges above the third quartile of that distance, and there are at most so many (share).
_RANGES: Final = 1.5
_MOST_OUTLIERS: Final = 0.02
#: Fewer texts than this have no outliers.
_FEWEST: Final = 20
#: Rows compared with all others at once: memory of block x texts float32.
_BLOCK: Final = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """Places are positions in the vectors given."""

    #: Groups of two and more, each ascending, the largest first.
    groups: tuple[tuple[int, ...], ...]
    #: The most distant first.
    outliers: tuple[int, ...]


def neighbourhood(
    vectors: Matrix, tell: Callable[[int, int], None] = lambda done, total: None, same: float = SAME_MEANING
) -> Neighbourhood:
    """Groups and outliers among ``vectors``, one row for each different text.

    :param tell: called with the rows compared so far, of how many.
    :param same: cosine from which two texts are joined.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(vectors)
    if count < 2:
        return Neighbourhood((), ())
    mean = vectors.mean(axis=0)
    # (a - mean) . (b - mean) from a . b, so that one product of all with all serves both.
    along, square = vectors @ mean, float(mean @ mean)
    norms = np.sqrt(np.maximum((vectors * vectors).sum(axis=1) - 2 * along + square, 1e-12))
    alone = np.zeros(count, np.float32)
    firsts: list[NDArray[np.int64]] = []
    seconds: list[NDArray[np.int64]] = []
    most = min(_NEIGHBOURS, count - 1)
    for start in range(0, count, _BLOCK):
        block = slice(start, min(start + _BLOCK, count))
        cosines = vectors[block] @ vectors.T
        cosines[np.arange(len(cosines)), np.arange(block.start, block.stop)] = -2.0  # not its own neighbour
        nearest = np.argpartition(cosines, -most, axis=1)[:, -most:]
        close = np.take_along_axis(cosines, nearest, axis=1)
        alone[block] = 1 - close.mean(axis=1)
        centred = (close - along[block, None] - along[nearest] + square) / norms[block, None] / norms[nearest]
        first, neighbour = np.nonzero(centred >= same)
        firsts.append(first + start)
        seconds.append(nearest[first, neighbour])
        tell(block.stop, count)
    pairs = (np.concatenate(firsts), np.concatenate(seconds))
    joined = coo_matrix((np.ones(len(pairs[0]), bool), pairs), shape=(count, count))
    return Neighbourhood(_groups(connected_components(joined, directed=False)[1]), _outliers(alone))


def _groups(component: NDArray[np.int32]) -> tuple[tuple[int, ...], ...]:
    members: dict[int, list[int]] = {}
    repeated = np.flatnonzero(np.bincount(component)[component] > 1)
    for place in repeated.tolist():
        members.setdefault(int(component[place]), []).append(place)
    return tuple(sorted((tuple(group) for group in members.values()), key=lambda group: (-len(group), group)))


def _outliers(alone: NDArray[np.float32]) -> tuple[int, ...]:
    if len(alone) < _FEWEST:
        return ()
    first, third = np.quantile(alone, (0.25, 0.75))
    far = np.flatnonzero(alone > third + _RANGES * (third - first))
    most = max(1, int(len(alone) * _MOST_OUTLIERS))
    return tuple(int(place) for place in far[np.argsort(-alone[far], kind="stable")][:most])
