"""Where each text stands on the map."""

from __future__ import annotations

from typing import Final

import numpy as np

from playground.training.embed import Matrix

#: Dimensions t-SNE starts from.
_DIMENSIONS: Final = 50
#: Neighbours a point has on average.
_PERPLEXITY: Final = 30.0
#: Steps; 1000, the default, draw the same map (measured on two files) in nearly twice the time.
_STEPS: Final = 600
#: Fewer different texts than this are laid out by PCA alone.
_FEWEST: Final = 10
_SEED: Final = 0
#: Standard deviation below which texts are not told apart.
_LEAST_SPREAD: Final = 1e-6


def positions(vectors: Matrix, most: int) -> Matrix:
    """n x 2, each axis from -1 to 1; the same vectors give the same map.

    :param vectors: one row for each different text.
    :param most: texts up to which t-SNE places them by who is near whom; more are seen from the side of their largest spread (PCA).
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    count, width = vectors.shape
    if count < 3:
        return np.asarray([[-1.0, 0.0], [1.0, 0.0]][:count], np.float32).reshape(count, 2)
    if vectors.std(axis=0).max() < _LEAST_SPREAD:  # all alike; t-SNE would divide by this, and then crash
        return np.zeros((count, 2), np.float32)
    flat = PCA(min(_DIMENSIONS, count, width), random_state=_SEED).fit_transform(vectors)
    if not _FEWEST <= count <= most:
        return _scaled(flat[:, :2])
    perplexity = min(_PERPLEXITY, (count - 1) / 3)
    placed = TSNE(2, perplexity=perplexity, init="pca", max_iter=_STEPS, random_state=_SEED).fit_transform(flat)
    return _scaled(placed)


def _scaled(points: Matrix) -> Matrix:
    low, high = points.min(axis=0), points.max(axis=0)
    return np.asarray(2 * (points - low) / np.maximum(high - low, 1e-12) - 1, np.float32)
