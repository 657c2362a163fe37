"""Which words of a text are hidden from an encoder: a pure function of seed, epoch and row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from transformers import PreTrainedTokenizerBase

from playground.errors import ModelError

#: Share of the words that are to be guessed, and of those the shares replaced by the mask and by any word (Devlin et al. 2019).
HIDDEN_SHARE: Final = 0.15
_MASKED, _RANDOM = 0.8, 0.1


@dataclass(frozen=True, slots=True)
class Hider:
    """Hides words as one tokenizer spells them."""

    mask: int
    #: Never hidden: marks at the ends, padding.
    special: frozenset[int]
    #: Words that may stand in for a hidden one.
    vocabulary: int

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase, model: str) -> Hider:
        """:raises ModelError: "model_without_mask" if the tokenizer has no token to hide words with."""
        if tokenizer.mask_token_id is None:
            raise ModelError("model_without_mask", model=model)
        return cls(int(tokenizer.mask_token_id), frozenset(tokenizer.all_special_ids), len(tokenizer))

    def count(self, tokens: Sequence[int]) -> int:
        """How many words of a text are hidden: at least one, if there is any."""
        words = sum(token not in self.special for token in tokens)
        return min(words, max(1, round(HIDDEN_SHARE * words)))

    def hide(self, tokens: Sequence[int], stream: Sequence[int]) -> tuple[list[int], list[int]]:
        """The text with words hidden, and the places of those.

        :param stream: whole numbers from 0 on; the same ones hide the same words.
        """
        draw = np.random.Generator(np.random.PCG64(list(stream)))
        words = [place for place, token in enumerate(tokens) if token not in self.special]
        places = sorted(draw.choice(len(words), size=self.count(tokens), replace=False).tolist()) if words else []
        shown = list(tokens)
        for place in (words[number] for number in places):
            fate = draw.random()
            stranger = int(draw.integers(self.vocabulary))
            shown[place] = self.mask if fate < _MASKED else stranger if fate < _MASKED + _RANDOM else shown[place]
        return shown, [words[number] for number in places]
