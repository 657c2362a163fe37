"""Texts for continued pretraining: too few to divide, too little to change a model, too short to say anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from playground.data.findings.common import FEWEST_ROWS, Examples, about_rows, drop_rows, where
from playground.data.types import Finding

#: A Chinese, Japanese or Korean character is worth about so many letters: as much of a word, and of a token.
_LETTERS_A_CJK: Final = 2.5
#: About 5,000 tokens, a few steps of training; adapting to a domain is usually done with a hundred times as much, and more.
_LITTLE: Final = 20_000
#: A text of fewer letters is a heading or a word or two.
_SHORT: Final = 20
_CJK: Final = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"


def check_unlabelled(examples: Examples) -> Iterator[Finding]:
    """For language modeling only, and only where there is a usable text."""
    if examples.task != "language-modeling":
        return
    texts = examples.usable["text"]
    worth = texts.str.len().to_numpy(dtype=np.float64) + (_LETTERS_A_CJK - 1) * texts.str.count(_CJK).to_numpy(dtype=np.float64)
    characters = int(texts.str.len().sum())
    if len(examples.different) >= FEWEST_ROWS and worth.sum() < _LITTLE:
        yield Finding("little_text", "warning", {"characters": characters, "texts": len(examples.different)})
    short = where(examples.usable, worth < _SHORT)
    yield from about_rows("short_texts", "info", short, drop_rows(short) if len(short) < len(texts) else None)
