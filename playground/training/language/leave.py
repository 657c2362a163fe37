"""A pretrained model as a folder that ``from_pretrained`` loads: what a later run takes for its base."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from playground.training import checkpoint
from playground.training.adapt import adapt
from playground.training.language import head
from playground.training.load import load_base
from playground.training.objective import Scene
from playground.training.start import as_plain

if TYPE_CHECKING:
    from playground.training.language.objective import Words


def write_model(scene: Scene, objective: Words) -> None:
    """Merge the best weights into the base in float32, whatever precision it was trained in, and write it with its tokenizer.

    :raises OSError: if the disk is full.
    """
    work, facts = scene.work, scene.loaded.facts
    recipe = replace(scene.recipe, quantization="none", double_quantization=False)
    # Dropout is left as the base's makers set it, for whoever trains on.
    how = replace(work.how, dtype="float32", fused_lora=False, base_dropout=True)
    loaded = load_base(scene.source.path, facts, recipe, (), how, torch.device("cpu"), objective)
    model = adapt(loaded, recipe, how, objective)
    whole = replace(scene, loaded=loaded, model=model)
    head.put_in_place(whole)
    checkpoint.load_best(work.folder.checkpoints, model)
    as_plain(model)
    place = work.folder.pretrained
    part = place.with_name(f".{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    merged = model.merge_and_unload()
    merged.save_pretrained(str(part), safe_serialization=True)
    loaded.tokenizer.save_pretrained(str(part))
    shutil.rmtree(place, ignore_errors=True)
    part.rename(place)
