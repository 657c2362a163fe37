"""Labelled splits as label numbers and token ids: read once, tokenized once, batched without shuffling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from transformers import PreTrainedTokenizerBase

from playground.data.mending.augment import varied_copies
from playground.data.types import SPLITS, SplitName
from playground.errors import RunError
from playground.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Part:
    """One split: texts and their label names, in the order of the file."""

    rows: list[int]
    texts: list[str]
    labels: list[str]

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class LabelledSplits:
    """The three splits of a run and the label names in the order of the model's outputs."""

    train: Part
    validation: Part
    test: Part
    labels: tuple[str, ...]

    def part(self, name: SplitName) -> Part:
        """The split of that name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}[name]


def read_splits(path: Path) -> LabelledSplits:
    """The splits the app wrote.

    :raises RunError: "split_empty"; "labels_too_few"; "label_not_in_training" for a label that could never be learned.
    """
    frame = pd.read_parquet(path)
    parts = {name: _part(frame[frame["split"] == name]) for name in SPLITS}
    for name, part in parts.items():
        if not len(part):
            raise RunError("split_empty", split=name)
    labels = tuple(sorted(set(parts["train"].labels)))
    if len(labels) < 2:
        raise RunError("labels_too_few", count=len(labels))
    for name in ("validation", "test"):
        unseen = sorted(set(parts[name].labels) - set(labels))
        if unseen:
            raise RunError("label_not_in_training", label=unseen[0], split=name, count=len(unseen))
    return LabelledSplits(parts["train"], parts["validation"], parts["test"], labels)


def _part(frame: pd.DataFrame) -> Part:
    return Part([int(row) for row in frame["row"]], [str(text) for text in frame["text"]], [str(label) for label in frame["label"]])


def varied(part: Part, recipe: Recipe) -> Part:
    """Varied copies of some of these examples, as many as the recipe asks for; every process and every attempt makes the same ones."""
    if recipe.augmentation == "none":
        return Part([], [], [])
    extras = varied_copies(part.texts, recipe.augmentation, recipe.augmentation_share, recipe.seed)
    rows = [extra.row for extra in extras]
    return Part([part.rows[row] for row in rows], [extra.text for extra in extras], [part.labels[row] for row in rows])


def encode(tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], *, max_length: int, prefix: str = "") -> list[list[int]]:
    """Token ids of each text, cut to ``max_length`` tokens; ``prefix`` is what the base model expects before a text."""
    if not texts:
        return []
    tokens = tokenizer([prefix + text for text in texts], truncation=True, max_length=max_length, return_attention_mask=False)
    return [list(ids) for ids in tokens["input_ids"]]


def pad(rows: Sequence[Sequence[int]], *, padding: int, multiple_of: int = 1) -> dict[str, torch.Tensor]:
    """``input_ids`` and ``attention_mask`` of one batch, padded on the right to its longest row."""
    longest = max(1, *(len(row) for row in rows))
    width = -(-longest // multiple_of) * multiple_of
    ids = torch.full((len(rows), width), padding, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[place, : len(row)] = 1
    return {"input_ids": ids, "attention_mask": mask}


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
