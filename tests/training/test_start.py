"""Where adapters start, and that the base stays the base wherever that is."""

from __future__ import annotations

import json
from dataclasses import replace
from math import sqrt
from pathlib import Path

import pandas as pd
import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file
from torch import nn
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from playground.devices import Device
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.training import train, watch
from playground.training.adapt import adapt, kept, load_trained, save_trained, trained
from playground.training.load import load_base
from playground.training.plan import plan
from playground.training.start import _PARTS, _from_weights, _principal, adapter_layers, as_plain, olora_parts, pissa_parts
from tests.training.conftest import MINILM, OBJECTIVE, MakeRun

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)
RANK = 4
INITS = ("pissa", "olora", "eva")


def adapted(folder: Path, **settings: object) -> PeftModel:
    recipe = Recipe(model=MINILM).with_values({"lora_r": RANK, "compute_dtype": "float32", **settings})
    how = plan(recipe, LAPTOP)
    loaded = load_base(folder, get_model(MINILM), recipe, ("a", "b"), how, torch.device("cpu"), OBJECTIVE)
    return adapt(loaded, recipe, how, OBJECTIVE)


def begun(folder: Path, init: str, **settings: object) -> PeftModel:
    model = adapted(folder, lora_init=init, **settings)
    with torch.no_grad():
        _from_weights(model, RANK, _PARTS[init])  # type: ignore[index]
    return model


def answers(model: nn.Module) -> torch.Tensor:
    torch.manual_seed(1)
    inputs = {"input_ids": torch.randint(5, 90, (3, 9)), "attention_mask": torch.ones(3, 9, dtype=torch.long)}
    with torch.no_grad():
        scores: torch.Tensor = model.eval()(**inputs).logits
    return scores


@pytest.fixture(scope="module")
def runs(make_shared_run: MakeRun) -> dict[str, RunFolder]:
    found = {init: make_shared_run(init, lora_init=init, epochs=1, learning_rate=2e-3) for init in ("default", *INITS)}
    for run in found.values():
        assert train(run.path).ending == "finished", run.events.read_text(encoding="utf-8")[-500:]
    return found


def weights_of(run: RunFolder) -> dict[str, torch.Tensor]:
    return load_file(run.adapter / "adapter_model.safetensors")


@pytest.mark.parametrize("init", INITS)
def test_the_references_are_those_of_the_base_wherever_the_adapter_starts(runs: dict[str, RunFolder], init: str) -> None:
    names = ["majority", "tfidf", "probe", "zero_shot"]
    frames = [pd.read_parquet(runs[each].predictions)[names] for each in ("default", init)]
    assert frames[0].equals(frames[1])


@pytest.mark.parametrize("init", INITS)
def test_anybody_loads_the_adapter_onto_the_untouched_base(runs: dict[str, RunFolder], init: str, tiny_bert: Path) -> None:
    run = runs[init]
    config = json.loads((run.adapter / "adapter_config.json").read_text(encoding="utf-8"))
    halves = 1 if init == "eva" else 2
    assert (config["r"], config["lora_alpha"], config["init_lora_weights"]) == (RANK * halves, 32 * halves, True)
    base = AutoModelForSequenceClassification.from_pretrained(tiny_bert, num_labels=3)
    model = PeftModel.from_pretrained(base, str(run.adapter)).eval()
    tokenizer = AutoTokenizer.from_pretrained(run.adapter)
    frame = pd.read_parquet(run.predictions)
    with torch.no_grad():
        said = [
            model(**tokenizer(text, truncation=True, max_length=32, return_tensors="pt")).logits[0].softmax(-1).max().item()
            for text in frame["text"]
        ]
    assert said == pytest.approx(frame["tuned_confidence"].tolist(), abs=1e-5)


@pytest.mark.parametrize("init", ["pissa", "olora"])
def test_an_adapter_starts_as_a_part_of_its_weight_and_changes_nothing_yet(init: str, tiny_bert: Path) -> None:
    model = begun(tiny_bert, init)
    with model.disable_adapter():
        before = answers(model)
    assert torch.allclose(answers(model), before, atol=1e-5)
    layer = next(adapter_layers(model))
    down, up = layer.lora_A["default"].weight[:RANK], layer.lora_B["default"].weight[:, :RANK]
    assert (up @ down).abs().max() > 1e-3


def test_pissa_takes_the_main_directions_as_peft_does(tiny_bert: Path) -> None:
    model = begun(tiny_bert, "pissa")
    ours = next(adapter_layers(model))
    base = AutoModelForSequenceClassification.from_pretrained(tiny_bert, num_labels=2)
    config = LoraConfig(r=RANK, lora_alpha=32, target_modules=["query"], init_lora_weights="pissa")
    theirs = next(adapter_layers(get_peft_model(base, config)))
    product = [layer.lora_B["default"].weight[:, :RANK] @ layer.lora_A["default"].weight[:RANK] for layer in (ours, theirs)]
    assert torch.allclose(product[0], product[1], atol=1e-5)


def test_pissa_of_a_large_matrix_is_nearly_exact() -> None:
    torch.manual_seed(0)
    weight = torch.randn(1100, 30) @ torch.diag(0.7 ** torch.arange(30.0)) @ torch.randn(30, 1200)
    down, up = pissa_parts(weight, 8, 2.0)
    left, values, right = torch.linalg.svd(weight, full_matrices=False)
    best = left[:, :8] * values[:8] @ right[:8]
    assert torch.linalg.norm(2.0 * up @ down - best) / torch.linalg.norm(best) < 1e-3


def test_olora_takes_orthogonal_columns() -> None:
    _, up = olora_parts(torch.randn(20, 12), 5, 2.0)
    assert torch.allclose(up.t() @ up, torch.eye(5), atol=1e-5)


def test_a_rank_beyond_that_of_the_weight_leaves_the_rest_at_nothing(tiny_bert: Path) -> None:
    model = adapted(tiny_bert, lora_init="pissa", lora_r=64)
    with torch.no_grad():
        _from_weights(model, 64, pissa_parts)
    layer = next(adapter_layers(model))
    assert layer.lora_A["default"].weight.shape == (128, 32)
    assert layer.lora_A["default"].weight[32:64].abs().max() == 0


@pytest.mark.parametrize("stabilized", [False, True])
def test_two_halves_are_scaled_as_one(stabilized: bool, tiny_bert: Path) -> None:
    plain, halved = (adapted(tiny_bert, lora_init=init, rank_stabilized=stabilized) for init in ("default", "pissa"))
    scales = [next(adapter_layers(model)).scaling["default"] for model in (plain, halved)]
    assert scales == pytest.approx([32 / (sqrt(RANK) if stabilized else RANK)] * 2)


def test_only_the_first_half_is_trained(tiny_bert: Path, runs: dict[str, RunFolder]) -> None:
    start = begun(tiny_bert, "pissa")
    as_plain(start)
    names = {name.replace(".default", ""): tensor for name, tensor in trained(start).items() if "lora_" in name}
    for name, tensor in weights_of(runs["pissa"]).items():
        if "lora_" in name:
            dim = 0 if "lora_A" in name else 1
            before, after = names[name].chunk(2, dim=dim), tensor.chunk(2, dim=dim)
            assert torch.equal(before[1], after[1])
            assert not torch.equal(before[0], after[0])


def test_eva_starts_at_the_directions_in_which_inputs_vary() -> None:
    torch.manual_seed(0)
    axes = torch.linalg.qr(torch.randn(16, 3))[0]
    states = 5 + torch.randn(200, 3) * torch.tensor([9.0, 4.0, 2.0]) @ axes.t()
    found = _principal(states, 2)
    assert (found @ axes[:, :2]).abs().det() == pytest.approx(1.0, abs=0.02)


def test_eva_starts_elsewhere_than_by_chance_and_at_nothing(runs: dict[str, RunFolder]) -> None:
    name = next(name for name in weights_of(runs["eva"]) if "lora_A" in name)
    chance, eva = (weights_of(runs[init])[name] for init in ("default", "eva"))
    assert not torch.allclose(chance, eva, atol=0.05)
    assert eva @ eva.t() == pytest.approx(torch.eye(RANK), abs=0.3)


@pytest.mark.parametrize("init", ["pissa", "eva"])
def test_a_run_in_slices_ends_where_an_uninterrupted_one_does(
    init: str, runs: dict[str, RunFolder], make_shared_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    run = make_shared_run(f"{init}-slices", lora_init=init, epochs=1, learning_rate=2e-3)
    endings = []
    asked = watch.Watch._reserve
    monkeypatch.setattr(watch.Watch, "_reserve", lambda self, step: 1e9 if step == 4 else asked(self, step))
    while not endings or endings[-1] == "paused":
        endings.append(train(run.path, time_budget=600.0).ending)
    assert endings == ["paused", "finished"]
    mine, whole = weights_of(run), weights_of(runs[init])
    assert all(torch.equal(mine[name], whole[name]) for name in whole)


def test_what_is_kept_holds_the_start(tiny_bert: Path, tmp_path: Path) -> None:
    model, other = begun(tiny_bert, "pissa"), adapted(tiny_bert, lora_init="pissa")
    save_trained(model, tmp_path / "kept.safetensors")
    load_trained(other, tmp_path / "kept.safetensors")
    assert all(torch.equal(tensor, kept(other)[name]) for name, tensor in kept(model).items())


def test_the_same_seed_draws_the_same_start(tiny_bert: Path) -> None:
    one, two = (next(adapter_layers(adapted(tiny_bert, seed=7))).lora_A["default"].weight for _ in range(2))
    assert torch.equal(one, two)


@pytest.mark.parametrize("method", ["ia3", "head", "full"])
def test_a_start_means_nothing_without_lora_matrices(method: str) -> None:
    recipe = replace(Recipe(model=MINILM), method=method, learning_rate=1e-4, lora_init="pissa")  # type: ignore[arg-type]
    assert [(problem.code, problem.facts["field"]) for problem in recipe.check(LAPTOP)] == [("lora_init_method", "lora_init")]
