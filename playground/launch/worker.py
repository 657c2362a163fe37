"""Predictions from a process of their own: an error there never takes the page down, and the app never imports torch.

The worker reads one JSON request a line on its standard input and answers one line each on its standard output, or several where an
answer is told while it is being written; it ends by itself when its input ends, so it does not outlive an app that was killed. What it
prints otherwise goes to a file.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeAlias

from playground.devices import Device, find_device
from playground.errors import PredictionError
from playground.launch.command import Command, process_environment
from playground.launch.worker_process import WorkerProcess, told
from playground.runs.types import Prediction
from playground.runs.writing import StreamPart, WritingOptions

_LOG: Final = logging.getLogger(__name__)
#: A part of an answer, why there is none, or None after the last part.
_Said: TypeAlias = StreamPart | PredictionError | None


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
        self._worker: WorkerProcess | None = None
        #: Run folders the living worker was asked about.
        self._loaded: set[str] = set()
        self._lock = threading.Lock()
        self._last_used = time.monotonic()

    def ask(
        self, folder: Path, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None
    ) -> list[Prediction]:  # fmt: skip
        """Base and fine-tuned answers to ``texts`` by the run in ``folder``, in order.

        :param base: a reference that can answer new texts; None for the one the run's result names.
        :param pairs: the second text of each, for a task on pairs.
        :raises PredictionError: if the worker cannot be started, does not answer in time, ends, or says why it cannot answer.
        """
        return [
            Prediction.from_values(values)
            for values in self._request(
                {"run": str(folder), "texts": list(texts), "base": base, "pairs": None if pairs is None else list(pairs)}
            )
        ]

    def stream(self, folder: Path, prompt: str, options: WritingOptions) -> Iterator[StreamPart]:
        """Both answers to one prompt while they are being written, the last part done. Closing the iterator ends the writing soon.

        :raises PredictionError: as ``ask``; also "no_streaming" for a run whose answers are not written.
        """
        request = {"run": str(folder), "stream": True, "prompt": prompt, "options": asdict(options)}
        said: queue.SimpleQueue[_Said] = queue.SimpleQueue()
        called_off = threading.Event()
        threading.Thread(target=self._pump, args=(request, said.put, called_off), name="prediction-stream", daemon=True).start()
        try:
            while (part := said.get()) is not None:
                if isinstance(part, PredictionError):
                    raise part
                yield part
        finally:
            called_off.set()

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
            worker = self._ready(request)
            try:
                answer = worker.ask(request, self._timeout)
            except PredictionError:
                self._end()
                raise
            finally:
                self._last_used = time.monotonic()
        if "error" in answer:
            raise told(answer["error"])
        predictions: list[Mapping[str, Any]] = answer.get("predictions", [])
        return predictions

    def _pump(self, request: Mapping[str, Any], say: Callable[[_Said], None], called_off: threading.Event) -> None:
        """Pass on the parts of an answer. In a thread of its own, so that a reader who went away without a word blocks nobody."""
        with self._lock:
            try:
                for answer in self._parts(request, called_off):
                    if "error" in answer:
                        say(told(answer["error"]))
                    if "part" in answer:
                        say(StreamPart(**answer["part"], done=bool(answer.get("done"))))
            except PredictionError as error:
                self._end()
                say(error)
            finally:
                self._last_used = time.monotonic()
                say(None)

    def _parts(self, request: Mapping[str, Any], called_off: threading.Event) -> Iterator[Mapping[str, Any]]:
        """The lines that answer a request for a stream, the last one included."""
        if called_off.is_set():
            return
        worker, told_so = self._ready(request), False
        answer = worker.ask(request, self._timeout)
        yield answer
        while not (answer.get("done") or "error" in answer):
            if called_off.is_set() and not told_so:
                worker.call_off()
                told_so = True
            answer = worker.more(self._timeout)
            yield answer

    def _ready(self, request: Mapping[str, Any]) -> WorkerProcess:
        """The living worker, or a new one. :raises PredictionError: if it cannot be started."""
        if self._worker is None or not self._worker.alive:
            self._end()
            self._worker = WorkerProcess(self._command or worker_command(find_device()), self._log)
        self._loaded.add(str(request["run"]))
        return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.end()
            self._worker = None
            self._loaded.clear()
