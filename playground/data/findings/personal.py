"""Likely personal data, which a model may learn by heart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from playground.data.findings.common import Examples, about_rows
from playground.data.meaning.cells import listed, messages_of
from playground.data.meaning.personal import MAY_BE_PERSONAL, PERSONAL_KINDS, find_personal
from playground.data.types import Finding, Fix, Step, TaskName
from playground.words import LANGUAGES, Language, say

#: Texts looked at closely, taken evenly from those that may hold something.
_MOST_CANDIDATES: Final = 20_000


def check_personal(examples: Examples) -> Iterator[Finding]:
    """One finding for all kinds, with how many texts hold each."""
    columns = ["text", *(["text_pair"] if "text_pair" in examples.usable else []), *(["label"] if examples.task == "generation" else [])]
    counts: Counter[str] = Counter()
    hit = np.zeros(len(examples.usable), dtype=bool)
    step = 1
    for name in columns:
        texts = examples.usable[name]
        candidates = np.flatnonzero(texts.str.contains(MAY_BE_PERSONAL, regex=True).to_numpy(dtype=bool))
        step = max(step, -(-len(candidates) // _MOST_CANDIDATES))
        for place in candidates[:: max(1, -(-len(candidates) // _MOST_CANDIDATES))]:
            kinds = {one.kind for part in _parts(str(texts.iloc[place]), examples.task) for one in find_personal(part)}
            counts.update(kinds)
            hit[place] |= bool(kinds)
    if counts:
        found = [kind for kind in PERSONAL_KINDS if counts[kind]]
        mask = Fix("mask_personal", (Step("mask_personal", facts={"kinds": ",".join(found)}),))
        named = {f"kinds_{language}": _named(found, counts, language) for language in LANGUAGES}
        rows = examples.usable.index[hit]
        if step == 1:
            yield from about_rows("personal_data", "warning", rows, mask, **named)
        else:
            yield from about_rows("personal_data_sampled", "warning", rows, mask, **named)


def _parts(cell: str, task: TaskName) -> Sequence[str]:
    """What a mask would be put on: each token by itself, what each message says."""
    if task == "token-classification":
        return listed(cell) or []
    messages = messages_of(cell) if task == "generation" else []
    return [message["content"] for message in messages] or [cell]


def _named(kinds: Sequence[str], counts: Counter[str], language: Language) -> str:
    between = "、" if language == "zh" else ", "
    return between.join(say(f"personal.{kind}", language, count=counts[kind]) for kind in kinds)
