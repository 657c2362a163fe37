"""The small JSON files by which one app process tells the next what it did with a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playground.runs.folder import RunFolder, read_json, write_json
from playground.runs.process import ProcessId
from playground.words import Fact


@dataclass(frozen=True, slots=True)
class Queued:
    """``queue.json``: this run waits to be started."""

    #: Seconds since the epoch; the oldest goes first.
    queued: float
    #: The attempt it waits for, counted from 1. An older one was started already and the file is a left-over.
    attempt: int

    @classmethod
    def read(cls, folder: RunFolder) -> Queued | None:
        """None if the run has no place in the queue."""
        values = read_json(folder.queue)
        return None if values is None else cls(float(values.get("queued", 0.0)), int(values.get("attempt", 1)))

    def write(self, folder: RunFolder) -> None:
        """:raises OSError: if it cannot be written."""
        write_json(folder.queue, {"queued": self.queued, "attempt": self.attempt})


@dataclass(frozen=True, slots=True)
class Launch:
    """``launch.json``: the newest attempt and its process."""

    argv: tuple[str, ...]
    #: Counted from 1.
    attempt: int
    #: Where this attempt's events and log begin, in bytes.
    events_offset: int
    log_offset: int
    #: "cuda", "mps" or "cpu".
    device: str
    #: Seconds since the epoch.
    launched: float
    #: What earlier attempts took, in seconds.
    earlier_seconds: float
    #: The process that launches.
    app: ProcessId | None
    #: The launched process; None for the moment between the claim and the start.
    process: ProcessId | None

    @classmethod
    def read(cls, folder: RunFolder) -> Launch | None:
        """None if the run was never started."""
        values = read_json(folder.launch)
        if values is None:
            return None
        return cls(
            argv=tuple(values.get("argv", ())),
            attempt=int(values.get("attempt", 1)),
            events_offset=int(values.get("events_offset", 0)),
            log_offset=int(values.get("log_offset", 0)),
            device=str(values.get("device", "cpu")),
            launched=float(values.get("launched") or values.get("start_time") or 0.0),
            earlier_seconds=float(values.get("earlier_seconds", 0.0)),
            app=_process(values.get("app")),
            process=_process(values),
        )

    def write(self, folder: RunFolder) -> None:
        """:raises OSError: if it cannot be written."""
        write_json(
            folder.launch,
            {
                "argv": list(self.argv),
                **(_process_values(self.process) or {"pid": None, "start_time": None}),
                "attempt": self.attempt,
                "events_offset": self.events_offset,
                "log_offset": self.log_offset,
                "device": self.device,
                "launched": self.launched,
                "earlier_seconds": self.earlier_seconds,
                "app": _process_values(self.app),
            },
        )


def mark(folder: RunFolder, attempt: int) -> str:
    """What the environment of every process of this attempt carries."""
    return f"{folder.path.name}:{attempt}"


@dataclass(frozen=True, slots=True)
class Stop:
    """``stop.json``: a person asked this run to stop."""

    #: Seconds since the epoch.
    asked: float
    #: When the process group was told to terminate because the wish alone did not help; None before.
    terminated: float | None = None

    @classmethod
    def read(cls, folder: RunFolder) -> Stop | None:
        """None if nobody asked."""
        values = read_json(folder.stop)
        if values is None:
            return cls(_changed(folder.stop)) if folder.stop.exists() else None
        terminated = values.get("terminated")
        return cls(float(values.get("time", 0.0)), None if terminated is None else float(terminated))

    def write(self, folder: RunFolder) -> None:
        """:raises OSError: if it cannot be written."""
        write_json(folder.stop, {"time": self.asked, "terminated": self.terminated})


@dataclass(frozen=True, slots=True)
class Exit:
    """``exit.json``: how an attempt ended, as far as the app that started it lived to see."""

    attempt: int
    #: Seconds since the epoch.
    time: float
    #: Negative for the signal that ended it; None if it could not even be started.
    returncode: int | None
    #: Why it could not be started: an error's code and facts.
    code: str = ""
    facts: Mapping[str, Fact] | None = None

    @classmethod
    def read(cls, folder: RunFolder, attempt: int) -> Exit | None:
        """None if nobody saw the end of this attempt."""
        values = read_json(folder.exit)
        if values is None or int(values.get("attempt", attempt)) != attempt:
            return None
        moment = float(values.get("time") or _changed(folder.exit))
        returncode = values.get("returncode")
        return cls(
            attempt, moment, None if returncode is None else int(returncode),
            str(values.get("code", "")), values.get("facts"),
        )  # fmt: skip

    def write(self, folder: RunFolder) -> None:
        """:raises OSError: if it cannot be written."""
        values: dict[str, Any] = {"attempt": self.attempt, "time": self.time, "returncode": self.returncode}
        if self.code:
            values |= {"code": self.code, "facts": dict(self.facts or {})}
        write_json(folder.exit, values)


@dataclass(frozen=True, slots=True)
class Smaller:
    """``smaller.json``: memory ran out, so the recipe beside it was made smaller than what was asked for. It learns the very same."""

    #: As the person asked for them.
    batch_size: int
    gradient_accumulation: int
    gradient_checkpointing: bool
    #: How often it was made smaller so far.
    times: int = 1

    @classmethod
    def read(cls, folder: RunFolder) -> Smaller | None:
        """None if the recipe is what was asked for."""
        values = read_json(folder.smaller)
        if values is None:
            return None
        return cls(
            int(values.get("batch_size", 0)), int(values.get("gradient_accumulation", 1)), bool(values.get("gradient_checkpointing")),
            int(values.get("times", 1)),
        )  # fmt: skip

    def write(self, folder: RunFolder) -> None:
        """:raises OSError: if it cannot be written."""
        write_json(folder.smaller, asdict(self))


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _process(values: Mapping[str, Any] | None) -> ProcessId | None:
    if not values or values.get("pid") is None:
        return None
    boot = values.get("boot_time")
    return ProcessId(int(values["pid"]), float(values.get("start_time") or 0.0), None if boot is None else float(boot))


def _process_values(process: ProcessId | None) -> dict[str, Any] | None:
    if process is None:
        return None
    return {"pid": process.pid, "start_time": process.start_time, "boot_time": process.boot_time}
