"""Words as a model reads them: pieces of each word by themselves, so that every word has a place of its own among them.

A tokenizer given the running text would merge Chinese characters into one piece, across the borders of entities. Here each word is
tokenized alone (as often as it occurs, once), and its first piece is where its tag is read (Devlin et al. 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import torch
from transformers import PreTrainedTokenizerBase

from playground.training.texts import Inputs

#: What some tokenizers put before a word as a piece of its own; it says nothing.
_EMPTY_PIECE: Final = "\u2581"
#: Stands at places without a word; losses leave it out.
NO_WORD: Final = -1


@dataclass(frozen=True, slots=True)
class Worded:
    """A row of words as the model reads it."""

    inputs: Inputs
    #: For each word that was read: where its first piece stands.
    places: list[int]
    #: And which word of the row it is. Words beyond the maximum length, and words no piece is left of, are missing.
    words: list[int]


class WordEncoder:
    """Encodes rows of words with one tokenizer."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, max_length: int) -> None:
        """:param max_length: pieces of a row, those at its ends included."""
        self._tokenizer = tokenizer
        special = list(tokenizer("")["input_ids"])
        half = (len(special) + 1) // 2
        self._start, self._end = special[:half], special[half:]
        self._room = max_length - len(special)
        self._pieces = lru_cache(maxsize=200_000)(self._cut)

    def encode(self, words: Sequence[str]) -> Worded:
        """The words in order, as many as fit."""
        ids, places, read = list(self._start), [], []
        for number, word in enumerate(words):
            pieces = self._pieces(word)
            if len(ids) - len(self._start) + len(pieces) > self._room:
                break
            if pieces:
                places.append(len(ids))
                read.append(number)
                ids += pieces
        return Worded(Inputs([*ids, *self._end]), places, read)

    def _cut(self, word: str) -> list[int]:
        spaced = word if _tight(word) else f" {word}"
        ids = list(self._tokenizer(spaced, add_special_tokens=False)["input_ids"])
        names = self._tokenizer.convert_ids_to_tokens(ids)
        return [number for number, name in zip(ids, names, strict=True) if name != _EMPTY_PIECE]


def _tight(word: str) -> bool:
    """Whether a word begins with a character no space stands before: Chinese, Japanese."""
    return bool(word) and "\u3000" <= word[0] <= "\u9fff"


def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """Rows of different length as one tensor, filled up with ``NO_WORD``."""
    width = max(1, *(len(row) for row in rows)) if rows else 1
    table = torch.full((len(rows), width), NO_WORD, dtype=torch.long)
    for number, row in enumerate(rows):
        table[number, : len(row)] = torch.tensor(row, dtype=torch.long)
    return table


def at_places(values: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """What stands at each word, (rows, words, k), of values at each piece, (rows, pieces, k); of no meaning where there is no word."""
    index = places.clamp(min=0).unsqueeze(-1).expand(-1, -1, values.shape[-1])
    return values.gather(1, index)
