"""Rows of words with their tags as samples, and samples as batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from playground.training.embed import Batch, Batches
from playground.training.objective import Sample
from playground.training.tokens.words import Worded, WordEncoder, padded

#: The tag of a word in no entity.
OUTSIDE: Final = "O"


@dataclass(frozen=True, slots=True)
class Tagged:
    """The target of a sample: its words, and the number of each one's tag."""

    worded: Worded
    tags: list[int]
    #: Words of the row, those that were not read included.
    total: int


def tagged(encoder: WordEncoder, words: Sequence[str], tags: Sequence[str], numbers: Mapping[str, int]) -> Sample:
    """A row of words with their tags; a tag that training never saw is told before a run starts, and counts as outside here."""
    worded = encoder.encode(words)
    known = [numbers.get(tags[word], numbers[OUTSIDE]) for word in worded.words]
    return Sample(worded.inputs, Tagged(worded, known, len(words)), size=max(1, len(known)))


def together(samples: Sequence[Sample], batches: Batches) -> Batch:
    """One batch: the model's inputs, and the places and tags of its words."""
    batch = batches.pad([sample.inputs for sample in samples])
    batch["places"] = padded([sample.target.worded.places for sample in samples])
    batch["tags"] = padded([sample.target.tags for sample in samples])
    return batch


def most_words(samples: Sequence[Sample]) -> int:
    """Words read of the row with most of them."""
    return max([1, *(len(sample.target.worded.words) for sample in samples)])


def with_tags(head: torch.Tensor, scores: torch.Tensor, width: int) -> torch.Tensor:
    """``head`` (rows x k) and beside it the number of the best tag of each word, filled up to ``width`` words."""
    best = scores.argmax(dim=-1).float()
    return torch.cat([head, best, torch.zeros(len(best), width - best.shape[1], device=best.device)], dim=1)


def tags_of(target: Tagged, numbers: np.ndarray[Any, Any], labels: Sequence[str]) -> list[str]:
    """A tag for each word of a row, from the numbers of those that were read."""
    tags = [OUTSIDE] * target.total
    for word, number in zip(target.worded.words, numbers, strict=False):
        tags[word] = labels[int(number)]
    return tags
