"""Searches for good settings: one for an owner and a dataset, tried by a child of its own, kept until the next one.

A search gives way to training and goes on afterwards with the trials it has; pauses do not count. Its folder holds, beside a job's files:

<home>/searches/<key>/splits.parquet    training and validation rows, none of the test split (app)
                      trials.jsonl      every trial as it goes (the child)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from playground.devices import Device
from playground.errors import RunError
from playground.launch.errands import REQUEST, ErrandKind, MakeCommand, errand_key, module_command
from playground.runs.folder import SPLITS, read_json
from playground.search.record import TRIALS, read_trials
from playground.search.types import ACTIVE, Ending, SearchRequest, SearchState, SearchTrial, Status
from playground.tasks import get_task
from playground.tasks.types import lower_is_better


def known_rows(splits: pd.DataFrame) -> pd.DataFrame:
    """What may be looked at before the end: all but the test split."""
    return splits[splits["split"] != "test"]


class Searches(ErrandKind):
    """The searches of a workspace, under ``<home>/searches``.

    :param busy: whether something more important uses the machine.
    :param command: makes the command line; tests pass one that needs no model.
    """

    def __init__(self, home: Path, device: Device, *, busy: Callable[[], bool], command: MakeCommand | None = None) -> None:
        super().__init__(home / "searches", device, command or module_command("playground.training.search"), busy=busy)

    def start(self, request: SearchRequest, owner: str, fingerprint: str, splits: pd.DataFrame) -> None:
        """Ask for a search and return at once; an earlier one of this owner on this data makes place for it.

        :param splits: as a run would have them; the test rows are left out here.
        :raises RunError: "search_active"; "queue_busy"; "run_not_written" if the disk is full.
        """
        key = search_key(owner, fingerprint)
        if self._errands.status(key)[0] in ACTIVE:
            raise RunError("search_active")
        self._errands.forget(key)
        rows = known_rows(splits)
        # Under its own key instead of the owner's name: another search of theirs, on other data, goes on.
        self._errands.ask(key, key, request.to_values(), lambda folder: rows.to_parquet(folder / SPLITS, index=False))

    def state(self, owner: str, fingerprint: str) -> SearchState:
        """How this owner's search on this data stands."""
        key = search_key(owner, fingerprint)
        folder = self._errands.path(key)
        status, cause = self._errands.status(key)
        values = read_json(folder / REQUEST)
        if status == "none" or values is None:
            return SearchState()
        request = SearchRequest.from_values(values)
        recorded = read_trials(folder, request.recipe)
        result = self._errands.result(key) or {}
        ending: Ending | None = next((one for one in ("time", "exhausted") if one == result.get("ending")), None)
        return SearchState(
            status, request, tuple(_as_it_stands(trial, status) for trial in recorded.trials),
            lower_is_better(get_task(request.recipe.task).watched_metric), ending, cause, float(result.get("seconds", recorded.seconds)),
        )  # fmt: skip

    def seen(self, owner: str, fingerprint: str) -> tuple[str, int]:
        """Changes whenever there is something new to see; cheap, for a page that looks every second."""
        key = search_key(owner, fingerprint)
        trials = self._errands.path(key) / TRIALS
        return self._errands.status(key)[0], trials.stat().st_size if trials.exists() else 0

    def stop(self, owner: str, fingerprint: str) -> None:
        """End a search at once and keep what it found; nothing happens if none waits or runs. :raises RunError: "queue_busy"."""
        key = search_key(owner, fingerprint)
        self._errands.stop(key)
        if self._errands.status(key)[0] not in ACTIVE:
            (self._errands.path(key) / SPLITS).unlink(missing_ok=True)


def search_key(owner: str, fingerprint: str) -> str:
    """The one search of an owner on a dataset."""
    return errand_key("search", owner, fingerprint)


def _as_it_stands(trial: SearchTrial, status: Status) -> SearchTrial:
    return replace(trial, status="interrupted") if trial.status == "running" and status != "running" else trial
