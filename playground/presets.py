"""Presets: a sensible recipe for this data, this base model and this device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.data.types import Dataset
from playground.devices import Device
from playground.models.catalogue import Model
from playground.recipe import Preset, Recipe

#: Tokens a character of running text takes: about 4 letters a token in Latin script, about 0.7 tokens a Chinese character.
_TOKENS_PER_LATIN_CHARACTER: Final = 0.27
_TOKENS_PER_CJK_CHARACTER: Final = 0.75
_SPECIAL_TOKENS: Final = 3
_LENGTHS: Final = (32, 64, 128, 256, 512)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a preset fixes; epochs shrink on large data so that a preset keeps its meaning."""

    #: Optimizer updates times batch size the preset aims at, in rows.
    rows_seen: int
    most_epochs: int
    learning_rate: float
    patience: int


_SHAPES: Final[dict[Preset, _Shape]] = {
    "quick": _Shape(rows_seen=3_000, most_epochs=8, learning_rate=1e-3, patience=0),
    "balanced": _Shape(rows_seen=12_000, most_epochs=15, learning_rate=7e-4, patience=0),
    "thorough": _Shape(rows_seen=60_000, most_epochs=30, learning_rate=5e-4, patience=6),
}


def preset_recipe(preset: Preset, dataset: Dataset, model: Model, device: Device) -> Recipe:
    """The recipe of a preset: 4-bit base and bfloat16 on a GPU, the full-precision fast path on a CPU."""
    shape = _SHAPES[preset]
    start = Recipe(model=model.id, task=dataset.task)
    train_rows = max(1, round(dataset.rows * (1 - start.validation_share - start.test_share)))
    epochs = min(shape.most_epochs, max(1, round(shape.rows_seen / train_rows)))
    on_gpu = device.kind == "cuda"
    return start.with_values(
        {
            "quantization": "nf4" if on_gpu else "none",
            "double_quantization": on_gpu,
            "epochs": epochs,
            "learning_rate": shape.learning_rate,
            "early_stopping_patience": min(shape.patience, epochs - 1),
            "batch_size": 32 if on_gpu else 16,
            "max_length": enough_tokens(dataset, model),
            "processes": device.count if on_gpu else 1,
        }
    )


def tokens(characters: float, dataset: Dataset) -> float:
    """About how many tokens a text of this many characters has in this dataset's script."""
    per_character = dataset.cjk_share * _TOKENS_PER_CJK_CHARACTER + (1 - dataset.cjk_share) * _TOKENS_PER_LATIN_CHARACTER
    return characters * per_character + _SPECIAL_TOKENS


def enough_tokens(dataset: Dataset, model: Model) -> int:
    """The smallest usual limit that cuts at most about one text in twenty."""
    wanted = tokens(dataset.long_characters, dataset)
    fitting = [length for length in _LENGTHS if length <= model.max_positions]
    return next((length for length in fitting if length >= wanted), fitting[-1])
