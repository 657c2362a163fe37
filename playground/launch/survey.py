"""Closer looks at datasets: started, followed and ended from the app, one at a time, and never while a run trains.

A survey is watched with the very means of a run: the same launcher starts its process detached, the same records say which process it
is, the same derivation says how it stands, so a restarted app, a second tab and another process see the same truth. A survey that has to
make way for training goes back into line and loses nothing but seconds: vectors of texts it has read are kept.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

import pandas as pd
from filelock import Timeout

from playground.data.survey import Survey, SurveyState, read_survey
from playground.data.types import TaskName
from playground.devices import Device
from playground.errors import DatasetError, PlaygroundError, RunError
from playground.launch.command import Command, process_environment
from playground.launch.local import LocalLauncher
from playground.launch.survey_folder import REQUEST, asked, end_child, forget_attempts, read_progress, remove, survey_key, write_request
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.folder import LAUNCH, RESULT, RunFolder, read_json
from playground.runs.state import derive_state, is_alive
from playground.runs.store import RunStore
from playground.runs.types import Run

__all__ = ["Surveys", "survey_command", "survey_key", "training_now"]

#: Surveys kept in a workspace, the ones asked for last.
_KEPT: Final = 20
_KEY: Final = re.compile(r"[0-9a-f]{16}")
#: What is said of runs, said of surveys; whatever is not listed reads the same of both.
_CAUSES: Final = {
    "out_of_memory": "survey_memory", "killed_memory": "survey_memory", "disk_full": "survey_disk", "module_missing": "survey_module",
    "training_error": "survey_crashed", "launch_failed": "survey_start",
    **dict.fromkeys(("vanished", "killed_signal", "ended_without_word", "machine_restarted", "never_started"), "survey_ended"),
}  # fmt: skip


def survey_command(folder: Path, recipe: Recipe, device: Device) -> Command:
    """How to start the survey in ``folder``; which model looks is in its request."""
    return Command((sys.executable, "-m", "playground.survey", str(folder)), process_environment(device))


def training_now(runs: RunStore) -> bool:
    """Whether any run of the workspace has a living process."""
    return any(is_alive(RunFolder(path.parent)) for path in runs.root.glob(f"[0-9]*/{LAUNCH}"))


class Surveys:
    """The surveys of a workspace. Holds no state but a few results read before; safe to use from any thread and process.

    :param home: the workspace.
    :param device: what to compute on.
    :param training: whether a run trains now; surveys then wait.
    :param command: makes the command line; tests pass one that needs no model.
    """

    def __init__(
        self,
        home: Path,
        device: Device,
        *,
        training: Callable[[], bool],
        command: Callable[[Path, Recipe, Device], Command] = survey_command,
    ) -> None:
        self._vectors = home / "vectors"
        self._store = RunStore(home / "surveys")
        self._launcher = LocalLauncher(self._store, device, command=command)
        self._training = training

    def start(self, key: str, rows: pd.DataFrame, model_id: str, task: TaskName) -> None:
        """Ask for a survey and return at once; it begins when nothing trains and no other survey runs.

        Nothing changes if it waits, runs or is finished; one that failed is tried again.

        :param key: ``survey_key`` of the same rows, model and task.
        :param rows: uniform examples of the task; the index holds the row numbers of the file.
        :raises DatasetError: "survey_no_text"; "survey_disk"; "survey_busy".
        :raises ModelError: "model_unknown".
        """
        get_model(model_id)
        with self._store.locked(DatasetError("survey_busy")):
            status, folder = self._derive(key)[0], self._folder(key)
            if status == "finished" and _result(folder) is None:  # damaged, or another version's
                remove(folder)
            if status == "failed":
                forget_attempts(folder)
            elif not folder.is_dir():
                write_request(folder, rows, model_id, task, self._vectors)
                self._drop_old(key)
        self.advance()

    def state(self, key: str) -> SurveyState:
        """How it stands now; "none" if nobody asked for it or it was cancelled."""
        status, cause = self._derive(key)
        folder = self._folder(key)
        if status == "failed":
            return SurveyState("failed", error=cause)
        if status == "waiting":
            return SurveyState("waiting", waits_for="training" if self._training() else "survey")
        if status == "running":
            return read_progress(folder)
        if status == "finished" and (survey := _result(folder)) is not None:
            return SurveyState("finished", survey=survey)
        return SurveyState("none")

    def cancel(self, key: str) -> None:
        """End it wherever it is and forget it, its result included. Nothing happens if there is none.

        :raises DatasetError: "survey_busy".
        """
        with self._store.locked(DatasetError("survey_busy")):
            remove(self._folder(key))
        self.advance()

    def advance(self) -> None:
        """Start the survey that waited longest if the machine is free for it, and end a running one if a run trains.

        Cheap, and safe to call at any time from any number of processes; the workbench does every second.
        """
        with suppress(Timeout), self._store.lock():
            unfinished = [folder for folder in self._folders() if not folder.result.exists()]
            alive = [folder for folder in unfinished if is_alive(folder)]
            if self._training():
                for folder in alive:
                    end_child(folder.path)
                    forget_attempts(folder.path)
                return
            waiting = sorted((asked(folder.path), folder.path) for folder in unfinished if not folder.launch.exists())
            if waiting and not alive:
                self._launch(waiting[0][1])

    def _launch(self, folder: Path) -> None:
        recipe = Recipe(model=str((read_json(folder / REQUEST) or {}).get("model", "")))
        forget_attempts(folder)
        with suppress(RunError):  # the survey itself then says why
            self._launcher.start(Run(folder.name, folder, "", folder.name, "", asked(folder), recipe))

    def _derive(self, key: str) -> tuple[str, PlaygroundError | None]:
        folder = RunFolder(self._folder(key))
        if not folder.path.is_dir():
            return "none", None
        state = derive_state(folder, lambda: 0)
        if state.status == "prepared":
            return "waiting", None
        return state.status, None if state.cause is None else _cause(state.cause)

    def _drop_old(self, newest: str) -> None:
        """Results nobody asked for lately, and what somebody who died left half made or half removed."""
        for leftover in [*self._store.root.glob(".new-*"), *self._store.root.glob(".trash-*")]:
            shutil.rmtree(leftover, ignore_errors=True)
        others = (folder for folder in self._folders() if folder.path.name != newest)
        ended = [folder.path for folder in others if folder.launch.exists() and not is_alive(folder)]
        for folder in sorted(ended, key=asked, reverse=True)[_KEPT - 1 :]:
            remove(folder)

    def _folder(self, key: str) -> Path:
        assert _KEY.fullmatch(key)
        return self._store.root / key

    def _folders(self) -> Iterator[RunFolder]:
        return (RunFolder(path.parent) for path in self._store.root.glob(f"*/{REQUEST}") if _KEY.fullmatch(path.parent.name))


def _cause(cause: PlaygroundError) -> PlaygroundError:
    """Why it failed, in words about surveys."""
    facts = dict(cause.facts)
    if cause.code == "training_crashed":
        return DatasetError("survey_crashed", detail=f"{facts.get('exception', '')}: {facts.get('detail', '')}")
    return DatasetError(_CAUSES.get(cause.code, cause.code), **facts)


def _result(folder: Path) -> Survey | None:
    try:
        return _read(folder, (folder / RESULT).stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=8)  # the page asks every second, and a result never changes
def _read(folder: Path, written: int) -> Survey | None:
    return read_survey(folder)
