"""What is done for rare labels: their rows are repeated, or their loss counts more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from playground.data.mending.augment import class_weights, repeated_rows
from playground.recipe import Recipe
from playground.training.objective import Sample


def balanced(samples: Sequence[Sample], cells: Sequence[str], recipe: Recipe) -> list[Sample]:
    """The samples as the recipe balances their labels.

    :param cells: the label of each sample.
    """
    if recipe.balance == "oversample":
        return [samples[place] for place in repeated_rows(cells)]
    if recipe.balance == "class-weights":
        weights = class_weights(Counter(cells))
        return [replace(sample, weight=weights[cell]) for sample, cell in zip(samples, cells, strict=True)]
    return list(samples)
