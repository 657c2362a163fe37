"""Where a new head starts."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from peft import LoraConfig, TaskType, get_peft_model
from transformers import AutoModelForSequenceClassification, PretrainedConfig

from playground.models.cache import fetch
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.training import train
from playground.training.attempt import Clock
from playground.training.learn import set_scene
from playground.training.load import anatomy
from playground.training.objective import Scene
from playground.training.sequence.head import fit_head, last_layer
from playground.training.work import _prepare
from tests.training.conftest import MakeRun, rows, splits
from tests.training.test_adapt import CONFIGS


def scene_of(folder: RunFolder) -> Scene:
    """The tiny base sees hardly any difference between texts; here it is made to."""
    work = _prepare(folder, None, Clock(time.monotonic(), None))
    scene = set_scene(work, fetch(work.recipe.model))
    with torch.no_grad():
        for name, weight in scene.model.named_parameters():
            if "layer." in name and weight.ndim == 2 and "lora_" not in name:
                weight.mul_(10)
    return scene


def known_rows() -> pd.DataFrame:
    """The validation split holds rows of the training split: a random model has nothing to say about others."""
    frame = splits(rows())
    validation, train = frame["split"] == "validation", frame[frame["split"] == "train"]
    frame.loc[validation, ["text", "label"]] = train[["text", "label"]].head(int(validation.sum())).to_numpy()
    return frame


def with_task(folder: RunFolder, task: str) -> RunFolder:
    recipe = replace(Recipe.from_json(folder.recipe.read_text(encoding="utf-8")), task=task)
    folder.recipe.write_text(recipe.to_json(), encoding="utf-8")
    return folder


def head_of(scene: Scene) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    layer = last_layer(scene.model, len(scene.loaded.labels))
    return layer.weight.detach().numpy().copy(), layer.bias.detach().numpy().copy()


def test_before_the_first_step_the_head_leans_to_the_right_labels_and_is_sure_of_none(make_run: MakeRun) -> None:
    scene = scene_of(make_run(frame=known_rows()))
    random_loss, _ = scene.work.objective.validate(scene)
    fit_head(scene, scene.work.objective.task)
    loss, score = scene.work.objective.validate(scene)
    assert 0.3 < loss < random_loss
    assert score > 0.4  # three labels; the most frequent alone gives about .2


def test_it_is_the_same_head_each_time(make_run: MakeRun) -> None:
    scene = scene_of(make_run())
    fit_head(scene, scene.work.objective.task)
    first = head_of(scene)
    fit_head(scene, scene.work.objective.task)
    assert all(np.array_equal(one, other) for one, other in zip(first, head_of(scene), strict=True))


def test_only_the_last_layer_changes(make_run: MakeRun) -> None:
    scene = scene_of(make_run())
    before = {name: weight.clone() for name, weight in scene.model.state_dict().items()}
    fit_head(scene, scene.work.objective.task)
    changed = {name for name, weight in scene.model.state_dict().items() if not torch.equal(weight, before[name])}
    assert {name.split("modules_to_save.")[1] for name in changed} == {"default.weight", "default.bias"}


def test_a_run_that_goes_on_keeps_the_head_of_its_checkpoint(make_run: MakeRun) -> None:
    folder = make_run(epochs=1)
    train(folder.path)
    folder.result.unlink()
    scene = scene_of(folder)
    before = head_of(scene)
    fit_head(scene, scene.work.objective.task)
    assert all(np.array_equal(one, other) for one, other in zip(before, head_of(scene), strict=True))


def test_a_label_every_training_row_has_can_still_be_unlearned(make_run: MakeRun) -> None:
    frame = splits(rows())
    frame["label"] = [json.dumps(["always", label]) for label in frame["label"]]
    scene = scene_of(with_task(make_run(frame=frame), "multi-label-classification"))
    fit_head(scene, scene.work.objective.task)
    assert head_of(scene)[1][scene.loaded.labels.index("always")] == 10


@pytest.mark.parametrize("name", [name for name in CONFIGS if name != "llama"])
def test_the_layer_that_gives_the_scores_is_found(name: str) -> None:
    config: PretrainedConfig = CONFIGS[name]
    base = AutoModelForSequenceClassification.from_config(config)
    config_of_adapter = LoraConfig(task_type=TaskType.SEQ_CLS, target_modules="all-linear", modules_to_save=list(anatomy(base).head))
    model = get_peft_model(base, config_of_adapter)
    layer = last_layer(model, 3)
    with torch.no_grad():
        layer.weight.zero_()
        layer.bias.copy_(torch.tensor([1.0, 2.0, 3.0]))
    scores = model.eval()(input_ids=torch.tensor([[5, 6, 7]]), attention_mask=torch.ones(1, 3, dtype=torch.long)).logits
    assert scores.tolist() == [[1.0, 2.0, 3.0]]


def test_a_number_starts_near_its_ridge(make_run: MakeRun) -> None:
    frame = known_rows()
    frame["label"] = [str(len(text)) for text in frame["text"]]
    scene = scene_of(with_task(make_run(frame=frame), "regression"))
    random_loss, _ = scene.work.objective.validate(scene)
    fit_head(scene, scene.work.objective.task)
    loss, pearson = scene.work.objective.validate(scene)
    assert loss < random_loss
    assert pearson > 0.2
