"""What a fair split has to keep in balance, task by task: which examples ask the same, and what kinds of answers each one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from playground.data.meaning.cells import listed, messages_of
from playground.data.meaning.entities import iob2
from playground.data.meaning.rows import numbers
from playground.data.normal import normalise
from playground.data.types import TaskName

Integers = np.ndarray[Any, np.dtype[np.int64]]

#: Tasks with one label a row, out of a few.
CLASSES: Final[frozenset[TaskName]] = frozenset({"text-classification", "text-pair-classification"})
#: Tasks whose rows have any number of labels, or of kinds of entities.
SETS: Final[frozenset[TaskName]] = frozenset({"multi-label-classification", "token-classification"})
#: Parts of equally many numbers, at most.
_MOST_BINS: Final = 10


def keys(examples: pd.DataFrame, task: TaskName) -> list[str]:
    """Equal for examples that ask the same: identical texts, pairs or token lists; of chats the turns of the user and the assistant."""
    if task == "generation":
        return normalise(_asked(cell) for cell in examples["text"])
    texts = normalise(examples["text"])
    if "text_pair" not in examples:
        return texts
    return ["\n".join(pair) for pair in zip(texts, normalise(examples["text_pair"]), strict=True)]


def kinds(cells: pd.Series[str], task: TaskName) -> tuple[Integers, Integers, list[str]]:
    """What a row may be about, in pairs of row and kind: its label, each of its labels, each kind of entity in it; nothing elsewhere.

    :returns: the rows' places, ascending; the numbers of their kinds; the names of the kinds, sorted.
    """
    codes, different = pd.factorize(cells.to_numpy(dtype=object), sort=task in CLASSES)
    if task in CLASSES:
        return np.arange(len(cells), dtype=np.int64), codes.astype(np.int64), [str(name) for name in different]
    if task not in SETS:
        return np.empty(0, np.int64), np.empty(0, np.int64), []
    several = _labels if task == "multi-label-classification" else _entity_kinds()
    held = [several(str(cell)) for cell in different]
    names = sorted({name for group in held for name in group})
    number = {name: place for place, name in enumerate(names)}
    groups = [np.array([number[name] for name in group], dtype=np.int64) for group in held]
    sizes = np.array([len(group) for group in groups], dtype=np.int64)[codes] if len(groups) else np.empty(0, np.int64)
    flat = np.concatenate([groups[code] for code in codes]) if len(codes) else np.empty(0, np.int64)
    return np.repeat(np.arange(len(cells), dtype=np.int64), sizes), flat, names


def bins(cells: pd.Series[str], texts: int, shares: Iterable[float]) -> Integers:
    """A part of the scale for each number, so that every part has equally many and the smallest split gets some of each.

    :param texts: different texts there are.
    """
    smallest = min((share for share in shares if share > 0), default=0.0)
    count = int(np.clip(texts * smallest, 1, _MOST_BINS))
    values = numbers(cells)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, count + 1)[1:-1])) if count > 1 else np.empty(0)
    found: Integers = np.searchsorted(edges, values, side="right").astype(np.int64)
    return np.unique(found, return_inverse=True)[1].astype(np.int64)


def _asked(cell: str) -> str:
    """The last question, with the turns before it if there are any; a system message alone makes no other question."""
    return "\n".join(message["content"] for message in messages_of(cell) if message["role"] != "system") or cell


def _labels(cell: str) -> Sequence[str]:
    return listed(cell) or []


def _entity_kinds() -> Callable[[str], Sequence[str]]:
    """Each tag is taken apart once, however many million there are."""
    known: dict[str, str] = {}

    def kinds_in(cell: str) -> Sequence[str]:
        found = set()
        for tag in listed(cell) or []:
            if tag not in known:
                known[tag] = iob2([tag])[0][2:]
            found.add(known[tag])
        return sorted(found - {""})

    return kinds_in
