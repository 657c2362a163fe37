"""Where a base model can come from. Every source answers the same question, and says in words why it cannot."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from playground.errors import ModelError
from playground.models.hub import HuggingFaceHub
from playground.models.modelscope import ModelScope
from playground.models.package import PackageIndex
from playground.models.transfer import Report, SourceName, check_file
from playground.models.types import Model
from playground.words import Language, say


class Source(Protocol):
    """One place base models come from."""

    @property
    def name(self) -> SourceName:
        """As recorded beside the files; its name for a person is ``model.source.<name>``."""

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        """Put the model's files into ``folder`` (empty, ours alone) and return what exactly they are: a revision, a pin, a path.

        :raises ModelError: saying why this source cannot; the next one is asked then.
        """


class LocalFolder:
    """A folder a person prepared by hand, for machines that reach nothing.

    Looked for under its root as ``organisation/name``, ``name``, ``organisation--name`` and in the layout of the hub's own
    cache (``models--organisation--name/snapshots/...``).
    """

    name: SourceName = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        """Copy the model's files: the cache must not change when somebody tidies up that folder.

        :raises ModelError: "source_no_folder", "source_not_in_folder", or what is wrong with a file.
        """
        if not self._root.is_dir():
            raise ModelError("source_no_folder", folder=str(self._root))
        place = self.place_of(model)
        if place is None:
            raise ModelError("source_not_in_folder", folder=str(self._root), name=model.id)
        missing = next((fact.name for fact in model.files if fact.required and not (place / fact.name).is_file()), None)
        if missing:
            raise ModelError("model_file_missing", file=missing)
        facts = [fact for fact in model.files if (place / fact.name).is_file()]
        total = sum((place / fact.name).stat().st_size for fact in facts)
        done = 0
        for fact in facts:
            shutil.copyfile(place / fact.name, folder / fact.name)
            check_file(folder / fact.name, fact)
            done += (folder / fact.name).stat().st_size
            report(done, total)
        return str(place)

    def place_of(self, model: Model) -> Path | None:
        """The folder of ``model`` under any of its usual names; None if there is none."""
        return next((path for path in self._places(model) if path.is_dir()), None)

    def _places(self, model: Model) -> list[Path]:
        dashed = model.id.replace("/", "--")
        snapshots = self._root / f"models--{dashed}" / "snapshots"
        plain = [self._root / model.id, self._root / model.id.split("/")[-1], self._root / dashed]
        return plain + (sorted(snapshots.iterdir()) if snapshots.is_dir() else [])


def default_sources(folder: Path, token: str | None = None) -> tuple[Source, ...]:
    """Every source in the order people use them: hub, ModelScope, a folder prepared by hand, the package index.

    :param token: for gated models of the hub; nobody else gets it.
    """
    return (HuggingFaceHub(token=token), ModelScope(), LocalFolder(folder), PackageIndex())


def reasons(failures: Sequence[tuple[SourceName, ModelError]], language: Language) -> str:
    """One line a source that was asked in vain: its name and why it could not."""
    return "\n".join(
        say("model.source.reason", language, source=say(f"model.source.{name}", language), why=error.message(language))
        for name, error in failures
    )
