"""A recipe says everything that is wrong with it, at once, beside the right field."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from playground.devices import Device
from playground.errors import RecipeError
from playground.recipe import Method, Recipe, settings, settings_for
from playground.words import entries

CPU = Device("cpu", "CPU", 1, 2, 24_000, bf16=True)
OLD_GPU = Device("cuda", "NVIDIA T4", 1, 4, 16_000, bf16=False)
MPS = Device("mps", "Apple GPU", 1, 8, 16_000, bf16=False)
RECIPE = Recipe(model="sentence-transformers/all-MiniLM-L6-v2")


def codes(recipe: Recipe, device: Device = CPU, **limits: int) -> list[tuple[str, object]]:
    return [(problem.code, problem.facts["field"]) for problem in recipe.check(device, **limits)]


def test_the_defaults_are_sound_on_every_device() -> None:
    assert [codes(RECIPE, device) for device in (CPU, OLD_GPU, MPS)] == [[], [], []]


@pytest.mark.parametrize(
    ("changes", "device", "expected"),
    [
        ({"double_quantization": True}, CPU, ("double_needs_4bit", "double_quantization")),
        ({"double_quantization": True, "quantization": "int8"}, CPU, ("double_needs_4bit", "double_quantization")),
        ({"quantization": "nf4"}, MPS, ("quantization_device", "quantization")),
        ({"compute_dtype": "float16"}, CPU, ("float16_on_cpu", "compute_dtype")),
        ({"compute_dtype": "bfloat16"}, OLD_GPU, ("bfloat16_on_old_gpu", "compute_dtype")),
        ({"validation_share": 0.4, "test_share": 0.4}, CPU, ("shares_too_large", "validation_share")),
        ({"early_stopping_patience": 5, "epochs": 5}, CPU, ("patience_never_reached", "early_stopping_patience")),
        ({"processes": 3}, CPU, ("too_many_processes", "processes")),
        ({"processes": 2}, OLD_GPU, ("too_many_processes", "processes")),
        ({"learning_rate": 0.0}, CPU, ("setting_range", "learning_rate")),
        ({"learning_rate": float("nan")}, CPU, ("setting_range", "learning_rate")),
        ({"lora_r": 0}, CPU, ("setting_range", "lora_r")),
        ({"batch_size": 10_000}, CPU, ("setting_range", "batch_size")),
        ({"quantization": "int2"}, CPU, ("setting_choice", "quantization")),
        ({"method": "full", "quantization": "nf4", "learning_rate": 1e-4}, CPU, ("full_quantized", "quantization")),
        ({"method": "dora", "quantization": "int8"}, CPU, ("dora_int8", "quantization")),
        ({"method": "full"}, CPU, ("rate_for_whole_layers", "learning_rate")),
        ({"method": "last-layers"}, CPU, ("rate_for_whole_layers", "learning_rate")),
        ({"method": "contrastive", "task": "regression"}, CPU, ("contrastive_task", "method")),
        ({"method": "contrastive", "batch_size": 2}, CPU, ("contrastive_batch", "batch_size")),
        ({"method": "contrastive", "label_smoothing": 0.1}, CPU, ("contrastive_smoothing", "label_smoothing")),
        ({"optimizer": "adamw-8bit"}, CPU, ("optimizer_device", "optimizer")),
        ({"optimizer": "adamw-8bit"}, MPS, ("optimizer_device", "optimizer")),
    ],
)
def test_every_contradiction_is_named(changes: dict[str, object], device: Device, expected: tuple[str, str]) -> None:
    assert expected in codes(replace(RECIPE, **changes), device)


@pytest.mark.parametrize("method", get_args(Method))
def test_every_method_is_sound_with_a_rate_that_suits_it(method: Method) -> None:
    assert codes(replace(RECIPE, method=method, learning_rate=1e-2 if method == "prompt" else 1e-4)) == []


def test_the_8_bit_optimizer_runs_on_a_gpu() -> None:
    assert codes(replace(RECIPE, optimizer="adamw-8bit"), OLD_GPU) == []


def test_a_text_longer_than_the_model_reads_is_named() -> None:
    assert codes(replace(RECIPE, max_length=1024), max_positions=512) == [("longer_than_model", "max_length")]


def test_all_contradictions_come_at_once() -> None:
    recipe = replace(RECIPE, double_quantization=True, compute_dtype="float16", validation_share=0.4, test_share=0.4)
    with pytest.raises(RecipeError) as caught:
        recipe.require(CPU)
    assert {problem.code for problem in caught.value.problems} == {"double_needs_4bit", "float16_on_cpu", "shares_too_large"}


def test_every_problem_can_be_said_in_both_languages() -> None:
    worst = replace(
        RECIPE, quantization="int8", double_quantization=True, compute_dtype="float16", validation_share=0.45, test_share=0.45,
        early_stopping_patience=9, processes=60, lora_r=0, schedule="zigzag", max_length=600,
    )  # fmt: skip
    for problem in worst.check(CPU, max_positions=512):
        assert problem.message("en")
        assert problem.message("zh")
        assert problem.remedy("zh")


def test_json_reads_back_to_an_equal_recipe() -> None:
    recipe = replace(RECIPE, quantization="nf4", double_quantization=True, learning_rate=3e-4)
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_values_from_the_command_line_become_the_settings_type() -> None:
    recipe = RECIPE.with_values({"epochs": "3", "learning_rate": "2e-4", "double_quantization": "true", "quantization": "nf4"})
    assert (recipe.epochs, recipe.learning_rate, recipe.double_quantization, recipe.quantization) == (3, 2e-4, True, "nf4")


def test_every_bad_value_is_named_at_once() -> None:
    with pytest.raises(RecipeError) as caught:
        RECIPE.with_values({"epochs": "many", "speed": "1", "double_quantization": "perhaps", "quantization": "nf5", "lora_r": "1.5"})
    named = {problem.facts["field"] for problem in caught.value.problems}
    assert named == {"epochs", "speed", "double_quantization", "quantization", "lora_r"}


@pytest.mark.parametrize("text", ["{", "[]", '{"epochs": 3}', '{"model": 7}'])
def test_text_that_is_no_recipe_is_refused(text: str) -> None:
    with pytest.raises(RecipeError):
        Recipe.from_json(text)


def test_every_setting_is_explained_in_words() -> None:
    known = entries()
    for setting in settings():
        assert f"setting.{setting.name}" in known
        assert f"setting.{setting.name}.help" in known
        assert not setting.unit or f"unit.{setting.unit}" in known


def test_every_number_has_a_range() -> None:
    for setting in settings():
        if setting.type in (int, float):
            assert setting.low is not None
            assert setting.high is not None
            assert setting.low <= setting.default <= setting.high


@pytest.mark.parametrize(
    ("task", "name", "value"),
    [
        ("regression", "balance", "oversample"),
        ("token-classification", "augmentation", "word-swap"),
        ("generation", "label_smoothing", 0.1),
    ],
)
def test_a_setting_that_means_nothing_for_a_task_is_refused_and_not_offered(task: str, name: str, value: object) -> None:
    problems = Recipe(model="m", task=task).with_values({name: value}).check(CPU)
    assert [(problem.code, problem.facts["field"]) for problem in problems] == [("setting_for_task", name)]
    assert name not in {setting.name for setting in settings_for(task)}
    assert name in {setting.name for setting in settings_for("text-classification")}


@pytest.mark.parametrize("task", ["generation", "language-modeling"])
def test_a_head_that_is_not_new_is_not_trained_alone(task: str) -> None:
    assert [problem.code for problem in Recipe(model="m", task=task, method="head").check(CPU)] == ["head_for_task"]
