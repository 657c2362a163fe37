"""The frozen base's vectors of everything a run needs them for, in one pass that survives a pause."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from playground.data.types import SPLITS
from playground.training import ladder
from playground.training.embed import Matrix, embed, width_of
from playground.training.entry import Interrupted
from playground.training.load import Loaded, encoder_of
from playground.training.objective import Scene
from playground.training.sequence.references import Embeddings, of_pairs, readable_name
from playground.training.texts import Inputs, chunks, encode

#: Batches embedded between two looks at the clock.
_PIECE: Final = 16


def embeddings_of(scene: Scene) -> Embeddings:
    """Vectors of every split (of pairs: what ``of_pairs`` makes of both) and of the label names."""
    parts = [scene.part(name) for name in SPLITS]
    length = scene.recipe.max_length
    names = [readable_name(label) for label in scene.loaded.labels]
    texts = [*(part.texts for part in parts), *(part.pairs for part in parts), names]
    vectors = embed_all(scene, [row for some in texts for row in single(scene.loaded, some, length)])
    pieces = np.split(vectors, np.cumsum([len(some) for some in texts[:-1]]))
    splits = [of_pairs(first, second) if len(second) else first for first, second in zip(pieces[:3], pieces[3:6], strict=True)]
    train, validation, test = splits
    return Embeddings(train, validation, test, pieces[6])


def single(loaded: Loaded, texts: Sequence[str], length: int) -> list[Inputs]:
    """Texts by themselves, whether or not they come in pairs."""
    return encode(loaded.tokenizer, texts, max_length=length, prefix=loaded.facts.prefix)


def embed_all(scene: Scene, rows: Sequence[Inputs]) -> Matrix:
    """Vectors of all rows, piece by piece, going on from what an earlier attempt left.

    :raises Interrupted: if a person asked to stop or the time is over; what is done is kept.
    """
    work, batches = scene.work, scene.batches()
    encoder = encoder_of(scene.model)
    vectors = ladder.read_vectors(work.folder.path, width_of(encoder))
    for piece in chunks(len(rows) - len(vectors), _PIECE * work.how.evaluation_batch * work.ranks.size):
        start = len(vectors)
        new = embed(encoder, scene.loaded.facts.pooling, rows[start : start + len(piece)], batches)
        vectors = np.concatenate([vectors, new])
        ending = work.ending()
        if ending:
            work.ranks.first_only(partial(ladder.save_vectors, work.folder.path, vectors))
            raise Interrupted(ending, work.step)
    return vectors
