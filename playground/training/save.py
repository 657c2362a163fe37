"""What a finished run leaves: the adapter anybody can load, the answers to the test split, and the result that says it is complete."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from peft import PeftModel
from transformers import PreTrainedTokenizerBase

from playground.models.types import Model
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, write_json, write_text
from playground.runs.types import Result
from playground.tasks import Reference
from playground.training.basis import PROBE, Basis
from playground.training.embed import Matrix
from playground.training.texts import LabelledSplits

LABELS = "labels.json"


def save_adapter(
    folder: RunFolder, model: PeftModel, tokenizer: PreTrainedTokenizerBase, labels: Sequence[str], facts: Model, recipe: Recipe,
    basis: Basis,
) -> None:  # fmt: skip
    """PEFT's own format with head and pooler, the tokenizer, the label names, and what "base" needs; in place by rename.

    :raises OSError: if the disk is full.
    """
    part = folder.path / f".{folder.adapter.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    # "auto" would ask the hub whether the vocabulary grew; it never does here.
    model.save_pretrained(str(part), safe_serialization=True, save_embedding_layers=False)
    # PEFT's model card is an empty form that carries the path of this machine's cache; the export writes a real one.
    (part / "README.md").unlink(missing_ok=True)
    tokenizer.save_pretrained(str(part))
    meta = {"labels": list(labels), "base_model": facts.id, "prefix": facts.prefix, "max_length": recipe.max_length, "task": recipe.task}
    write_json(part / LABELS, meta)
    basis.save(part / PROBE)
    shutil.rmtree(folder.adapter, ignore_errors=True)
    part.rename(folder.adapter)


def save_predictions(
    folder: RunFolder, splits: LabelledSplits, probabilities: Matrix, references: Mapping[Reference, Sequence[str]]
) -> None:
    """The test split in order, with the fine-tuned model's and every reference's answer."""
    best = probabilities.argmax(axis=1)
    columns: dict[str, object] = {
        "row": splits.test.rows,
        "text": splits.test.texts,
        "label": splits.test.labels,
        "tuned": [splits.labels[place] for place in best],
        "tuned_confidence": probabilities[np.arange(len(best)), best].astype(float),
    } | {str(name): list(answers) for name, answers in references.items()}
    part = folder.path / f".{folder.predictions.name}"
    pd.DataFrame(columns).to_parquet(part, index=False)
    part.replace(folder.predictions)


def save_result(folder: RunFolder, result: Result) -> None:
    """The last file of a run, by rename."""
    write_text(folder.result, result.to_json())
