"""The Trainer's settings."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from playground.devices import Device
from playground.recipe import Optimizer, Recipe, Schedule
from playground.training.loop import Rows, raise_rate_of_b, training_arguments
from playground.training.objective import Sample
from playground.training.order import Item
from playground.training.plan import plan
from playground.training.texts import Inputs

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)


@pytest.mark.parametrize(
    ("schedule", "name"),
    [
        ("linear", "linear"),
        ("cosine", "cosine"),
        ("constant", "constant_with_warmup"),
        ("polynomial", "polynomial"),
        ("inverse-sqrt", "inverse_sqrt"),
    ],
)
def test_the_recipe_reaches_the_trainer(tmp_path: Path, schedule: Schedule, name: str) -> None:
    recipe = Recipe(model="m", epochs=3, learning_rate=2e-4, schedule=schedule, warmup_ratio=0.2, batch_size=7, gradient_accumulation=2)
    arguments = training_arguments(tmp_path, recipe, plan(recipe, LAPTOP))
    assert arguments.lr_scheduler_type == name
    assert arguments.get_warmup_steps(100) == 20
    assert (arguments.num_train_epochs, arguments.learning_rate, arguments.train_batch_size) == (3, 2e-4, 7)
    assert (arguments.bf16, arguments.use_cpu, arguments.device.type) == (True, True, "cpu")


def test_the_trainer_itself_logs_evaluates_and_saves_nothing(tmp_path: Path) -> None:
    recipe = Recipe(model="m")
    arguments = training_arguments(tmp_path, recipe, plan(recipe, LAPTOP))
    assert {arguments.logging_strategy, arguments.eval_strategy, arguments.save_strategy} == {"no"}
    assert arguments.report_to == []


def test_a_row_is_found_by_what_the_sampler_yields() -> None:
    rows = Rows([Sample(Inputs([1, 2]), 0), Sample(Inputs([3]), 1)])
    assert rows[Item(1, 0.5)] == (1, rows.samples[1], 0.5)
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("optimizer", "name"),
    [("adamw", "adamw_torch_fused"), ("adamw-8bit", "adamw_bnb_8bit"), ("adafactor", "adafactor"), ("sgd", "sgd")],
)
def test_optimizer_clipping_and_checkpointing_reach_the_trainer(tmp_path: Path, optimizer: Optimizer, name: str) -> None:
    recipe = Recipe(model="m", optimizer=optimizer, max_grad_norm=0.3, gradient_checkpointing=True)
    arguments = training_arguments(tmp_path, recipe, plan(recipe, LAPTOP))
    assert arguments.optim == name
    assert (arguments.max_grad_norm, arguments.gradient_checkpointing) == (0.3, True)


def test_the_loss_of_a_row_counts_what_its_sample_counts() -> None:
    rows = Rows([Sample(Inputs([1]), 0, weight=0.5), Sample(Inputs([2]), 1, weight=3.0)])
    assert [rows[Item(place, 0.5)][2] for place in range(2)] == [0.25, 1.5]


def test_lora_plus_raises_the_rate_of_every_b_and_of_nothing_else() -> None:
    layers = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
    model = get_peft_model(layers, LoraConfig(r=2, target_modules=["0"], modules_to_save=["1"]))  # type: ignore[arg-type]
    trained = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    optimizer = torch.optim.AdamW(list(trained.values()), lr=0.01)
    raise_rate_of_b(optimizer, model, 8)
    rates = {id(parameter): group["lr"] for group in optimizer.param_groups for parameter in group["params"]}
    assert {name: rates[id(parameter)] for name, parameter in trained.items()} == {
        name: 0.08 if "lora_B" in name else 0.01 for name in trained
    }
