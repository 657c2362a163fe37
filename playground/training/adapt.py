"""What is trained around the frozen base, put in place, and its weights saved and loaded by name."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import torch
from peft import PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from torch import nn

from playground.errors import ModelError
from playground.recipe import Recipe
from playground.training.load import DTYPES, Loaded
from playground.training.methods import configuration, in_place
from playground.training.objective import Objective
from playground.training.plan import Plan
from playground.training.product import speed_up
from playground.training.prompt import read_before
from playground.training.start import beside_start, keeps_start, starts


def adapt(loaded: Loaded, recipe: Recipe, how: Plan, objective: Objective) -> PeftModel:
    """The base with what the recipe's method trains: that and a new head are float32 and trainable, all else is frozen.

    :raises ModelError: "model_no_layers" if the architecture has no layer the method fits on.
    """
    config = configuration(loaded.model, recipe, objective)
    if config is None:
        raise ModelError("model_no_layers", model=loaded.facts.id)
    torch.manual_seed(recipe.seed)
    model = cast(PeftModel, get_peft_model(loaded.model, config))
    # Without this an adapter would carry the path of this machine's cache instead of the model's name.
    model.peft_config["default"].base_model_name_or_path = loaded.facts.id
    if in_place(recipe, objective):
        model.requires_grad_(True)
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    if keeps_start(recipe):
        beside_start(model)
    if recipe.method == "prompt":
        read_before(model)
    _without_casts(model)
    if how.fused_lora:
        speed_up(model, DTYPES[how.dtype])
    return model


def _without_casts(model: nn.Module) -> None:
    # PEFT casts each layer's input to the adapter's float32, and autocast casts it back: two passes over memory for nothing.
    for module in model.modules():
        if hasattr(module, "cast_input_dtype_enabled"):
            module.cast_input_dtype_enabled = False  # type: ignore[assignment]


def trained(model: nn.Module) -> dict[str, torch.Tensor]:
    """Every trained weight by its full name: adapter, head and pooler."""
    return {name: parameter.detach() for name, parameter in model.named_parameters() if parameter.requires_grad}


def kept(model: nn.Module) -> dict[str, torch.Tensor]:
    """What must be kept to have the model again: the trained weights, and what they started from where that is a part of it."""
    return trained(model) | starts(model)


def save_trained(model: nn.Module, path: Path) -> None:
    """The weights to keep, exactly, as safetensors.

    :raises OSError: if the disk is full.
    """
    save_file({name: tensor.cpu().contiguous() for name, tensor in kept(model).items()}, path)


def load_trained(model: nn.Module, path: Path) -> None:
    """Put saved weights back in place.

    :raises ModelError: "adapter_mismatch" if the file belongs to another shape of model.
    """
    restore(model, load_file(path), source=path.name)


def restore(model: nn.Module, saved: Mapping[str, torch.Tensor], *, source: str) -> None:
    """Put saved weights back in place, by full name.

    :raises ModelError: "adapter_mismatch" if names or shapes differ.
    """
    mine = kept(model)
    if mine.keys() != saved.keys() or any(mine[name].shape != tensor.shape for name, tensor in saved.items()):
        logging.getLogger(__name__).error("%s: %s", source, sorted(mine.keys() ^ saved.keys())[:5])
        raise ModelError("adapter_mismatch", file=source)
    with torch.no_grad():
        for name, tensor in saved.items():
            mine[name].copy_(tensor)
