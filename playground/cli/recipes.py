"""What to train, from the options that ``train`` and the commands beside it share: the data, the base model, the recipe."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from playground.cli.files import add_reading_options, read_as_asked, read_bytes
from playground.data.plain import plain
from playground.data.types import Dataset
from playground.errors import RecipeError
from playground.models.adopt import adopt_named
from playground.recipe import PRESETS, Recipe
from playground.workbench import LOCAL_OWNER, Workbench


def add_train_options(train: argparse.ArgumentParser) -> None:
    """How the file is read, the base model, and the recipe."""
    add_reading_options(train)
    train.add_argument("--model", metavar="ID")
    train.add_argument("--preset", choices=PRESETS, default="balanced")
    train.add_argument("--recipe", type=Path, metavar="FILE.json")
    train.add_argument("--set", action="append", default=[], metavar="key=value")
    train.add_argument("--seed", type=int)


def asked(options: argparse.Namespace, bench: Workbench) -> tuple[Dataset, Recipe]:
    """The data and the recipe that ``train``'s options name.

    :raises DatasetError: if the data cannot be read or trained on.
    :raises ModelError: if the base model cannot be used.
    :raises RecipeError: if the recipe or a change of it makes no sense.
    """
    inspection = read_as_asked(bench, options)
    for finding in inspection.findings:
        if finding.severity == "error":
            sys.stderr.write(f"{plain(finding.message(options.language))} {plain(finding.remedy(options.language))}\n")
    dataset = bench.keep(inspection, LOCAL_OWNER)
    named = base_named(options.model, bench) if options.model else None
    if options.recipe:
        recipe = Recipe.from_json(read_bytes(options.recipe).decode("utf-8", errors="replace"))
    else:
        recipe = bench.preset(options.preset, dataset, named)
    changes: dict[str, object] = dict(_assignment(text) for text in options.set)
    if options.recipe and named:
        changes["model"] = named
    if options.seed is not None:
        changes["seed"] = options.seed
    return dataset, recipe.with_values(changes)


def base_named(text: str, bench: Workbench) -> str:
    """Id of the base model somebody names: what an earlier run learned from running text, by that run's id, or as ``adopt_named`` has it.

    :raises RunError: "run_without_model", "not_finished".
    :raises ModelError: why it cannot be used.
    """
    if any(run.id == text.removeprefix("run/") for run in bench.runs.list(LOCAL_OWNER)):
        return bench.adopt(text.removeprefix("run/"), LOCAL_OWNER).id
    return adopt_named(text, LOCAL_OWNER, token=os.environ.get("HF_TOKEN")).id


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise RecipeError("not_an_assignment", text=text)
    return name.strip(), value.strip()
