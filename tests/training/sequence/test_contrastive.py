"""The method contrastive from start to end: its head is fitted, saved, resumed and reloaded like any trained weight."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import mean
from typing import Any

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from playground.errors import RecipeError
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.events import StepEvent
from playground.runs.folder import RunFolder
from playground.training import Outcome, train, watch
from playground.training.answer import load
from playground.training.card_code import load_code
from playground.training.load import Loaded
from playground.training.objective import Sample
from playground.training.objectives import objective_for
from playground.training.texts import Inputs, Part
from tests.training.conftest import MINILM, MakeRun, events_of

#: No copies are asked for, so nothing is tokenized.
LOADED = Loaded(None, None, get_model(MINILM), ("x", "y"))  # type: ignore[arg-type]
SETTINGS = {"method": "contrastive", "batch_size": 8, "epochs": 3, "learning_rate": 1e-2, "lora_r": 8}


@pytest.fixture(scope="module")
def finished(make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run(**SETTINGS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)
        assert train(folder.path) == Outcome("finished", 15)
    return folder


def losses(folder: RunFolder) -> dict[int, float]:
    return {event.step: event.loss for event in events_of(folder) if isinstance(event, StepEvent)}


def test_the_loaded_adapter_answers_identically(finished: RunFolder) -> None:
    frame = pd.read_parquet(finished.predictions)
    again = load(finished.path).answer(frame["text"].tolist(), "probe")
    assert [max(one.tuned.values()) for one in again] == frame["tuned_confidence"].tolist()
    assert [max(one.tuned, key=lambda label: one.tuned[label]) for one in again] == frame["tuned"].tolist()
    assert [max(one.base, key=lambda label: one.base[label]) for one in again] == frame["probe"].tolist()


def test_the_adapter_holds_the_regression_and_no_other_head(finished: RunFolder) -> None:
    saved = load_file(finished.adapter / "adapter_model.safetensors")
    heads = {name: tensor for name, tensor in saved.items() if "lora_" not in name}
    assert {name.rsplit(".", 1)[-1]: tuple(tensor.shape) for name, tensor in heads.items()} == {"weight": (3, 32), "bias": (3,)}
    assert all(".classifier." in name for name in heads)


def test_the_references_are_those_of_any_other_method(finished: RunFolder, make_shared_run: MakeRun) -> None:
    plain = make_shared_run("plain", epochs=1)
    assert train(plain.path).ending == "finished"
    names = ["majority", "tfidf", "probe", "zero_shot"]
    assert pd.read_parquet(finished.predictions)[names].equals(pd.read_parquet(plain.predictions)[names])


def test_the_code_of_the_card_gives_the_same_answers(finished: RunFolder, tiny_bert: Path) -> None:
    facts = get_model(MINILM)
    code = load_code(facts, "text-classification", 3, "contrastive")
    names: dict[str, Any] = {}
    exec(code.replace(f'"{facts.id}"', json.dumps(str(tiny_bert))).replace("ADAPTER", str(finished.adapter)), names)
    answered = load(finished.path).answer(["a text"])[0].tuned
    assert names["scores"].tolist() == pytest.approx(list(answered.values()), abs=1e-5)


def test_it_learns(finished: RunFolder) -> None:
    found = losses(finished)
    assert mean(found[step] for step in range(11, 16)) < mean(found[step] for step in range(1, 6))


def test_slices_change_nothing(finished: RunFolder, make_shared_run: MakeRun) -> None:
    sliced = make_shared_run("sliced", **SETTINGS)
    while (outcome := train(sliced.path, time_budget=0.05)).ending == "paused":
        assert outcome.step <= 15
    assert outcome == Outcome("finished", 15)
    assert pd.read_parquet(sliced.predictions).equals(pd.read_parquet(finished.predictions))
    assert {step: loss for step, loss in losses(sliced).items() if step in losses(finished)}.items() <= losses(finished).items()


def test_the_head_takes_no_part_in_the_loss_and_gets_a_gradient_all_the_same() -> None:
    objective = objective_for("text-classification", get_model(MINILM), "contrastive")
    head = torch.nn.Linear(4, 2)

    class Said(torch.nn.Module):
        def forward(self, vectors: torch.Tensor) -> object:
            from transformers.modeling_outputs import SequenceClassifierOutput

            return SequenceClassifierOutput(logits=head(vectors), hidden_states=(vectors,))

    vectors = torch.nn.functional.normalize(torch.randn(4, 4, generator=torch.Generator().manual_seed(0)), dim=-1)
    found = objective.losses(Said(), {"vectors": vectors, "targets": torch.tensor([0, 0, 1, 1])}, None)  # type: ignore[arg-type]
    found.sum().backward()
    assert found.shape == (4,)
    assert head.weight.grad is not None
    assert not head.weight.grad.any()


def test_other_tasks_are_refused() -> None:
    with pytest.raises(RecipeError) as refused:
        objective_for("multi-label-classification", get_model(MINILM), "contrastive")
    assert refused.value.code == "contrastive_task"


def test_training_samples_are_grouped_by_label() -> None:
    objective = objective_for("text-classification", get_model(MINILM), "contrastive")
    samples = [Sample(Inputs([1, 2]), target) for target in (0, 1, 1)]
    part, recipe = Part([0, 1, 2], ["a"] * 3, ["x", "y", "y"]), Recipe(model=MINILM)
    grouped = objective.training_samples(LOADED, part, recipe, samples)
    assert [one.group for one in grouped] == [0, 1, 1]
