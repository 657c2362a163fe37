"""The uniform examples of any task as plain texts, and as labels where there are any."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from playground.data.normal import normalise
from playground.data.types import TaskName

#: Tasks in which every row has one label out of a few.
_ONE_LABEL: frozenset[TaskName] = frozenset({"text-classification", "text-pair-classification"})


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The rows a survey looks at; all fields have one entry a row."""

    #: Row numbers of the file.
    numbers: NDArray[np.int64]
    texts: tuple[str, ...]
    #: The row's single label, "" where it has none.
    labels: tuple[str, ...]
    #: Every label of the row: one, several, or none.
    all_labels: tuple[tuple[str, ...], ...]
    #: The same number for the same text, whatever its case, width and spaces; counted from 0.
    same: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)


def read_rows(frame: pd.DataFrame, task: TaskName) -> Rows:
    """The rows of ``rows.parquet``."""
    texts = tuple(_texts(frame, task))
    given = tuple(map(str, frame["label"])) if "label" in frame else ("",) * len(frame)
    if task == "multi-label-classification":
        several = tuple(tuple(_strings(label)) if label else () for label in given)
    else:
        several = tuple((label,) if label and task in _ONE_LABEL else () for label in given)
    same = pd.factorize(np.asarray(normalise(texts), dtype=object))[0].astype(np.int64)
    return Rows(frame.index.to_numpy(np.int64), texts, given if task in _ONE_LABEL else ("",) * len(frame), several, same)


def _texts(frame: pd.DataFrame, task: TaskName) -> Sequence[str]:
    firsts = [str(text) for text in frame["text"]]
    if task == "token-classification":
        return [" ".join(_strings(tokens)) for tokens in firsts]
    if task == "generation":
        return [_conversation(messages, str(answer)) for messages, answer in zip(firsts, frame["label"], strict=True)]
    if "text_pair" in frame:
        return [f"{first}\n{second}" for first, second in zip(firsts, map(str, frame["text_pair"]), strict=True)]
    return firsts


def _conversation(messages: str, answer: str) -> str:
    """What was said, without who said it."""
    values = _list(messages) or []
    said = [str(message["content"]) for message in values if isinstance(message, dict) and "content" in message]
    return "\n".join([*(said or [messages]), answer])


def _strings(text: str) -> list[str]:
    """A JSON list as strings; what is none is one string."""
    values = _list(text)
    return [text] if values is None else [str(value) for value in values]


def _list(text: str) -> list[object] | None:
    try:
        values = json.loads(text)
    except ValueError:
        return None
    return values if isinstance(values, list) else None
