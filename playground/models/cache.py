"""The model cache: a folder per model that is either whole or not there.

Everything is prepared in a scratch folder beside its place, verified, and then renamed, so a download that was cut off is never
mistaken for a model. A lock file lets one process fetch while the others wait and then find the result.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from playground.errors import ModelError
from playground.models.catalogue import get_model
from playground.models.places import cache_root, hand_made_folder
from playground.models.sources import Source, default_sources, reasons
from playground.models.transfer import DownloadProgress, OnProgress, SourceName, sha256_of
from playground.models.types import Model
from playground.models.verify import verify, weights_in

_MANIFEST: Final = "source.json"
#: Raised when a conversion changes what it writes: folders of an older layout are fetched again.
_LAYOUT: Final = 1
_LOCK_POLL_SECONDS: Final = 0.5
_SECONDS_BETWEEN_REPORTS: Final = 0.1


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A whole model folder that ``from_pretrained`` loads."""

    path: Path
    #: Who served it; its name for a person is ``model.source.<source>``.
    source: SourceName
    #: What exactly was served: a revision, package pins, a folder.
    origin: str
    #: SHA-256 of the weights, to tell apart the same model from different sources.
    sha256: str


__all__ = ["LocalModel", "ModelCache", "cache_root", "cached", "fetch", "hand_made_folder", "write_manifest"]


def fetch(model_id: str, *, on_progress: OnProgress | None = None, token: str | None = None) -> LocalModel:
    """The model's folder, downloaded if it is not there yet.

    :param token: what a person's account on the hub is known by, for gated models. It is sent to the hub and kept nowhere.
    :raises ModelError: "model_unknown"; "model_unavailable" with every source tried and why each failed; "model_files_gone" for a model
        of this machine whose files were removed; "model_cache_unwritable".
    """
    model = get_model(model_id)
    sources = default_sources(hand_made_folder(), token) if model.published else ()
    return ModelCache(cache_root(), sources).fetch(model, on_progress)


def cached(model_id: str) -> LocalModel | None:
    """The model's folder if it is there and whole, without touching the network.

    :raises ModelError: "model_unknown".
    """
    return ModelCache(cache_root(), ()).cached(get_model(model_id))


class ModelCache:
    """Models kept under ``root``, fetched from ``sources`` in their order."""

    def __init__(self, root: Path, sources: Sequence[Source]) -> None:
        self._root = root
        self._sources = sources

    def cached(self, model: Model) -> LocalModel | None:
        """The whole folder of ``model``: its manifest and the size of every file are looked at, nothing is read."""
        place = self._root / model.slug
        try:
            manifest = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
            if (
                manifest["layout"] != _LAYOUT
                or manifest["model"] != model.id
                or any((place / name).stat().st_size != size for name, size in manifest["files"].items())
            ):
                return None
            return LocalModel(place, manifest["source"], manifest["origin"], manifest["sha256"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None  # no folder, or not one this version wrote: to be fetched

    def fetch(self, model: Model, on_progress: OnProgress | None = None) -> LocalModel:
        """The folder of ``model``; one process fetches, others wait for it.

        :raises ModelError: "model_unavailable" or "model_cache_unwritable".
        """
        found = self.cached(model)
        if found:
            return found
        tell = on_progress or _say_nothing
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with self._locked(model, tell):
                return self.cached(model) or self._fetch(model, tell)
        except OSError as error:
            raise ModelError("model_cache_unwritable", folder=str(self._root), why=str(error)) from error

    def keep(self, model: Model, place: Path, source: SourceName) -> LocalModel:
        """Take the files of ``model`` from a folder of this machine, in place of what is there.

        Hard links where the disk has them (a run's files are never written again), else copies.

        :raises ModelError: what is wrong with the files, or "model_cache_unwritable".
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with (
                self._locked(model, _say_nothing),
                tempfile.TemporaryDirectory(dir=self._root, prefix=f".{model.slug}.part-", ignore_cleanup_errors=True) as scratch,
            ):
                folder = Path(scratch) / "model"
                folder.mkdir()
                for fact in model.files:
                    if (place / fact.name).is_file():
                        _copy(place / fact.name, folder / fact.name, link=source == "run")
                verify(folder, model)
                return self._settle(model, folder, source, place.name)
        except OSError as error:
            raise ModelError("model_cache_unwritable", folder=str(self._root), why=str(error)) from error

    @contextmanager
    def _locked(self, model: Model, tell: OnProgress) -> Iterator[None]:
        lock = FileLock(self._root / f".{model.slug}.lock")
        while True:
            try:
                lock.acquire(timeout=_LOCK_POLL_SECONDS)
                break
            except Timeout:
                tell(DownloadProgress("waiting", 0, None))
        try:
            yield
        finally:
            lock.release()

    def _fetch(self, model: Model, tell: OnProgress) -> LocalModel:
        """Ask one source after the other. The caller holds the lock, so any scratch folder found is a dead one."""
        for leftover in self._root.glob(f".{model.slug}.part-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if not self._sources:
            raise ModelError("model_files_gone", model=model.title)
        failures: list[tuple[Source, ModelError]] = []
        for source in self._sources:
            with tempfile.TemporaryDirectory(dir=self._root, prefix=f".{model.slug}.part-", ignore_cleanup_errors=True) as scratch:
                folder = Path(scratch) / "model"
                folder.mkdir()
                try:
                    origin = source.prepare(model, folder, _Report(source.name, tell))
                    verify(folder, model)
                except ModelError as error:
                    failures.append((source, error))
                    continue
                return self._settle(model, folder, source.name, origin)
        raise _unavailable(model, failures)

    def _settle(self, model: Model, folder: Path, source: SourceName, origin: str) -> LocalModel:
        sha256 = write_manifest(folder, model, source, origin)
        place = self._root / model.slug
        if place.exists():  # damaged or of an older layout, else it had been found
            shutil.rmtree(place)
        folder.rename(place)
        return LocalModel(place, source, origin, sha256)


def write_manifest(folder: Path, model: Model, source: SourceName, origin: str) -> str:
    """Record what ``folder`` holds, which makes it count as whole; returns the SHA-256 of its weights."""
    manifest: dict[str, Any] = {
        "layout": _LAYOUT,
        "model": model.id,
        "source": source,
        "origin": origin,
        "sha256": _weights_sha256(folder),
        "files": {path.name: path.stat().st_size for path in sorted(folder.iterdir())},
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    return str(manifest["sha256"])


def _weights_sha256(folder: Path) -> str:
    """SHA-256 of the weights; of the checksums of all files, where there are several."""
    checksums = [sha256_of(folder / name) for name in weights_in(folder)]
    return checksums[0] if len(checksums) == 1 else hashlib.sha256("".join(checksums).encode()).hexdigest()


def _copy(path: Path, target: Path, *, link: bool) -> None:
    if link:
        try:
            os.link(path, target)
            return
        except OSError:
            pass  # another disk, or one without links
    shutil.copyfile(path, target)


class _Report:
    """Passes a source's byte counts on, at most ten times a second."""

    def __init__(self, source: SourceName, tell: OnProgress) -> None:
        self._source = source
        self._tell = tell
        self._last = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN_REPORTS or done == total:
            self._last = now
            self._tell(DownloadProgress(self._source, done, total))


def _say_nothing(progress: DownloadProgress) -> None:
    """For callers that do not watch."""


def _unavailable(model: Model, failures: Sequence[tuple[Source, ModelError]]) -> ModelError:
    told = [(source.name, error) for source, error in failures]
    return ModelError(
        "model_unavailable",
        model=model.title,
        sources=", ".join(name for name, _ in told),
        reasons_en=reasons(told, "en"),
        reasons_zh=reasons(told, "zh"),
    )
