"""What the cells of uniform examples hold besides plain text: JSON lists of tokens, tags or labels, and messages of a chat."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

import pandas as pd

#: A tag of an entity: its place in the entity, and the entity's name.
TAG: Final = re.compile(r"(?P<place>[BIESLUM])[-_](?P<entity>.+)", re.DOTALL)


def list_cell(values: Sequence[str]) -> str:
    """A list as a cell holds it."""
    return json.dumps(list(values), ensure_ascii=False)


def listed(cell: str) -> list[str] | None:
    """The strings of a JSON list; None if the cell holds no such list."""
    if not cell.startswith("["):
        return None
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, list) and all(isinstance(value, str) for value in values) else None


def tokens_of(text: str) -> list[str]:
    """The tokens of a JSON list, or of a text a person typed with spaces between them."""
    values = listed(text)
    return text.split() if values is None else values


def messages_of(cell: str) -> list[dict[str, str]]:
    """The messages of a cell, none if it holds no list of role and content."""
    if not cell.startswith("["):
        return []
    try:
        values = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    if not isinstance(values, list):
        return []
    whole = all(
        isinstance(value, dict) and isinstance(value.get("role"), str) and isinstance(value.get("content"), str) for value in values
    )
    return values if whole else []


def label_counts(cells: pd.Series[str], task: str) -> dict[str, int]:
    """Label -> how often it stands there, most frequent first; entities by type in token classification, {} where labels are no names."""
    if task in ("regression", "generation", "language-modeling"):
        return {}
    unique = {str(cell): int(count) for cell, count in cells.value_counts(sort=False).items()}
    counts: Counter[str] = Counter()
    for cell, count in unique.items():
        for label in _labels_in(cell, task):
            counts[label] += count
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def entities_of(tags: Sequence[str]) -> list[str]:
    """The type of each entity, in order; an I- that continues nothing of its type begins one, as scorers read it too."""
    found: list[str] = []
    before = ""
    for tag in tags:
        match = TAG.fullmatch(tag)
        entity = match["entity"] if match else ("" if tag == "O" else tag)
        if entity and (entity != before or (match is not None and match["place"] in "BSU")):
            found.append(entity)
        before = entity
    return found


def plain_texts(rows: pd.DataFrame, task: str) -> pd.Series[str]:
    """What a person would read of each example: tokens with spaces between, a conversation with its answer, both texts of a pair."""
    if task == "token-classification":
        return _series(rows, [" ".join(listed(cell) or []) for cell in rows["text"]])
    if task == "generation":
        pairs = zip(rows["text"], rows["label"], strict=True)
        return _series(rows, ["\n".join([*(message["content"] for message in messages_of(cell)), answer]) for cell, answer in pairs])
    return rows["text"] + "\n" + rows["text_pair"] if "text_pair" in rows else rows["text"]


def _labels_in(cell: str, task: str) -> list[str]:
    if task == "multi-label-classification":
        return listed(cell) or []
    return entities_of(listed(cell) or []) if task == "token-classification" else [cell]


def _series(rows: pd.DataFrame, values: list[str]) -> pd.Series[str]:
    return pd.Series(values, index=rows.index, dtype="str")
