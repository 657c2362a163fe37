"""Whether a base model can do what it is wanted for on this machine: its kind, its owner, the disk and the memory."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from typing import Final

from playground.devices import Device
from playground.errors import ModelError
from playground.models import own
from playground.models.cache import ModelCache
from playground.models.catalogue import CATALOGUE, get_model
from playground.models.places import cache_root, hand_made_folder
from playground.models.sources import LocalFolder
from playground.models.types import Model
from playground.tasks.types import ModelKind
from playground.words import Language, say

#: Megabytes that stay free on the disk for the run itself: checkpoints, adapter, log.
_KEPT_FREE_MB: Final = 500
#: Share of the memory weights may take at most.
_MOST_OF_MEMORY: Final = 0.9


def misfits(model: Model, kinds: Collection[ModelKind], device: Device, free_mb: float) -> tuple[ModelError, ...]:
    """Every reason why ``model`` cannot be trained here; () if it can.

    :param kinds: the kinds of base models that can do the task.
    :param free_mb: room on the disk for its files, in megabytes (10^6 bytes); see ``free_disk_mb``.
    """
    found: list[ModelError] = []
    if model.kind not in kinds:
        found.append(_wrong_kind(model, kinds))
    needed = model.download_mb + _KEPT_FREE_MB
    if needed > free_mb:
        found.append(ModelError("model_no_disk", model=model.title, needed=round(needed), free=round(free_mb)))
    smallest = model.memory_mb("none" if device.kind == "mps" else "nf4")
    if smallest > device.memory_mb * _MOST_OF_MEMORY:
        found.append(ModelError("model_no_memory", model=model.title, needed=round(smallest), memory=device.memory_mb))
    return tuple(found)


def free_disk_mb(model: Model) -> float:
    """Room for ``model`` in the cache, in megabytes; infinite if it is there already."""
    if ModelCache(cache_root(), ()).cached(model) is not None:
        return float("inf")
    place = cache_root()
    while not place.is_dir() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free / 1e6


def require_usable(model_id: str, owner: str | None) -> Model:
    """The model of this id, if ``owner`` may use it; None stands for the owner of the machine.

    Asked by whoever takes a model's id from a person: the catalogue is everybody's, what people named is theirs alone, and a gated model
    is for those who showed that they may have it, unless this machine's own account or folder provides it.

    :raises ModelError: "model_unknown" (also for a model of somebody else: which of the two is not told) or "model_needs_token".
    """
    model = get_model(model_id)
    if model.owners and owner is not None and owner not in model.owners:
        raise ModelError("model_unknown", model=model_id[:120], known=", ".join(one.id for one in CATALOGUE))
    if model.gated and model.origin == "catalogue" and not _provided(model, owner):
        raise ModelError("model_needs_token", model=model.title)
    return model


def _provided(model: Model, owner: str | None) -> bool:
    if own.unlocked(model, owner) or os.environ.get("HF_TOKEN"):
        return True
    return LocalFolder(hand_made_folder()).place_of(model) is not None


def _wrong_kind(model: Model, kinds: Collection[ModelKind]) -> ModelError:
    return ModelError(
        "model_wrong_kind", model=model.title, kind_en=_named([model.kind], "en"), kind_zh=_named([model.kind], "zh"),
        kinds_en=_named(kinds, "en"), kinds_zh=_named(kinds, "zh"),
    )  # fmt: skip


def _named(kinds: Collection[ModelKind], language: Language) -> str:
    return say("step.list", language).join(say(f"own.kind.{kind}", language) for kind in kinds)
