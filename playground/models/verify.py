"""The last look at a model folder before it is called whole: the right architecture, plain weights, and no code of its own."""

from __future__ import annotations

import json
from math import prod
from pathlib import Path
from typing import Any, Final

from playground.errors import ModelError
from playground.models.types import Model

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
TOKENIZER: Final = "tokenizer.json"

#: A folder may carry a pooler less or a few buffers more than the catalogue counts, never a twentieth.
_PARAMETER_TOLERANCE: Final = 0.05


def verify(folder: Path, model: Model) -> None:
    """Check that ``folder`` holds ``model``, loadable without running anything from it.

    :raises ModelError: "model_file_missing", "model_config_unreadable", "model_differs", "model_runs_code" or "model_weights_unreadable".
    """
    for name in (CONFIG, WEIGHTS, TOKENIZER):
        if not (folder / name).is_file():
            raise ModelError("model_file_missing", file=name)
    _check_config(_read_json(folder / CONFIG), model)
    _read_json(folder / TOKENIZER)
    tokenizer_config = folder / "tokenizer_config.json"
    if tokenizer_config.is_file():
        _refuse_code(_read_json(tokenizer_config), tokenizer_config.name)
    _check_weights(folder / WEIGHTS, model)


def _check_config(config: dict[str, Any], model: Model) -> None:
    _refuse_code(config, CONFIG)
    expected = {"model_type": model.architecture, "hidden_size": model.hidden, "num_hidden_layers": model.layers}
    for what, value in expected.items():
        if config.get(what) != value:
            raise ModelError("model_differs", what=what, expected=str(value), found=str(config.get(what)))


def _refuse_code(config: dict[str, Any], name: str) -> None:
    if "auto_map" in config:
        raise ModelError("model_runs_code", file=name)


def _check_weights(path: Path, model: Model) -> None:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as weights:
            count = sum(prod(weights.get_slice(name).get_shape()) for name in weights.keys())  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError) as error:
        raise ModelError("model_weights_unreadable", file=path.name, why=str(error)) from error
    if abs(count - model.parameters) > _PARAMETER_TOLERANCE * model.parameters:
        raise ModelError("model_differs", what="parameters", expected=f"{model.parameters:,}", found=f"{count:,}")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError("model_config_unreadable", file=path.name, why=str(error)) from error
    if not isinstance(value, dict):
        raise ModelError("model_config_unreadable", file=path.name, why=type(value).__name__)
    return value
