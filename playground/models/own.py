"""Base models that people named themselves: what is known of each, kept as one file a model, and who may use which.

The registry lies in the model cache, so that a training process finds a model by its id as the app does. It holds no token, and no
path of this machine: files are kept in the cache like those of any other model.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from playground.errors import ModelError
from playground.models.places import own_models_folder
from playground.models.types import FileFact, Model


def find(model_id: str) -> Model | None:
    """What is known of the model somebody named so; None if nobody did."""
    return next((model for model in _all() if model.id == model_id and model.origin != "catalogue"), None)


def own_models(owner: str | None) -> tuple[Model, ...]:
    """The models this owner named, by title; with None, everybody's."""
    mine = [model for model in _all() if model.origin != "catalogue" and (owner is None or owner in model.owners)]
    return tuple(sorted(mine, key=lambda model: (model.title.lower(), model.id)))


def register(model: Model, owner: str) -> Model:
    """Remember ``model`` for ``owner``, beside those who named it before.

    For a gated model of the catalogue this remembers that the owner showed they may have it.

    :raises ModelError: "model_cache_unwritable".
    """
    folder = own_models_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=10):
            known = _read(folder / f"{model.slug}.json")
            owners = known.owners if known and known.id == model.id else ()
            mine = replace(model, owners=tuple(dict.fromkeys((*owners, owner))))
            _write(folder / f"{model.slug}.json", mine)
    except OSError as error:  # the lock's Timeout is one
        raise ModelError("model_cache_unwritable", folder=str(folder), why=str(error)) from error
    return mine


def forget(model_id: str, owner: str) -> None:
    """Take ``owner`` off a model; the last one takes it off the list. Its files stay in the cache."""
    folder = own_models_folder()
    for model in _all():
        if model.id != model_id or owner not in model.owners:
            continue
        with FileLock(folder / ".lock", timeout=10):
            left = tuple(other for other in model.owners if other != owner)
            if left:
                _write(folder / f"{model.slug}.json", replace(model, owners=left))
            else:
                (folder / f"{model.slug}.json").unlink(missing_ok=True)


def owners_of(model_id: str) -> tuple[str, ...]:
    """Who named the model of this id."""
    found = find(model_id)
    return found.owners if found else ()


def unlocked(model: Model, owner: str | None) -> bool:
    """Whether ``owner`` showed before that they may have this gated model."""
    known = _read(own_models_folder() / f"{model.slug}.json")
    return known is not None and known.id == model.id and (owner is None or owner in known.owners)


def _all() -> Iterator[Model]:
    folder = own_models_folder()
    if folder.is_dir():
        yield from (model for path in sorted(folder.glob("*.json")) if (model := _read(path)))


def _read(path: Path) -> Model | None:
    """None if it is absent or of another version: whoever named it names it again."""
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        values["files"] = tuple(FileFact(**fact) for fact in values["files"])
        for name in ("languages", "owners"):
            values[name] = tuple(map(str, values[name]))
        return Model(**values, package=None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, model: Model) -> None:
    values = asdict(model)
    del values["package"]  # models of packages are those of the catalogue
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(values, stream, indent=2)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
