"""The stage that asks the references, from one pass of the frozen base over everything."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
from peft import PeftModel

from playground.data.types import SPLITS, SplitName
from playground.runs.events import ReferenceEvent
from playground.tasks import get_task
from playground.training import basis
from playground.training.attempt import Work
from playground.training.embed import Matrix, embed, width_of
from playground.training.entry import Interrupted
from playground.training.load import Loaded, encoder_of
from playground.training.references import Embeddings, Scored, readable_name
from playground.training.texts import chunks, encode, padding_token

#: Token ids of each split.
Tokens = dict[SplitName, list[list[int]]]
#: Batches embedded between two looks at the clock.
_PIECE: Final = 16


def tokenize(work: Work, loaded: Loaded) -> Tokens:
    """Every split, once."""
    return {name: _encode(work, loaded, work.splits.part(name).texts) for name in SPLITS}


def _encode(work: Work, loaded: Loaded, texts: list[str]) -> list[list[int]]:
    return encode(loaded.tokenizer, texts, max_length=work.recipe.max_length, prefix=loaded.facts.prefix)


def ask_references(work: Work, loaded: Loaded, model: PeftModel, tokens: Tokens) -> basis.Ladder:
    """The references, from disk or anew. The adapter is in place already, but switched off: "base" is asked the same way later."""
    kept = basis.read_ladder(work.folder.path)
    if kept:
        return kept
    work.voice.stage("references")
    names = [readable_name(label) for label in work.splits.labels]
    named = _encode(work, loaded, names)
    rows = [*tokens["train"], *tokens["validation"], *tokens["test"], *named]
    with model.disable_adapter():
        vectors = _embed(work, loaded, model, rows)
    ends = np.cumsum([len(tokens["train"]), len(tokens["validation"]), len(tokens["test"])])
    embeddings = Embeddings(*np.split(vectors, ends))

    def tell(scored: Scored) -> None:
        work.voice.tell(ReferenceEvent(name=scored.name, metric=scored.metric))

    def score() -> None:
        basis.make_ladder(work.folder.path, work.splits, embeddings, get_task(work.recipe.task), tell)

    work.ranks.first_only(score)
    work.check()
    ladder = basis.read_ladder(work.folder.path)
    assert ladder is not None
    return ladder


def _embed(work: Work, loaded: Loaded, model: PeftModel, rows: list[list[int]]) -> Matrix:
    """Vectors of all rows, piece by piece, going on from what an earlier attempt left."""
    batches = work.batches(padding_token(loaded.tokenizer))
    encoder = encoder_of(model)
    vectors = basis.read_vectors(work.folder.path, width_of(encoder))
    for piece in chunks(len(rows) - len(vectors), _PIECE * work.how.evaluation_batch * work.ranks.size):
        start = len(vectors)
        new = embed(encoder, loaded.facts.pooling, rows[start : start + len(piece)], batches)
        vectors = np.concatenate([vectors, new])
        ending = work.ending()
        if ending:
            work.ranks.first_only(partial(basis.save_vectors, work.folder.path, vectors))
            raise Interrupted(ending, work.step)
    return vectors
