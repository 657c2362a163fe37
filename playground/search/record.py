"""What a search writes down as it goes: one JSON line whenever a trial begins, is scored or ends, so that anybody sees it at any moment.

``trials.jsonl`` is written by the search's process alone; a search that is ended from outside and goes on later reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from playground.errors import RecipeError
from playground.recipe import Recipe
from playground.search.types import SearchTrial, TrialStatus, settings_of

TRIALS: Final = "trials.jsonl"


@dataclass(frozen=True, slots=True)
class Begun:
    """A trial begins; one of the same number begins anew."""

    number: int
    #: The settings in which it differs from the recipe the search began with.
    settings: dict[str, Any]
    #: Seconds of searching so far.
    at: float
    kind: Literal["begun"] = "begun"


@dataclass(frozen=True, slots=True)
class Scored:
    """The running trial was scored on the validation split."""

    number: int
    epoch: float
    value: float
    at: float
    kind: Literal["scored"] = "scored"


@dataclass(frozen=True, slots=True)
class Ended:
    """The running trial has ended."""

    number: int
    status: TrialStatus
    value: float | None
    seconds: float
    step_seconds: float
    evaluation_seconds: float
    at: float
    kind: Literal["ended"] = "ended"


class TrialWriter:
    """Appends lines to ``trials.jsonl``; only the search's process has one."""

    def __init__(self, folder: Path, start: Recipe) -> None:
        self._path, self._start = folder / TRIALS, start

    def begin(self, number: int, recipe: Recipe, at: float) -> None:
        """:raises OSError: if the disk is full, as do the others."""
        self.write(Begun(number, settings_of(recipe, self._start), at))

    def write(self, line: Begun | Scored | Ended) -> None:
        """Add one line in a single write. A process that was killed within a line leaves its half: the next line begins a new one."""
        data = json.dumps(asdict(line)).encode() + b"\n"
        with self._path.open("ab") as file:
            file.write(b"\n" + data if _half_line(self._path) else data)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a search has written down so far."""

    trials: tuple[SearchTrial, ...] = ()
    #: Seconds of searching until the last line.
    seconds: float = 0.0


def read_trials(folder: Path, start: Recipe) -> Recorded:
    """The trials in the order of their numbers; the one that has not ended is "running"."""
    trials: dict[int, SearchTrial] = {}
    seconds = 0.0
    for values in _lines(folder / TRIALS):
        number = int(values["number"])
        seconds = max(seconds, float(values["at"]))
        if values["kind"] == "begun":
            trials[number] = SearchTrial(number, start.with_values(values["settings"]))
        elif number in trials and values["kind"] == "scored":
            point = (float(values["epoch"]), float(values["value"]))
            trials[number] = replace(trials[number], course=(*trials[number].course, point))
        elif number in trials:
            names = ("status", "value", "seconds", "step_seconds", "evaluation_seconds")
            trials[number] = replace(trials[number], **{name: values[name] for name in names})
    return Recorded(tuple(trials[number] for number in sorted(trials)), seconds)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Whole lines of this version; half a line of a process that was killed, and lines of another version, are left out."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            values = json.loads(line)
            if {"kind", "number", "at"} <= values.keys() and values["kind"] in ("begun", "scored", "ended"):
                yield values
        except (ValueError, AttributeError, RecipeError):
            continue


def _half_line(path: Path) -> bool:
    with path.open("rb") as file:
        size = path.stat().st_size
        file.seek(max(0, size - 1))
        return size > 0 and file.read(1) != b"\n"
