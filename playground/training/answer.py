"""Finished runs, loaded to answer: the base once, quantized and computed exactly as while training, and the adapter on top."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Final

import torch
from peft import set_peft_model_state_dict
from safetensors.torch import load_file

from playground.errors import PredictionError
from playground.models.cache import fetch
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, read_json
from playground.runs.types import Result
from playground.training.adapt import adapt
from playground.training.devices import torch_device
from playground.training.embed import Batches
from playground.training.load import load_base
from playground.training.objective import Answerer
from playground.training.objectives import objective_for
from playground.training.plan import plan
from playground.training.save import LABELS
from playground.training.start import as_plain
from playground.training.texts import padding_token

#: Runs kept loaded, the last ones asked.
KEPT: Final = 2


def load(run: Path) -> Answerer:
    """The finished run in a folder.

    :raises PredictionError: "not_finished".
    :raises ModelError: if the base model is gone and cannot be fetched again.
    """
    folder = RunFolder(run)
    if not folder.result.is_file():
        raise PredictionError("not_finished", name=run.name)
    result = Result.from_json(folder.result.read_text(encoding="utf-8"))
    recipe = Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))
    found = torch_device()
    how = plan(recipe, found)
    torch.set_num_threads(how.threads)
    device, facts = torch.device(found.kind), get_model(recipe.model)
    objective = objective_for(recipe.task, facts, recipe.method)
    loaded = load_base(fetch(recipe.model).path, facts, recipe, result.labels, how, device, objective)
    model = adapt(loaded, recipe, how, objective)
    as_plain(model)
    set_peft_model_state_dict(model, load_file(folder.adapter / "adapter_model.safetensors"))
    model.eval()
    batches = Batches(how, device, padding_token(loaded.tokenizer))
    calibration = (read_json(folder.adapter / LABELS) or {}).get("calibration", {})
    return objective.answerer(loaded, model, batches, folder.adapter, result.base, recipe, calibration)


class Shelf:
    """The runs asked last, kept loaded; the one asked longest ago makes room. A run that was trained again is loaded again."""

    def __init__(self, size: int = KEPT) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[Path, float], Answerer] = OrderedDict()

    def get(self, run: Path) -> Answerer:
        """The run, from the shelf or loaded now.

        :raises PredictionError: "not_finished".
        :raises ModelError: if the base model cannot be had.
        """
        result = RunFolder(run).result
        key = (run.resolve(), result.stat().st_mtime if result.is_file() else 0.0)
        if key not in self._kept:
            while len(self._kept) >= self._size:
                self._kept.popitem(last=False)
            self._kept[key] = load(run)
        self._kept.move_to_end(key)
        return self._kept[key]
