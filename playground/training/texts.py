"""Splits of a run as texts, cells and token ids: read once, tokenized once, batched without shuffling."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pandas as pd
import torch
from transformers import PreTrainedTokenizerBase

from playground.data.mending.augment import varied_copies
from playground.data.types import SPLITS, SplitName
from playground.errors import RunError
from playground.recipe import Recipe
from playground.tasks import Task, tested_rows

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a model reads of one example."""

    tokens: list[int]
    #: Which text of a pair each token belongs to; empty where there is one text, or the model knows no such types.
    types: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class Part:
    """One split: texts and their label cells (``tasks.types``), in the order of the file."""

    rows: list[int]
    texts: list[str]
    labels: list[str]
    #: The second text of each pair; empty for tasks on one text.
    pairs: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class LabelledSplits:
    """The three splits of a run and the label names in the order of the model's outputs."""

    train: Part
    validation: Part
    test: Part
    #: () for a task without labels.
    labels: tuple[str, ...]
    #: Rows of the test split that are not answered, because writing takes long.
    left_out: int = 0

    def part(self, name: SplitName) -> Part:
        """The split of that name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}[name]


def read_splits(path: Path, task: Task) -> LabelledSplits:
    """The splits the app wrote.

    :raises RunError: "split_empty"; "labels_too_few"; "label_not_in_training" for a label that could never be learned.
    """
    parts, labels = parts_of(pd.read_parquet(path), task, SPLITS)
    held_out = len(parts["test"])
    parts["test"] = some(parts["test"], tested_rows(task.name, held_out))
    return LabelledSplits(parts["train"], parts["validation"], parts["test"], labels, held_out - len(parts["test"]))


def parts_of(frame: pd.DataFrame, task: Task, names: Sequence[SplitName]) -> tuple[dict[SplitName, Part], tuple[str, ...]]:
    """Some of the splits, the training rows among them, and the label names.

    :raises RunError: as ``read_splits``.
    """
    parts = {name: _part(frame[frame["split"] == name]) for name in names}
    for name, part in parts.items():
        if not len(part):
            raise RunError("split_empty", split=name)
    labels = task.labels(parts["train"].labels)
    if len(labels) == 1:
        raise RunError("labels_too_few", count=len(labels))
    for name, part in parts.items():
        unseen = sorted(set(task.labels(part.labels)) - set(labels))
        if unseen:
            raise RunError("label_not_in_training", label=unseen[0], split=name, count=len(unseen))
    return parts, labels


def some(part: Part, most: int) -> Part:
    """At most ``most`` rows of a split, evenly spread."""
    if len(part) <= most:
        return part
    rows = [place * len(part) // most for place in range(most)]
    _LOG.info("%d of the %d test rows are answered: writing takes long, and every reference answers the same ones", most, len(part))
    pairs = [part.pairs[row] for row in rows] if part.pairs else []
    return Part([part.rows[row] for row in rows], [part.texts[row] for row in rows], [part.labels[row] for row in rows], pairs)


def _part(frame: pd.DataFrame) -> Part:
    pairs = [str(text) for text in frame["text_pair"]] if "text_pair" in frame else []
    return Part([int(row) for row in frame["row"]], [str(text) for text in frame["text"]], [str(label) for label in frame["label"]], pairs)


def varied(part: Part, recipe: Recipe) -> Part:
    """Varied copies of some of these examples, as many as the recipe asks for; every process and every attempt makes the same ones.

    Of a pair the first text is varied.
    """
    if recipe.augmentation == "none":
        return Part([], [], [])
    extras = varied_copies(part.texts, recipe.augmentation, recipe.augmentation_share, recipe.seed)
    rows = [extra.row for extra in extras]
    pairs = [part.pairs[row] for row in rows] if part.pairs else []
    return Part([part.rows[row] for row in rows], [extra.text for extra in extras], [part.labels[row] for row in rows], pairs)


def encode(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], *, max_length: int, prefix: str = "", pairs: Sequence[str] = ()
) -> list[Inputs]:
    """Each text (and its second one) as the model reads it, cut to ``max_length`` tokens, of a pair the longer text first.

    :param prefix: what the base model expects before a text.
    """
    if not texts:
        return []
    first = [prefix + text for text in texts]
    if not pairs:
        tokens = tokenizer(first, truncation=True, max_length=max_length, return_attention_mask=False)["input_ids"]
        return [Inputs(list(ids)) for ids in tokens]
    both = tokenizer(first, [prefix + text for text in pairs], truncation=True, max_length=max_length, return_attention_mask=False)
    types = both.get("token_type_ids") or [[]] * len(texts)
    return [Inputs(list(ids), list(kinds)) for ids, kinds in zip(both["input_ids"], types, strict=True)]


def pad(rows: Sequence[Inputs], *, padding: int, multiple_of: int = 1) -> dict[str, torch.Tensor]:
    """``input_ids`` and ``attention_mask`` (and ``token_type_ids`` where rows have types) of one batch, padded on the right to its longest
    row."""
    longest = max(1, *(len(row) for row in rows))
    width = -(-longest // multiple_of) * multiple_of
    ids = torch.full((len(rows), width), padding, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    typed = any(row.types for row in rows)
    types = torch.zeros((len(rows), width) if typed else (0, 0), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row.tokens, dtype=torch.long)
        mask[place, : len(row)] = 1
        if row.types:
            types[place, : len(row)] = torch.tensor(row.types, dtype=torch.long)
    return {"input_ids": ids, "attention_mask": mask} | ({"token_type_ids": types} if typed else {})


def by_length(lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    """Batches for an evaluation: every row once, similar lengths together, longest first (memory is short at the start or never)."""
    order = sorted(range(len(lengths)), key=lambda row: (-lengths[row], row))
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def padding_token(tokenizer: PreTrainedTokenizerBase) -> int:
    """The id rows are filled up with; a model without one gets its end-of-text token (masked out either way)."""
    token: Any = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    return int(token or 0)


def chunks(total: int, size: int) -> Iterator[range]:
    """``range(total)`` in pieces of ``size``."""
    return (range(start, min(start + size, total)) for start in range(0, total, size))
