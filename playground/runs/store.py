"""RunStore: every run of a workspace, and the one place that reads and makes run folders for the app."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from filelock import FileLock, Timeout

from playground.data.mending.recorded import steps_from_values, steps_to_values
from playground.data.types import Dataset
from playground.errors import DatasetError, PlaygroundError, RecipeError, RunError
from playground.recipe import Recipe
from playground.runs.events import Event
from playground.runs.folder import RECIPE, RUN, SPLITS, RunFolder, read_json, write_json, write_text
from playground.runs.reading import read_events, read_log
from playground.runs.records import Launch, Queued
from playground.runs.state import derive_state, is_alive
from playground.runs.types import ACTIVE, Result, Run, RunState

if TYPE_CHECKING:
    import pandas as pd

_ID: Final = re.compile(r"\d{8}-\d{6}-[0-9a-f]{12}")
_NEW: Final = ".new-"
_TRASH: Final = ".trash-"
_LOCK: Final = ".lock"
#: Inside the class, ``list`` is the method.
_Events: TypeAlias = list[Event]


class RunStore:
    """The runs below ``root``. Holds no state: two stores on the same folder, in two processes, tell the same."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def create(self, recipe: Recipe, splits: pd.DataFrame, *, owner: str, dataset: Dataset) -> Run:
        """A new run, prepared but not queued.

        :param splits: columns row, text, label, split.
        :raises RunError: if the disk is full.
        """
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        run_id = f"{stamp}-{secrets.token_hex(6)}"
        # Made aside and renamed, so that nobody lists half a run.
        draft = self.root / f"{_NEW}{run_id}"
        try:
            draft.mkdir()
            write_text(draft / RECIPE, recipe.to_json())
            splits.to_parquet(draft / SPLITS, index=False)
            facts = {
                "id": run_id, "owner": owner, "dataset": dataset.fingerprint, "dataset_name": dataset.name, "created": now,
                "steps": steps_to_values(dataset.steps),
            }  # fmt: skip
            write_json(draft / RUN, facts)
            draft.rename(self.root / run_id)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise RunError("run_not_written", reason=error.strerror or str(error)) from error
        return Run(run_id, self.root / run_id, owner, dataset.fingerprint, dataset.name, now, recipe, dataset.steps)

    def get(self, id: str, owner: str | None = None) -> Run:
        """The run ``id``; with an owner, only if it is theirs.

        :raises RunError: "not_found" if there is none or it belongs to somebody else (which of the two is not told).
        """
        run = _read(self.root / id) if _ID.fullmatch(id) else None
        if run is None or owner not in (None, run.owner):
            raise RunError("not_found", name=id[:80])
        return run

    def list(self, owner: str | None = None) -> list[Run]:
        """All runs, or those of one owner, newest first."""
        runs = (_read(path) for path in self.root.iterdir() if _ID.fullmatch(path.name))
        return sorted((run for run in runs if run and owner in (None, run.owner)), key=lambda run: (run.created, run.id), reverse=True)

    def state(self, run: Run) -> RunState:
        """How ``run`` stands at this moment.

        :raises RunError: "not_found" if it was deleted meanwhile.
        """
        if not run.folder.is_dir():
            raise RunError("not_found", name=run.id)
        return derive_state(RunFolder(run.folder), lambda: self._position(run.id))

    def waiting(self) -> tuple[str, ...]:
        """Ids of the waiting runs of all owners, the next one first."""
        places: list[tuple[float, str]] = []
        for path in self.root.glob("[0-9]*/queue.json"):
            folder = RunFolder(path.parent)
            queued, launch = Queued.read(folder), Launch.read(folder)
            if queued and queued.attempt > (launch.attempt if launch else 0) and not folder.result.exists():
                places.append((queued.queued, folder.path.name))
        return tuple(run_id for _, run_id in sorted(places))

    def events(self, run: Run, offset: int = 0) -> tuple[_Events, int]:
        """The events from byte ``offset`` on, and the offset to ask from next time. Never half a line."""
        page = read_events(RunFolder(run.folder).events, offset)
        return page.events, page.offset

    def log(self, run: Run, offset: int = 0) -> tuple[str, int]:
        """What the child printed from byte ``offset`` on as plain text, and the offset to ask from next time."""
        folder = RunFolder(run.folder)
        return read_log(folder.log, offset, ended=not is_alive(folder))

    def result(self, run: Run) -> Result | None:
        """What training measured; None before it has finished."""
        try:
            return Result.from_json(RunFolder(run.folder).result.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def delete(self, run: Run) -> None:
        """Remove the run and everything it made.

        :raises RunError: "run_active" while it waits, runs or is ending; "not_found" if it is gone.
        """
        with self.lock():
            if self.state(run).status in ACTIVE or is_alive(RunFolder(run.folder)):
                raise RunError("run_active", name=run.id)
            # Gone for everyone at once; the removal itself may take a while or be interrupted.
            run.folder.rename(self.root / f"{_TRASH}{run.id}")
        self._empty_trash()

    def let_end(self, run: Run, seconds: float = 5.0) -> None:
        """Wait for the process of a run that has ended: it goes a moment after its last word, and only then may its files change hands.

        :param seconds: longest wait; whoever needs the process gone asks again and says so if it is not.
        """
        deadline = time.monotonic() + seconds
        while self.state(run).status not in ACTIVE and is_alive(RunFolder(run.folder)) and time.monotonic() < deadline:
            time.sleep(0.05)

    def lock(self) -> FileLock:
        """Held by whoever changes which runs wait, start or exist; one holder among all processes.

        :raises filelock.Timeout: on entering, if another process holds it for 10 s.
        """
        return FileLock(self.root / _LOCK, timeout=10)

    @contextmanager
    def locked(self, busy: PlaygroundError) -> Iterator[None]:
        """Hold ``lock``; who cannot have it gets ``busy``."""
        try:
            with self.lock():
                yield
        except Timeout as error:
            raise busy from error

    def _position(self, run_id: str) -> int:
        waiting = self.waiting()
        return waiting.index(run_id) + 1 if run_id in waiting else 0

    def _empty_trash(self) -> None:
        for path in self.root.glob(f"{_TRASH}*"):
            shutil.rmtree(path, ignore_errors=True)  # what cannot be removed now is tried again with the next delete


def _read(folder: Path) -> Run | None:
    files = RunFolder(folder)
    facts = read_json(files.run)
    try:
        recipe = _recipe(files.recipe.read_text(encoding="utf-8"))
        if facts is None or recipe is None:
            return None
        return Run(
            id=folder.name, folder=folder, owner=str(facts["owner"]), dataset=str(facts["dataset"]),
            dataset_name=str(facts["dataset_name"]), created=float(facts["created"]), recipe=recipe,
            steps=steps_from_values(facts.get("steps", [])),
        )  # fmt: skip
    except (FileNotFoundError, NotADirectoryError, KeyError, ValueError, DatasetError):
        return None


@lru_cache(maxsize=512)
def _recipe(text: str) -> Recipe | None:
    try:
        return Recipe.from_json(text)
    except RecipeError:
        return None  # written by another version; a run nobody can describe cannot be shown
