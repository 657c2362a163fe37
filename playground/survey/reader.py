"""Every text once through the frozen base model: its vector, and how many tokens it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from playground.models.cache import LocalModel
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.survey.progress import Progress
from playground.survey.vectors import Read, VectorCache
from playground.training.devices import torch_device
from playground.training.embed import Batches, embed
from playground.training.load import Loaded, encoder_of, load_base
from playground.training.objectives import objective_for
from playground.training.plan import plan
from playground.training.texts import Inputs, chunks, encode, padding_token

#: A head comes with every classification model; nobody asks it anything.
_HEAD: Final = ("0", "1")
#: Batches embedded between two words about progress.
_PIECE: Final = 4
#: Seconds of reading are lost at most this many texts at a time when the survey has to make way.
_TEXTS_BETWEEN_KEEPS: Final = 2048
#: Texts tokenized at once.
_TOKENIZED: Final = 512


@dataclass(frozen=True, slots=True)
class Reader:
    """A loaded base model."""

    loaded: Loaded
    batches: Batches
    #: Tokens of a text that are read.
    tokens: int

    @classmethod
    def open(cls, model: LocalModel, model_id: str, tokens: int) -> Reader:
        """On the device found, frozen and unquantized.

        :raises ModelError: "model_broken".
        """
        recipe = Recipe(model=model_id, max_length=tokens)
        found = torch_device()
        how = plan(recipe, found)
        torch.set_num_threads(how.threads)
        device = torch.device(found.kind)
        facts = get_model(model_id)
        loaded = load_base(model.path, facts, recipe, _HEAD, how, device, objective_for(recipe.task, facts))
        return cls(loaded, Batches(how, device, padding_token(loaded.tokenizer)), tokens)

    def read(self, texts: Sequence[str], cache: VectorCache, tell: Callable[[int], None]) -> Read:
        """Vectors and lengths of ``texts``, in their order; kept in ``cache`` on the way.

        :param tell: called with the number of texts read so far.
        """
        lengths, ids = self._tokenize(texts)
        order = sorted(range(len(texts)), key=lambda place: -len(ids[place]))
        encoder, facts = encoder_of(self.loaded.model), self.loaded.facts
        vectors: list[NDArray[np.float16]] = []
        done, kept = 0, 0
        for piece in chunks(len(order), _PIECE * self.batches.how.evaluation_batch):
            rows = [ids[order[place]] for place in piece]
            vectors.append(embed(encoder, facts.pooling, rows, self.batches).astype(np.float16))
            done += len(piece)
            tell(done)
            if done - kept >= _TEXTS_BETWEEN_KEEPS or done == len(order):
                kept = done
                read = order[:done]
                cache.keep([texts[place] for place in read], Read(np.concatenate(vectors), lengths[read]))
        whole = np.concatenate(vectors)
        return Read(whole[np.argsort(order)], lengths)

    def _tokenize(self, texts: Sequence[str]) -> tuple[NDArray[np.int32], list[Inputs]]:
        """Tokens of each whole text, and the ids of its beginning."""
        lengths: list[int] = []
        ids: list[Inputs] = []
        prefix = self.loaded.facts.prefix
        for piece in chunks(len(texts), _TOKENIZED):
            some = texts[piece.start : piece.stop]
            whole = self.loaded.tokenizer([prefix + text for text in some], truncation=False, return_attention_mask=False)["input_ids"]
            lengths += [len(one) for one in whole]
            # Cut by the tokenizer itself, because what must stand at the end differs from model to model.
            ids += encode(self.loaded.tokenizer, some, max_length=self.tokens, prefix=prefix)
        return np.asarray(lengths, np.int32), ids


def read_all(texts: Sequence[str], cache: VectorCache, open_reader: Callable[[], Reader], progress: Progress) -> Read:
    """Vectors and lengths of ``texts`` (all different); the model is loaded only if there is a text it has not read before."""
    known = cache.find(texts)
    new = [text for text in texts if text not in known]
    if new:
        reader = open_reader()
        progress.stage("embedding", len(new))
        read = reader.read(new, cache, lambda done: progress.tell(done, len(new)))
        known |= {text: (read.vectors[place], int(read.lengths[place])) for place, text in enumerate(new)}
    return Read(np.stack([known[text][0] for text in texts]), np.asarray([known[text][1] for text in texts], np.int32))
