"""Predictions from a process of their own: an error there never takes the page down, and the app never imports torch.

The worker reads one JSON request a line on its standard input and answers one line each on its standard output; it ends by itself
when its input ends, so it does not outlive an app that was killed. What it prints otherwise goes to a file.
"""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from playground.devices import Device, find_device
from playground.errors import PredictionError
from playground.launch.command import Command, process_environment
from playground.runs.cause import explain
from playground.runs.reading import read_log
from playground.runs.types import Prediction

_LOG: Final = logging.getLogger(__name__)
#: How far back in the worker's output, in bytes, the cause of its end is looked for.
_LOG_TAIL: Final = 2**14
#: Causes a memory remedy fits.
_MEMORY_CODES: Final = ("out_of_memory", "killed_memory")


def worker_command(device: Device) -> Command:
    """How to start ``playground.predict`` on ``device``."""
    return Command((sys.executable, "-m", "playground.predict"), process_environment(device))


class PredictionWorkers:
    """Answers questions about runs, starting and ending the worker process as needed. Safe to use from any thread.

    :param home: the workspace; what the worker prints beside its answers goes to a file in it.
    :param command: how to start it; None means ``playground.predict`` on this machine's device.
    :param timeout: seconds one question may take, loading the model included.
    :param idle: seconds without a question after which ``end_idle`` ends the worker.
    """

    def __init__(self, home: Path, command: Command | None = None, *, timeout: float = 180.0, idle: float = 600.0) -> None:
        self._command = command
        self._log = home / "predictions.log"
        self._timeout = timeout
        self._idle = idle
        self._worker: _Worker | None = None
        #: Run folders the living worker was asked about.
        self._loaded: set[str] = set()
        self._lock = threading.Lock()
        self._last_used = time.monotonic()

    def ask(self, folder: Path, texts: Sequence[str], base: str | None = None) -> list[Prediction]:
        """Base and fine-tuned answers to ``texts`` by the run in ``folder``, in order.

        :param base: "zero_shot" or "probe"; None for the one the run's result names.
        :raises PredictionError: if the worker cannot be started, does not answer in time, ends, or says why it cannot answer.
        """
        return [_prediction(values) for values in self._request({"run": str(folder), "texts": list(texts), "base": base})]

    def warm(self, folder: Path) -> None:
        """Load the run's model in the background and return at once. A failure is told by the next ``ask``."""
        threading.Thread(target=self._warm, args=(folder,), name="warm-prediction", daemon=True).start()

    def end_idle(self) -> bool:
        """End the worker if nobody asked for long; True if it was ended. Never waits for an answer in progress."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if self._worker is None or time.monotonic() - self._last_used < self._idle:
                return False
            self._end()
            return True
        finally:
            self._lock.release()

    def close(self, *, patience: float = 5.0) -> None:
        """End the worker. A later ``ask`` starts a new one.

        :param patience: seconds an answer in progress is waited for; whoever still waits for it then gets a PredictionError.
        """
        if not self._lock.acquire(timeout=patience):
            if worker := self._worker:
                worker.kill()
            self._lock.acquire()
        try:
            self._end()
        finally:
            self._lock.release()

    def forget(self, folder: Path) -> None:
        """Let go of a run's files, so that its folder can be removed."""
        if str(folder) in self._loaded:
            self.close()

    def _warm(self, folder: Path) -> None:
        try:
            self._request({"run": str(folder), "warm": True})
        except PredictionError as error:
            _LOG.warning("warming up failed: %s", error)

    def _request(self, request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        with self._lock:
            if self._worker is None or not self._worker.alive:
                self._end()
                self._worker = _Worker(self._command or worker_command(find_device()), self._log)
            self._loaded.add(str(request["run"]))
            try:
                answer = self._worker.request(request, self._timeout)
            except PredictionError:
                self._end()
                raise
            finally:
                self._last_used = time.monotonic()
        if "error" in answer:
            raise _told(answer["error"])
        predictions: list[Mapping[str, Any]] = answer.get("predictions", [])
        return predictions

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None
            self._loaded.clear()


class _Worker:
    """One process and the thread that drains its answers."""

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

    def request(self, request: Mapping[str, Any], timeout: float) -> Mapping[str, Any]:
        """:raises PredictionError: if no answer comes."""
        self._count += 1
        line = json.dumps({"id": self._count, **request}).encode("ascii") + b"\n"
        late = threading.Event()
        # Killing it ends a write into a full pipe as well as the wait for an answer, so one clock covers both.
        clock = threading.Timer(timeout, self._kill_late, args=(late,))
        clock.daemon = True
        clock.start()
        try:
            return self._exchange(line)
        except (BrokenPipeError, EOFError) as error:
            code = self._process.wait()
            raise PredictionError("predict_timeout", seconds=round(timeout)) if late.is_set() else self._cause(code) from error
        finally:
            clock.cancel()

    def kill(self) -> None:
        """End the process at once, in the middle of an answer if need be."""
        self._process.kill()

    def end(self) -> None:
        """End the process, at the latest two seconds from now."""
        self._finalizer()

    def _exchange(self, line: bytes) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()
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


def _prediction(values: Mapping[str, Any]) -> Prediction:
    return Prediction(str(values["text"]), dict(values["base"]), dict(values["tuned"]))


def _told(error: Mapping[str, Any]) -> PredictionError:
    """The error the worker told; one without words is shown with its facts."""
    told = PredictionError(str(error.get("code", "")), **error.get("facts", {}))
    try:
        told.message()
        told.remedy()
    except (KeyError, IndexError, ValueError, AttributeError):
        return PredictionError("predict_died", detail=f"{told.code} {told.facts or ''}".strip())
    return told
