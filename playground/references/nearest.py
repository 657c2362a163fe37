"""The reference that only looks up: the answer of the training prompt that is most alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from playground.data.meaning.cells import messages_of
from playground.references.linear import sample
from playground.references.plain import vectorizer

#: Prompts compared with all training prompts at once.
_AT_ONCE: Final = 256


def asked(cell: str) -> str:
    """What was said in a prompt; a system message, alike in many, is left out."""
    return "\n".join(message["content"] for message in messages_of(cell) if message["role"] != "system") or cell


def nearest(prompts: Sequence[str], answers: Sequence[str], new: Sequence[str]) -> list[str]:
    """For each new prompt the answer of the most similar training prompt (cosine of TF-IDF; the first among equals).

    :param prompts: cells of the training prompts, ``answers`` theirs.
    """
    rows = sample(len(prompts))
    known = [asked(prompts[row]) for row in rows]
    model = vectorizer(known)
    memory = model.transform(known).T.tocsc()
    asking = model.transform([asked(cell) for cell in new])
    places: list[int] = []
    for start in range(0, len(new), _AT_ONCE):
        likeness = (asking[start : start + _AT_ONCE] @ memory).toarray()
        places += np.argmax(likeness, axis=1).tolist()
    return [answers[rows[place]] for place in places]
