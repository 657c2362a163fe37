"""Rows and tokens a recipe will work with, as far as they can be told from a dataset's facts alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.data.types import Dataset
from playground.presets import tokens
from playground.recipe import Recipe

#: Tokens of a batch, padded to its longest text, for each token of its texts: similar lengths share a batch.
_PADDING: Final = 1.12
#: The longest text for each token of one that is longer than 95 in 100.
_LONGEST: Final = 1.6


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows each split will have."""

    train: float
    validation: float
    test: float

    @classmethod
    def of(cls, recipe: Recipe, dataset: Dataset) -> Rows:
        """The file's own splits where it brings them; varied copies count as training rows."""
        given = dataset.splits
        validation = given.get("validation") or dataset.rows * recipe.validation_share
        test = given.get("test") or dataset.rows * recipe.test_share
        copies = recipe.augmentation_share if recipe.augmentation != "none" else 0.0
        return cls(max(1.0, dataset.rows - validation - test) * (1 + copies), validation, test)


def mean_tokens(recipe: Recipe, dataset: Dataset) -> float:
    """Tokens a text takes on average in its batch, as the recipe cuts it."""
    return min(_PADDING * tokens(dataset.mean_characters, dataset), float(recipe.max_length))


def longest_tokens(recipe: Recipe, dataset: Dataset) -> float:
    """Tokens of the longest text, as the recipe cuts it."""
    return min(_LONGEST * tokens(dataset.long_characters, dataset), float(recipe.max_length))
