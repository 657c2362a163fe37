"""Every contradiction in a recipe, each naming the setting it belongs to in ``facts["field"]``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from playground.devices import Device
from playground.errors import RecipeError
from playground.recipe.recipe import (
    LEAST_CONTRASTIVE_BATCH,
    LEAST_RATE_OF_PROMPT,
    LORA_METHODS,
    MOST_RATE_OF_WHOLE_LAYERS,
    Recipe,
    settings,
    settings_for,
)
from playground.words import entries, say

#: Tasks whose output layer belongs to the base model: there is no new head to train alone.
_WITHOUT_A_NEW_HEAD: Final = frozenset({"generation", "language-modeling"})
#: Tasks a model that writes can be steered in by what it reads first.
_STEERED: Final = frozenset({"generation", "text-classification"})


def problems_of(recipe: Recipe, device: Device, max_positions: int | None) -> Iterator[RecipeError]:
    """One after the other.

    :param max_positions: longest input of the base model in tokens, when known.
    """
    yield from _out_of_range(recipe)
    four_bit = recipe.quantization in ("nf4", "fp4")
    if recipe.double_quantization and not four_bit:
        yield RecipeError("double_needs_4bit", field="double_quantization", quantization=recipe.quantization)
    if recipe.quantization != "none" and device.kind == "mps":
        yield RecipeError("quantization_device", field="quantization", quantization=recipe.quantization, device=device.name)
    if recipe.compute_dtype == "float16" and device.kind == "cpu":
        yield RecipeError("float16_on_cpu", field="compute_dtype")
    if recipe.compute_dtype == "bfloat16" and device.kind == "cuda" and not device.bf16:
        yield RecipeError("bfloat16_on_old_gpu", field="compute_dtype", device=device.name)
    yield from _method_problems(recipe, device)
    yield from _task_problems(recipe)
    if recipe.validation_share + recipe.test_share > 0.6:
        yield RecipeError("shares_too_large", field="validation_share", percent=round(100 * (recipe.validation_share + recipe.test_share)))
    if recipe.early_stopping_patience >= recipe.epochs:
        patience = recipe.early_stopping_patience
        yield RecipeError("patience_never_reached", field="early_stopping_patience", patience=patience, epochs=recipe.epochs)
    if max_positions is not None:
        yield from _too_long(recipe, max_positions)
    if recipe.processes > max(device.count, device.cores if device.kind == "cpu" else 0):
        yield RecipeError("too_many_processes", field="processes", processes=recipe.processes, device=device.name)


def _method_problems(recipe: Recipe, device: Device) -> Iterator[RecipeError]:
    if recipe.method == "full" and recipe.quantization != "none":
        yield RecipeError("full_quantized", field="quantization", quantization=recipe.quantization)
    if recipe.method == "dora" and recipe.quantization == "int8":
        yield RecipeError("dora_int8", field="quantization")
    if recipe.method in ("last-layers", "full") and recipe.learning_rate > MOST_RATE_OF_WHOLE_LAYERS:
        yield RecipeError("rate_for_whole_layers", field="learning_rate", rate=recipe.learning_rate, most=MOST_RATE_OF_WHOLE_LAYERS)
    if recipe.optimizer == "adamw-8bit" and device.kind != "cuda":
        yield RecipeError("optimizer_device", field="optimizer", device=device.name)
    if recipe.lora_init != "default" and recipe.method not in LORA_METHODS:
        yield RecipeError("lora_init_method", field="lora_init", init=recipe.lora_init, method=recipe.method)
    if recipe.method == "contrastive":
        yield from _contrastive_problems(recipe)
    if recipe.method == "prompt":
        yield from _prompt_problems(recipe)


def _too_long(recipe: Recipe, max_positions: int) -> Iterator[RecipeError]:
    if recipe.max_length > max_positions:
        yield RecipeError("longer_than_model", field="max_length", length=recipe.max_length, limit=max_positions)
    elif recipe.method == "prompt" and recipe.max_length + recipe.virtual_tokens > max_positions:
        room = max_positions - recipe.virtual_tokens
        yield RecipeError("prompt_beyond_model", field="max_length", tokens=recipe.virtual_tokens, limit=max_positions, room=room)


def _prompt_problems(recipe: Recipe) -> Iterator[RecipeError]:
    if recipe.task not in _STEERED:
        yield RecipeError("prompt_task", field="method", task=recipe.task)
    if recipe.learning_rate < LEAST_RATE_OF_PROMPT:
        yield RecipeError("rate_for_prompt", field="learning_rate", rate=recipe.learning_rate, least=LEAST_RATE_OF_PROMPT)


def _contrastive_problems(recipe: Recipe) -> Iterator[RecipeError]:
    if recipe.task != "text-classification":
        yield RecipeError("contrastive_task", field="method", task=recipe.task)
    if recipe.batch_size < LEAST_CONTRASTIVE_BATCH:
        yield RecipeError("contrastive_batch", field="batch_size", batch_size=recipe.batch_size, least=LEAST_CONTRASTIVE_BATCH)
    if recipe.label_smoothing:
        yield RecipeError("contrastive_smoothing", field="label_smoothing")


def _task_problems(recipe: Recipe) -> Iterator[RecipeError]:
    if f"data.task.{recipe.task}" not in entries():
        return  # what task that is, is somebody else's complaint
    names: dict[str, Any] = {"task_en": say(f"data.task.{recipe.task}", "en"), "task_zh": say(f"data.task.{recipe.task}", "zh")}
    offered = settings_for(recipe.task)
    for setting in settings():
        if setting not in offered and getattr(recipe, setting.name) != setting.default:
            yield RecipeError("setting_for_task", field=setting.name, value=str(getattr(recipe, setting.name)), **names)
    if recipe.method == "head" and recipe.task in _WITHOUT_A_NEW_HEAD:
        yield RecipeError("head_for_task", field="method", **names)


def _out_of_range(recipe: Recipe) -> Iterator[RecipeError]:
    for setting in settings():
        value = getattr(recipe, setting.name)
        if setting.choices and value not in setting.choices:
            yield RecipeError("setting_choice", field=setting.name, value=str(value), choices=", ".join(setting.choices))
        elif setting.low is not None and setting.high is not None and not setting.low <= value <= setting.high:
            yield RecipeError("setting_range", field=setting.name, value=str(value), low=str(setting.low), high=str(setting.high))
