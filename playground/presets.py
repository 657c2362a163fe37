"""Presets: a sensible recipe for this data, this base model and this device."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from playground.data.types import Dataset
from playground.devices import Device
from playground.models.catalogue import Model
from playground.recipe import MOST_RATE_OF_WHOLE_LAYERS, Preset, Recipe

#: Tokens a character of running text takes: about 4 letters a token in Latin script, about 0.7 tokens a Chinese character.
_TOKENS_PER_LATIN_CHARACTER: Final = 0.27
_TOKENS_PER_CJK_CHARACTER: Final = 0.75
_SPECIAL_TOKENS: Final = 3
#: Tokens a chat template puts around a conversation.
_TEMPLATE_TOKENS: Final = 32
_LENGTHS: Final = (32, 64, 128, 256, 512)
#: Below this many training rows a label (the median over labels) pairs of texts teach more than texts one by one.
FEW_ROWS: Final = 30
#: Texts of a batch of pairs: enough for several of each of many labels.
_CONTRASTIVE_BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a preset fixes; epochs shrink on large data so that a preset keeps its meaning."""

    #: Optimizer updates times batch size the preset aims at, in rows.
    rows_seen: int
    most_epochs: int
    learning_rate: float
    patience: int
    #: Optimizer steps where labels are few.
    contrastive_steps: int
    #: Instead of ``rows_seen`` where answers are written: a larger model, many tokens a row, and soon learned (SmolLM2 on 250 rows).
    written_rows: int


_SHAPES: Final[dict[Preset, _Shape]] = {
    "quick": _Shape(rows_seen=3_000, most_epochs=8, learning_rate=1e-3, patience=0, contrastive_steps=40, written_rows=750),
    "balanced": _Shape(rows_seen=12_000, most_epochs=15, learning_rate=7e-4, patience=0, contrastive_steps=60, written_rows=1_500),
    "thorough": _Shape(rows_seen=60_000, most_epochs=30, learning_rate=5e-4, patience=6, contrastive_steps=120, written_rows=2_500),
}
#: How many times the rows a preset shows a pretrained model are shown to one that starts from nothing.
_FROM_NOTHING_LONGER: Final = 5
_CONTRASTIVE_RATE: Final = 5e-4
_MOST_EPOCHS: Final = 100


def preset_recipe(preset: Preset, dataset: Dataset, model: Model, device: Device) -> Recipe:
    """The recipe of a preset: 4-bit base and bfloat16 on a GPU, the full-precision fast path on a CPU; pairs where labels are few."""
    start = Recipe(model=model.id, task=dataset.task)
    on_gpu = device.kind == "cuda"
    from_nothing = model.origin == "scratch"
    shared = {
        "quantization": "nf4" if on_gpu and not from_nothing else "none",
        "double_quantization": on_gpu and not from_nothing,
        "max_length": enough_tokens(dataset, model),
        "processes": device.count if on_gpu else 1,
    }
    shape = _SHAPES[preset]
    if dataset.task == "generation":
        shape = replace(shape, rows_seen=shape.written_rows)
    learning = _from_nothing if from_nothing else _contrastive if few_labels(dataset, model) else _usual
    return start.with_values(shared | learning(shape, _training_rows(dataset), on_gpu))


def few_labels(dataset: Dataset, model: Model) -> bool:
    """Whether the method contrastive is the one to begin with: one label a text, few texts a label, and a model made to read them."""
    if dataset.task != "text-classification" or model.kind != "encoder" or not dataset.labels:
        return False
    return rows_a_label(dataset) < FEW_ROWS


def rows_a_label(dataset: Dataset) -> float:
    """Training rows of a label: the median over the labels there are."""
    return median(dataset.labels.values()) * _training_rows(dataset) / max(1, dataset.rows)


def _usual(shape: _Shape, train_rows: int, on_gpu: bool) -> dict[str, object]:
    epochs = min(shape.most_epochs, max(1, round(shape.rows_seen / train_rows)))
    return {
        "epochs": epochs,
        "learning_rate": shape.learning_rate,
        "early_stopping_patience": min(shape.patience, epochs - 1),
        "batch_size": 32 if on_gpu else 16,
    }


def _from_nothing(shape: _Shape, train_rows: int, on_gpu: bool) -> dict[str, object]:
    """All weights at the largest rate that is safe for them, and several times as long: there is everything to learn."""
    usual = _usual(shape, train_rows, on_gpu)
    epochs = min(_MOST_EPOCHS, max(1, round(_FROM_NOTHING_LONGER * shape.rows_seen / train_rows)))
    return usual | {"method": "full", "learning_rate": MOST_RATE_OF_WHOLE_LAYERS, "epochs": epochs, "early_stopping_patience": 0}


def _contrastive(shape: _Shape, train_rows: int, on_gpu: bool) -> dict[str, object]:
    """As many steps whatever the rows are: it is pairs that are learned from, and there are plenty."""
    steps_an_epoch = -(-train_rows // _CONTRASTIVE_BATCH)
    epochs = min(_MOST_EPOCHS, max(1, round(shape.contrastive_steps / steps_an_epoch)))
    return {"method": "contrastive", "epochs": epochs, "learning_rate": _CONTRASTIVE_RATE, "batch_size": _CONTRASTIVE_BATCH}


def _training_rows(dataset: Dataset) -> int:
    start = Recipe(model="", task=dataset.task)
    return max(1, round(dataset.rows * (1 - start.validation_share - start.test_share)))


def tokens(characters: float, dataset: Dataset) -> float:
    """About how many tokens a text of this many characters has in this dataset's script."""
    per_character = dataset.cjk_share * _TOKENS_PER_CJK_CHARACTER + (1 - dataset.cjk_share) * _TOKENS_PER_LATIN_CHARACTER
    return characters * per_character + _SPECIAL_TOKENS


def enough_tokens(dataset: Dataset, model: Model) -> int:
    """The smallest usual limit that cuts at most about one text in twenty."""
    wanted = tokens(dataset.long_characters, dataset) + (_TEMPLATE_TOKENS if dataset.task == "generation" else 0)
    fitting = [length for length in _LENGTHS if length <= model.max_positions]
    return next((length for length in fitting if length >= wanted), fitting[-1])
