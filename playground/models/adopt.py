"""Taking in a base model that somebody names: from a hub, from a folder, or from an earlier run of theirs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playground.errors import ModelError
from playground.models import own
from playground.models.cache import ModelCache, fetch
from playground.models.catalogue import CATALOGUE
from playground.models.examine import LocalPlace, Published, Seen, examine
from playground.models.look import look_at_path, look_up
from playground.models.places import cache_root
from playground.models.scratch import SCRATCH
from playground.models.transfer import OnProgress
from playground.models.types import Model


def adopt(seen: Seen, owner: str, *, token: str | None = None, on_progress: OnProgress | None = None) -> Model:
    """Make the model that was looked at one of the owner's, so that its id works wherever a model's id does.

    A public model is downloaded when a run needs it. A gated one is downloaded now, because the token is forgotten afterwards.

    :raises ModelError: the first reason why it cannot be used, or why its files cannot be had.
    """
    model = seen.require()
    if seen.folder is not None:
        ModelCache(cache_root(), ()).keep(model, seen.folder, seen.published.source)
        return own.register(model, owner)
    if model.origin == "catalogue":
        if model.gated:
            fetch(model.id, on_progress=on_progress, token=token)
            own.register(model, owner)
        return model
    known = owner in own.owners_of(model.id)
    mine = own.register(model, owner)
    if model.gated:
        try:
            fetch(model.id, on_progress=on_progress, token=token)
        except ModelError:
            if not known:
                own.forget(model.id, owner)
            raise
    return mine


def adopt_named(text: str, owner: str, *, token: str | None = None) -> Model:
    """The model a person names on the command line: an id that is on offer or of their own, a folder, or an id on a hub.

    :raises ModelError: why it cannot be used.
    """
    offered = (*CATALOGUE, *SCRATCH, *own.own_models(owner))
    known = next((model for model in offered if model.id == text), None)
    if known and not known.gated:
        return known
    if Path(text).is_dir():
        return adopt(look_at_path(Path(text)), owner)
    return adopt(look_up(text, token), owner, token=token)


def register_run_model(folder: Path, run_id: str, title: str, base: Model | None, owner: str) -> Model:
    """Make the full weights an earlier run wrote a base model of its owner.

    :param folder: config.json, model.safetensors and tokenizer.json, never written again; the files are linked, so the run may go.
    :param base: the model they were trained from, for what its vectors, languages and licence are; None for one made from scratch.
    :raises ModelError: why it cannot be used.
    """
    languages, licence = (base.languages, base.licence) if base else ((), "")
    published = Published(f"run/{run_id}", title, "run", "run", languages, licence)
    model = examine(LocalPlace(folder), published).require()
    if base is not None and base.kind == model.kind:
        model = replace(model, pooling=base.pooling, prefix=base.prefix)
    model = replace(model, made_from=base.id if base else "")
    ModelCache(cache_root(), ()).keep(model, folder, "run")
    return own.register(model, owner)
