"""Running text as samples: what is read, and which words are to be guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import torch

from playground.training.embed import Batch, Batches
from playground.training.language.hide import Hider
from playground.training.load import Loaded
from playground.training.objective import Sample
from playground.training.texts import Inputs

#: Seed, epoch and row: all that chance may depend on.
Stream = tuple[int, int, int]
#: A rest of a long text shorter than this is left out; it would be mostly marks.
_SHORTEST_REST: Final = 8


class Pieces(Protocol):
    """A way of making words to guess out of text."""

    @property
    def has_layer_before_words(self) -> bool:
        """Whether models of this kind have a layer of their own before the table of words."""

    def cut(self, loaded: Loaded, texts: Sequence[str], length: int, *, whole: bool) -> Iterator[list[int]]:
        """Token ids of each text: its beginning (one entry a text), or all of it in pieces of ``length``."""

    def sample(self, loaded: Loaded, ids: Sequence[int]) -> Sample:
        """A piece with as many losses as it has words to guess."""

    def batch(self, samples: Sequence[Sample], batches: Batches, streams: Sequence[Stream]) -> Batch:
        """The model's inputs, ``asked`` (places to guess, rows x tokens) and ``gold`` (the right words there, in order)."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Some words are hidden and all the others read (Devlin et al. 2019)."""

    has_layer_before_words: bool = True

    def cut(self, loaded: Loaded, texts: Sequence[str], length: int, *, whole: bool) -> Iterator[list[int]]:
        """Each piece between the marks the tokenizer puts at the ends."""
        marks = list(loaded.tokenizer("")["input_ids"])
        half = (len(marks) + 1) // 2
        for ids in _plain(loaded, texts):
            for piece in _pieces(ids, length - len(marks), whole=whole):
                yield [*marks[:half], *piece, *marks[half:]]

    def sample(self, loaded: Loaded, ids: Sequence[int]) -> Sample:
        hider = Hider.of(loaded.tokenizer, loaded.facts.title)
        return Sample(Inputs(list(ids)), hider, size=hider.count(ids))

    def batch(self, samples: Sequence[Sample], batches: Batches, streams: Sequence[Stream]) -> Batch:
        both = [sample.target.hide(sample.inputs.tokens, stream) for sample, stream in zip(samples, streams, strict=True)]
        batch = batches.pad([Inputs(shown) for shown, _ in both])
        return batch | _asked(batch, [places for _, places in both], [sample.inputs.tokens for sample in samples], ahead=0)


@dataclass(frozen=True, slots=True)
class Next:
    """Each word is to be guessed from those before it."""

    has_layer_before_words: bool = False

    def cut(self, loaded: Loaded, texts: Sequence[str], length: int, *, whole: bool) -> Iterator[list[int]]:
        """Each text ends with the end-of-text mark, and begins with the begin mark where the model knows one."""
        tokenizer = loaded.tokenizer
        begin = [tokenizer.bos_token_id] if tokenizer.bos_token_id is not None else []
        end = [tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else []
        for ids in _plain(loaded, texts):
            yield from _pieces([*begin, *ids, *end], length, whole=whole)

    def sample(self, loaded: Loaded, ids: Sequence[int]) -> Sample:
        return Sample(Inputs(list(ids)), None, size=max(0, len(ids) - 1))

    def batch(self, samples: Sequence[Sample], batches: Batches, streams: Sequence[Stream]) -> Batch:
        batch = batches.pad([sample.inputs for sample in samples])
        tokens = [sample.inputs.tokens for sample in samples]
        return batch | _asked(batch, [list(range(len(ids) - 1)) for ids in tokens], tokens, ahead=1)


def _plain(loaded: Loaded, texts: Sequence[str]) -> Iterator[list[int]]:
    """Token ids of whole texts, without marks."""
    if texts:
        yield from loaded.tokenizer(list(texts), add_special_tokens=False, return_attention_mask=False)["input_ids"]


def _pieces(ids: Sequence[int], room: int, *, whole: bool) -> Iterator[list[int]]:
    yield list(ids[:room])
    for start in range(room, len(ids) if whole else 0, room):
        if len(ids) - start >= _SHORTEST_REST:
            yield list(ids[start : start + room])


def _asked(batch: Batch, places: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]], *, ahead: int) -> Batch:
    """
    :param ahead: how far behind its place the word to guess stands: 0 where it is hidden, 1 where it comes next.
    """
    asked = torch.zeros_like(batch["input_ids"], dtype=torch.bool)
    for row, some in enumerate(places):
        asked[row, list(some)] = True
    gold = [ids[place + ahead] for some, ids in zip(places, tokens, strict=True) for place in some]
    return {"asked": asked, "gold": torch.tensor(gold, dtype=torch.long)}
