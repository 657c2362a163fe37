"""One worker process that answers JSON lines with JSON lines, and the thread that drains what it says."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from playground.errors import PredictionError
from playground.launch.command import Command
from playground.runs.cause import explain
from playground.runs.reading import read_log

#: How far back in the worker's output, in bytes, the cause of its end is looked for.
_LOG_TAIL: Final = 2**14
#: Causes a memory remedy fits.
_MEMORY_CODES: Final = ("out_of_memory", "killed_memory")


class WorkerProcess:
    """A living worker; for one thread at a time."""

    def __init__(self, command: Command, log: Path) -> None:
        self._log = log
        self._count = 0
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("wb") as stderr:
                self._process = subprocess.Popen(
                    command.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
                    env=command.environment(), start_new_session=True,  # Ctrl-C in the app's terminal is for the app
                )  # fmt: skip
        except OSError as error:
            raise PredictionError("predict_start", reason=error.strerror or str(error)) from error
        threading.Thread(target=_drain, args=(self._process, self._answers), name="prediction-answers", daemon=True).start()
        # At the latest when the interpreter exits.
        self._finalizer = weakref.finalize(self, _end_process, self._process)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """The first line that answers ``request``.

        :param timeout: seconds it may take.
        :raises PredictionError: if no answer comes.
        """
        self._count += 1
        line = json.dumps({"id": self._count, **request}).encode("ascii") + b"\n"

        def exchange() -> Mapping[str, Any]:
            self._send(line)
            return self._answer()

        return self._within(timeout, exchange)

    def more(self, timeout: float) -> Mapping[str, Any]:
        """The next line that answers the same request. :raises PredictionError: if none comes."""
        return self._within(timeout, self._answer)

    def call_off(self) -> None:
        """Say that nobody waits for the rest of the answer; a last line comes soon."""
        with suppress(BrokenPipeError):  # it ended: whoever waits for the next line is told
            self._send(json.dumps({"cancel": self._count}).encode("ascii") + b"\n")

    def kill(self) -> None:
        """End the process at once, in the middle of an answer if need be."""
        self._process.kill()

    def end(self) -> None:
        """End the process, at the latest two seconds from now."""
        self._finalizer()

    def _within(self, timeout: float, work: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        late = threading.Event()
        # Killing it ends a write into a full pipe as well as the wait for an answer, so one clock covers both.
        clock = threading.Timer(timeout, self._kill_late, args=(late,))
        clock.daemon = True
        clock.start()
        try:
            return work()
        except (BrokenPipeError, EOFError) as error:
            code = self._process.wait()
            raise PredictionError("predict_timeout", seconds=round(timeout)) if late.is_set() else self._cause(code) from error
        finally:
            clock.cancel()

    def _send(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()

    def _answer(self) -> Mapping[str, Any]:
        while (answer := self._answers.get()) is not None:
            with suppress(ValueError):  # a library printed something where only answers belong
                values = json.loads(answer)
                if isinstance(values, dict) and values.get("id") == self._count:
                    return values
        raise EOFError

    def _kill_late(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _cause(self, returncode: int) -> PredictionError:
        text, _ = read_log(self._log, ended=True, limit=_LOG_TAIL)
        cause = explain(text, returncode)
        if cause.code in _MEMORY_CODES:
            return PredictionError("predict_memory")
        if cause.code == "module_missing":
            return PredictionError("module_missing", **cause.facts)
        detail = cause.facts.get("detail") or cause.facts.get("signal")
        return PredictionError("predict_died", detail=detail) if detail else PredictionError("predict_ended", returncode=returncode)


def _drain(process: subprocess.Popen[bytes], answers: queue.SimpleQueue[bytes | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        answers.put(line)
    answers.put(None)


def _end_process(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def told(error: Mapping[str, Any]) -> PredictionError:
    """The error the worker told; one without words is shown with its facts."""
    found = PredictionError(str(error.get("code", "")), **error.get("facts", {}))
    try:
        found.message()
        found.remedy()
    except (KeyError, IndexError, ValueError, AttributeError):
        return PredictionError("predict_died", detail=f"{found.code} {found.facts or ''}".strip())
    return found
