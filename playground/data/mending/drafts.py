"""Drafts on disk: the files people uploaded, byte for byte, and what was decided about each. The original is never touched.

The bytes of a file are kept once, under their SHA-256, whoever uploaded them and under whatever name; only JSON is read back as more
than bytes.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import shutil
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from filelock import FileLock

from playground.data.mending.draft import SOURCE, Change, Draft, DraftFile, draft_from_json, draft_to_json
from playground.data.mending.recorded import check_steps
from playground.data.types import Reading, Step
from playground.errors import DatasetError

FACTS_FILE: Final = "draft.json"
SOURCES: Final = "sources"
#: A draft nobody changed for so long, and that no dataset was made of, is forgotten.
FORGOTTEN_AFTER_DAYS: Final = 7.0
#: Drafts one owner may have besides those that became datasets; the one left alone for longest makes room.
MOST_DRAFTS: Final = 20
_ID: Final = re.compile(r"[0-9a-f]{16}")
_DAY_SECONDS: Final = 86_400.0
#: Inside the class, ``list`` is the method.
_Drafts: TypeAlias = list[Draft]
_log = logging.getLogger(__name__)


class DraftStore:
    """The drafts below one folder; two stores on the same folder, in two processes, tell the same."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, data: bytes, name: str, owner: str, reading: Reading | None = None) -> Draft:
        """Keep a file as uploaded. It may turn out to be unreadable; another reading may help then."""
        return self.add_files([(data, name)], owner, reading)

    def add_files(self, files: Sequence[tuple[bytes, str]], owner: str, reading: Reading | None = None) -> Draft:
        """Keep several files that belong together, such as one for each split.

        :param files: bytes and name of each, at least one; names are shown as they are.
        :raises DatasetError: "draft_not_written" if the disk is full.
        """
        now = time.time()
        with self._lock():
            try:
                kept = tuple(DraftFile(name, self._keep_source(data)) for data, name in files)
                draft = Draft(secrets.token_hex(8), owner, kept, reading or Reading(), (), now, now)
                folder = self._aside()
                folder.mkdir()
                (folder / FACTS_FILE).write_text(draft_to_json(draft), encoding="utf-8")
                folder.rename(self.root / draft.id)
            except OSError as error:
                raise DatasetError("draft_not_written", reason=error.strerror or type(error).__name__) from error
            self._make_room(owner)
        return draft

    def get(self, id: str, owner: str | None) -> Draft:
        """:raises DatasetError: "not_found" if there is none or it is somebody else's (which of the two is not told); "draft_damaged"."""
        return self._read(id, owner)

    def list(self, owner: str | None) -> list[Draft]:
        """This owner's drafts (None: all), the last changed first; a damaged one is left out and logged."""
        return sorted((draft for draft in self._all() if owner in (None, draft.owner)), key=lambda draft: draft.changed, reverse=True)

    def data(self, draft: Draft) -> bytes:
        """The first file, byte for byte as it was uploaded. :raises DatasetError: "draft_damaged" if it is gone."""
        return self.file_data(draft, draft.files[0])

    def file_data(self, draft: Draft, file: DraftFile) -> bytes:
        """:raises DatasetError: "draft_damaged" if the bytes are gone or are not the ones that were uploaded."""
        try:
            data = (self.root / SOURCES / file.source).read_bytes()
        except OSError as error:
            raise DatasetError("draft_damaged", name=file.name) from error
        if hashlib.sha256(data).hexdigest() != file.source:
            raise DatasetError("draft_damaged", name=file.name)
        return data

    def reread(self, id: str, owner: str | None, reading: Reading, fits: Callable[[Step], bool] = lambda step: True) -> Draft:
        """Read the file another way from now on.

        :param fits: which steps still mean something; the others are taken out (``workbench`` tells, for it knows both tables).
        """
        return self._change(id, owner, lambda draft: replace(draft, reading=reading, changes=_fitting(draft.changes, fits)))

    def mend(self, id: str, owner: str | None, steps: Sequence[Step]) -> Draft:
        """Add one change. :raises DatasetError: if a step is unknown or incomplete, or there are too many."""
        check_steps(steps)

        def add(draft: Draft) -> Draft:
            check_steps([*draft.steps, *steps])
            return replace(draft, changes=(*draft.changes, tuple(steps)))

        return self._change(id, owner, add) if steps else self.get(id, owner)

    def undo(self, id: str, owner: str | None) -> Draft:
        """Take back the last change; without one nothing happens."""
        return self._change(id, owner, lambda draft: replace(draft, changes=draft.changes[:-1]))

    def remember_dataset(self, id: str, owner: str | None, fingerprint: str) -> None:
        """Note that a dataset was made of this draft: it then stays until ``delete``."""
        with self._lock():
            self._write(replace(self._read(id, owner), dataset=fingerprint))

    def delete(self, id: str, owner: str | None) -> None:
        """Remove a draft, and its files where no other draft has the same. :raises DatasetError: "not_found"."""
        with self._lock():
            self._read(id, owner)
            self._remove([id])

    def forget_old(self, now: float | None = None, days: float = FORGOTTEN_AFTER_DAYS) -> int:
        """Remove the drafts nobody changed for so many days and no dataset was made of; how many they were."""
        oldest = (time.time() if now is None else now) - days * _DAY_SECONDS
        if not self.root.is_dir():
            return 0
        with self._lock():
            old = [draft.id for draft in self._all() if draft.dataset is None and draft.changed < oldest]
            self._remove(old)
        return len(old)

    def _change(self, id: str, owner: str | None, change: Callable[[Draft], Draft]) -> Draft:
        with self._lock():
            changed = replace(change(self._read(id, owner)), changed=time.time())
            self._write(changed)
        return changed

    def _lock(self) -> FileLock:
        self.root.mkdir(parents=True, exist_ok=True)
        return FileLock(self.root / ".lock")

    def _aside(self) -> Path:
        return self.root / f".{uuid.uuid4().hex}"

    def _keep_source(self, data: bytes) -> str:
        source = hashlib.sha256(data).hexdigest()
        path = self.root / SOURCES / source
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            written = self._aside()
            try:
                written.write_bytes(data)
                written.replace(path)
            finally:
                written.unlink(missing_ok=True)
        return source

    def _read(self, id: str, owner: str | None) -> Draft:
        if not _ID.fullmatch(id):
            raise _not_found(id)
        try:
            draft = draft_from_json(id, (self.root / id / FACTS_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise _not_found(id) from error
        except (KeyError, TypeError, ValueError, DatasetError) as error:
            raise DatasetError("draft_damaged", name=id) from error
        if owner not in (None, draft.owner):
            raise _not_found(id)
        return draft

    def _all(self) -> _Drafts:
        found = []
        for path in self.root.glob("*/" + FACTS_FILE):
            try:
                found.append(self._read(path.parent.name, None))
            except DatasetError as error:
                _log.warning("%s: %s", path.parent.name, error)
        return found

    def _write(self, draft: Draft) -> None:
        written = self._aside()
        try:
            written.write_text(draft_to_json(draft), encoding="utf-8")
            written.replace(self.root / draft.id / FACTS_FILE)
        except OSError as error:
            written.unlink(missing_ok=True)
            raise DatasetError("draft_not_written", reason=error.strerror or type(error).__name__) from error

    def _make_room(self, owner: str) -> None:
        spare = sorted((draft.changed, draft.id) for draft in self._all() if draft.owner == owner and draft.dataset is None)
        self._remove([id for _, id in spare[:-MOST_DRAFTS]])

    def _remove(self, ids: Collection[str]) -> None:
        """Drafts go first, then the files no remaining draft has: an interruption leaves a file too many, never one too few."""
        if not ids:
            return
        for id in ids:
            doomed = self._aside()
            (self.root / id).rename(doomed)
            shutil.rmtree(doomed)
        needed = {file.source for draft in self._all() for file in draft.files}
        for path in (self.root / SOURCES).iterdir():
            if path.name not in needed and SOURCE.fullmatch(path.name):
                path.unlink()


def _fitting(changes: Sequence[Change], fits: Callable[[Step], bool]) -> tuple[Change, ...]:
    kept = (tuple(step for step in change if fits(step)) for change in changes)
    return tuple(change for change in kept if change)


def _not_found(id: str) -> DatasetError:
    return DatasetError("not_found", name=id[:40])
