"""What a finished run leaves: the adapter anybody can load, the answers to the test split, and the result that says it is complete."""

from __future__ import annotations

import shutil
from typing import Any, Final

import pandas as pd
from peft import PeftModel

from playground.compare import compare
from playground.data.mending.recorded import steps_from_values
from playground.models.types import Model
from playground.recipe import Recipe
from playground.references.outputs import Calibration
from playground.runs.folder import RunFolder, read_json, write_json, write_text
from playground.runs.types import Result
from playground.training import ladder
from playground.training.card import Card, card_text, installed_versions
from playground.training.ladder import Ladder
from playground.training.load import Loaded
from playground.training.objective import BASE_FILE, Answers
from playground.training.texts import Part

#: Beside the adapter: label names, base model, and what answers need besides weights.
LABELS: Final = "labels.json"


def save_adapter(
    folder: RunFolder, model: PeftModel, loaded: Loaded, recipe: Recipe, calibration: Calibration
) -> None:  # fmt: skip
    """PEFT's own format with what was trained whole, the tokenizer, the label names, and what "base" needs; in place by rename.

    :raises OSError: if the disk is full.
    """
    part = folder.path / f".{folder.adapter.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    # "auto" would ask the hub whether the vocabulary grew; it never does here.
    model.save_pretrained(str(part), safe_serialization=True, save_embedding_layers=False)
    # PEFT's model card is an empty form that carries the path of this machine's cache; ``save_card`` writes a real one.
    (part / "README.md").unlink(missing_ok=True)
    loaded.tokenizer.save_pretrained(str(part))
    facts = loaded.facts
    meta: dict[str, Any] = {
        "labels": list(loaded.labels), "base_model": facts.id, "prefix": facts.prefix, "max_length": recipe.max_length,
        "task": recipe.task,
    }  # fmt: skip
    write_json(part / LABELS, meta | ({"calibration": {name: list(values) for name, values in calibration.items()}} if calibration else {}))
    basis = ladder.folder(folder.path) / BASE_FILE
    if basis.is_file():
        shutil.copyfile(basis, part / BASE_FILE)
    shutil.rmtree(folder.adapter, ignore_errors=True)
    part.rename(folder.adapter)


def save_predictions(folder: RunFolder, test: Part, answers: Answers, references: Ladder) -> None:
    """The test split in order, with the fine-tuned model's and every reference's cells."""
    columns: dict[str, object] = {"row": test.rows, "text": test.texts}
    columns |= {"text_pair": test.pairs} if test.pairs else {}
    columns |= {"label": test.labels, "tuned": answers.cells}
    columns |= {"tuned_confidence": answers.confidence} if answers.confidence else {}
    part = folder.path / f".{folder.predictions.name}"
    pd.DataFrame(columns | {str(name): cells for name, cells in references.items()}).to_parquet(part, index=False)
    part.replace(folder.predictions)


def save_card(folder: RunFolder, recipe: Recipe, result: Result, model: Model) -> None:
    """The adapter's README.md, from what lies in the run's folder.

    :raises OSError: if the disk is full.
    """
    facts = read_json(folder.run) or {}
    comparison = compare(result, pd.read_parquet(folder.predictions))
    name, steps = str(facts.get("dataset_name", "")), steps_from_values(facts.get("steps", []))
    card = Card(recipe, result, comparison, model, name, steps, installed_versions())
    write_text(folder.adapter / "README.md", card_text(card))


def save_result(folder: RunFolder, result: Result) -> None:
    """The last file of a run, by rename."""
    write_text(folder.result, result.to_json())
