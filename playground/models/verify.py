"""The last look at a model folder before it is called whole: the right architecture, plain weights, and no code of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from playground.errors import ModelError
from playground.models.architectures import shape_of
from playground.models.files import CONFIG, INDEX, TOKENIZER, WEIGHTS
from playground.models.types import Model
from playground.models.weights import Tensors, count, read_tensors, weight_files

#: A folder may carry a pooler less or a few buffers more than the catalogue counts, never a twentieth.
_PARAMETER_TOLERANCE: Final = 0.05


def verify(folder: Path, model: Model) -> None:
    """Check that ``folder`` holds ``model``, loadable without running anything from it.

    :raises ModelError: "model_file_missing", "model_config_unreadable", "model_differs", "model_runs_code" or "model_weights_unreadable".
    """
    weights = weights_in(folder)
    for name in (CONFIG, TOKENIZER):
        if not (folder / name).is_file():
            raise ModelError("model_file_missing", file=name)
    if not weights:
        raise ModelError("model_file_missing", file=WEIGHTS)
    config = read_json(folder / CONFIG)
    _check_config(config, model)
    read_json(folder / TOKENIZER)
    tokenizer_config = folder / "tokenizer_config.json"
    if tokenizer_config.is_file():
        refuse_code(read_json(tokenizer_config), tokenizer_config.name)
    found = count((tensors_of(folder / name) for name in weights), config).parameters
    if abs(found - model.parameters) > _PARAMETER_TOLERANCE * model.parameters:
        raise ModelError("model_differs", what="parameters", expected=f"{model.parameters:,}", found=f"{found:,}")


def weights_in(folder: Path) -> tuple[str, ...]:
    """Names of the files of weights in ``folder``; () if they are not all there.

    :raises ModelError: "model_config_unreadable" if the file that lists them is damaged.
    """
    index = read_json(folder / INDEX) if (folder / INDEX).is_file() else None
    return weight_files((path.name for path in folder.iterdir()), index)


def refuse_code(config: Mapping[str, Any], name: str) -> None:
    """:raises ModelError: "model_runs_code" if this configuration wants code from the model's own repository."""
    if "auto_map" in config:
        raise ModelError("model_runs_code", file=name)


def tensors_of(path: Path) -> Tensors:
    """:raises ModelError: "model_weights_unreadable"."""
    try:
        return read_tensors(path)
    except (ValueError, KeyError, TypeError, IndexError, OSError) as error:
        raise ModelError("model_weights_unreadable", file=path.name, why=str(error)) from error


def _check_config(config: Mapping[str, Any], model: Model) -> None:
    refuse_code(config, CONFIG)
    shape = shape_of(config)
    expected = {"model_type": (model.architecture, shape.architecture), "hidden_size": (model.hidden, shape.hidden)}
    for what, (value, found) in {**expected, "num_hidden_layers": (model.layers, shape.layers)}.items():
        if value != found:
            raise ModelError("model_differs", what=what, expected=str(value), found=str(found))


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    :raises ModelError: "model_config_unreadable".
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError("model_config_unreadable", file=path.name, why=str(error)) from error
    if not isinstance(value, dict):
        raise ModelError("model_config_unreadable", file=path.name, why=type(value).__name__)
    return value
