"""Jobs beside the runs, most of them short: a folder and a detached child of its own, one at a time, gone when training needs the machine.

A job is watched with the very means of a run: the same launcher, the same records of its process, the same derivation of how it stands.
What it finds is kept under the job's key, so that nothing is worked out twice.

<root>/<key>/request.json                what is asked, by whom and when (app), and whatever files belong to it
             stop.json                    app, when a person ends it and keeps what it wrote
             launch.json, console.log     app, when it begins
             events.jsonl                 the child, if it fails
             result.json                  the child, last, by rename
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal

from filelock import Timeout

from playground.devices import Device
from playground.errors import PlaygroundError, RunError
from playground.launch.command import Command, process_environment
from playground.launch.local import LocalLauncher
from playground.launch.survey_folder import end_child, forget_attempts, remove
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, read_json, write_json
from playground.runs.records import Stop
from playground.runs.state import derive_state, is_alive
from playground.runs.store import RunStore
from playground.runs.types import Run

REQUEST: Final = "request.json"
#: Jobs kept, the ones asked for last.
_KEPT: Final = 200
#: Seconds after which a job that failed is tried again if it is asked for again.
_RETRY_AFTER: Final = 3_600.0
_KEY: Final = re.compile(r"[0-9a-f]{16}")

Status = Literal["none", "waiting", "running", "stopped", "finished", "failed"]
#: ``command(folder, recipe, device)``, as a launcher calls it.
MakeCommand = Callable[[Path, Recipe, Device], Command]


def errand_key(*facts: object) -> str:
    """Names a job: the same facts, the same key. 16 hexadecimal digits."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def module_command(module: str) -> MakeCommand:
    """Starts ``python -m module FOLDER``."""

    def command(folder: Path, recipe: Recipe, device: Device) -> Command:
        return Command((sys.executable, "-m", module, str(folder)), process_environment(device))

    return command


class Errands:
    """The jobs below ``root``. Holds no state; safe to use from any thread and process.

    :param busy: whether something more important uses the machine; jobs then wait, and a running one is ended and waits again.
    """

    def __init__(self, root: Path, device: Device, command: MakeCommand, *, busy: Callable[[], bool]) -> None:
        self._store = RunStore(root)
        self._launcher = LocalLauncher(self._store, device, command=command)
        self._busy = busy

    def ask(self, key: str, owner: str, request: Mapping[str, Any], fill: Callable[[Path], object] | None = None) -> None:
        """Ask for a job and return at once; whatever else this owner asked for and is not finished is given up.

        Nothing changes if it waits, runs or is finished; one that failed is tried again after an hour.

        :param fill: puts further files into the job's folder before anybody sees it.
        :raises RunError: "queue_busy"; "run_not_written" if the disk is full.
        """
        with self._store.locked(RunError("queue_busy")):
            self._forget_others(key, owner)
            folder = self._folder(key)
            if self.status(key)[0] == "failed" and time.time() - _asked(folder) > _RETRY_AFTER:
                remove(folder.path)
            if not folder.path.is_dir():
                self._write(folder.path, {**request, "owner": owner, "asked": time.time()}, fill)
                self._drop_old(key)

    def status(self, key: str) -> tuple[Status, PlaygroundError | None]:
        """How it stands now, and why it failed if it did."""
        folder = self._folder(key)
        if not folder.path.is_dir():
            return "none", None
        state = derive_state(folder, lambda: 0)
        known: dict[str, Status] = {
            "finished": "finished", "failed": "failed", "running": "running", "stopping": "running", "stopped": "stopped",
        }  # fmt: skip
        return known.get(state.status, "waiting"), state.cause

    def path(self, key: str) -> Path:
        """Where a job lies, if it was asked for."""
        return self._folder(key).path

    def stop(self, key: str) -> None:
        """End a job for good and keep what it wrote; nothing happens to one that waits for nobody.

        :raises RunError: "queue_busy".
        """
        with self._store.locked(RunError("queue_busy")):
            folder = self._folder(key)
            if self.status(key)[0] in ("waiting", "running"):
                Stop(time.time()).write(folder)
                end_child(folder.path)

    def forget(self, key: str) -> None:
        """End a job and remove all of it. :raises RunError: "queue_busy"."""
        with self._store.locked(RunError("queue_busy")):
            remove(self._folder(key).path)

    def result(self, key: str) -> dict[str, Any] | None:
        """What the job found; None before it has."""
        return read_json(self._folder(key).result)

    def results(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Request and result of every finished job."""
        for folder in self._folders():
            request, result = read_json(folder.path / REQUEST), read_json(folder.result)
            if request is not None and result is not None:
                yield request, result

    def withdraw(self, owner: str) -> None:
        """End and forget what this owner asked for and is not finished.

        :raises RunError: "queue_busy".
        """
        with self._store.locked(RunError("queue_busy")):
            self._forget_others("", owner)

    def make_way(self) -> None:
        """End the running job, if there is one; it begins anew when the machine is free."""
        for folder in self._unfinished():
            if is_alive(folder):
                end_child(folder.path)
                forget_attempts(folder.path)

    @property
    def running(self) -> bool:
        """Whether a job has a living process."""
        return any(is_alive(folder) for folder in self._unfinished())

    def advance(self) -> None:
        """Start the job that waited longest if the machine is free. Cheap, and safe to call at any time from any number of processes."""
        with suppress(Timeout), self._store.lock():
            unfinished = list(self._unfinished())
            if not unfinished:
                return
            if self._busy():
                self.make_way()
                return
            new = (folder for folder in unfinished if not folder.launch.exists() and not folder.stop.exists())
            waiting = sorted((_asked(folder), folder.path.name) for folder in new)
            if waiting and not any(is_alive(folder) for folder in unfinished):
                self._launch(self._folder(waiting[0][1]))

    def _launch(self, folder: RunFolder) -> None:
        forget_attempts(folder.path)
        with suppress(RunError):  # the job itself then says why
            self._launcher.start(Run(folder.path.name, folder.path, "", "", "", _asked(folder), Recipe(model="")))

    def _forget_others(self, key: str, owner: str) -> None:
        for folder in self._unfinished():
            theirs = (read_json(folder.path / REQUEST) or {}).get("owner") == owner
            if theirs and folder.path.name != key and self.status(folder.path.name)[0] in ("waiting", "running"):
                remove(folder.path)

    def _write(self, folder: Path, request: Mapping[str, Any], fill: Callable[[Path], object] | None) -> None:
        draft = folder.with_name(f".new-{folder.name}")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir()
            if fill is not None:
                fill(draft)
            write_json(draft / REQUEST, request)
            draft.rename(folder)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise RunError("run_not_written", reason=error.strerror or str(error)) from error

    def _drop_old(self, newest: str) -> None:
        ended = [folder for folder in self._folders() if folder.path.name != newest and not is_alive(folder)]
        for folder in sorted(ended, key=_asked, reverse=True)[_KEPT - 1 :]:
            remove(folder.path)

    def _folder(self, key: str) -> RunFolder:
        assert _KEY.fullmatch(key)
        return RunFolder(self._store.root / key)

    def _folders(self) -> Iterator[RunFolder]:
        return (RunFolder(path.parent) for path in self._store.root.glob(f"*/{REQUEST}") if _KEY.fullmatch(path.parent.name))

    def _unfinished(self) -> Iterator[RunFolder]:
        return (folder for folder in self._folders() if not folder.result.exists())


def _asked(folder: RunFolder) -> float:
    return float((read_json(folder.path / REQUEST) or {}).get("asked", 0.0))


class ErrandKind:
    """One kind of job of a workspace; what is asked and what is found are its subclass's.

    :param root: the folder of these jobs.
    :param command: starts a child; tests pass one that needs no model.
    :param busy: whether something more important uses the machine.
    """

    def __init__(self, root: Path, device: Device, command: MakeCommand, *, busy: Callable[[], bool]) -> None:
        self._errands = Errands(root, device, command, busy=busy)

    def status(self, key: str) -> Status:
        """How the job of a ``key`` stands; cheap."""
        return self._errands.status(key)[0]

    @property
    def running(self) -> bool:
        """Whether one is at work now."""
        return self._errands.running

    def make_way(self) -> None:
        """End the one that runs; it begins anew, or goes on, when the machine is free."""
        self._errands.make_way()

    def advance(self) -> None:
        """Begin what waits longest if the machine is free; called every second."""
        self._errands.advance()
