"""The prediction worker: ``python -m playground.predict`` answers JSON lines on stdin with JSON lines on stdout, until stdin ends.

    {"id": 1, "run": "/path/to/run", "texts": ["..."], "base": "zero_shot" | "probe" | null}
        -> {"id": 1, "predictions": [{"text": "...", "base": {label: probability}, "tuned": {label: probability}}]}
        or {"id": 1, "error": {"code": "...", "facts": {...}}}
    {"id": 2, "run": "/path/to/run", "warm": true}  loads only  -> {"id": 2, "predictions": []}
    {"id": 3, "run": "/path/to/run", "stream": true, "prompt": "...", "options": {"system": "", "temperature": 0.0}}
        -> {"id": 3, "part": {"base": "all of it so far", "tuned": "..."}} again and again, with "done": true in the last one
    {"cancel": 3}  while that is being answered  -> {"id": 3, "done": true} soon, and nothing more of it

It is a process of its own, so that running out of memory here never takes the page down. ``predict_texts`` is the same as a function,
for hosts that lend a GPU to a call. torch is imported with the first question.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, TextIO, runtime_checkable

from playground.errors import PredictionError
from playground.runs.types import Prediction
from playground.runs.writing import StreamPart, WritingOptions
from playground.training.before_torch import prepare_process
from playground.training.entry import explain

if TYPE_CHECKING:
    from playground.training.answer import Shelf

#: Training speaks of itself when it fails; a prediction that fails the same way is told in words of its own.
_CODES = {"training_crashed": "prediction_crashed", "out_of_memory": "predict_memory"}


def predict_texts(
    run_folder: Path, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None
) -> list[Prediction]:  # fmt: skip
    """Base and fine-tuned answers of a finished run to ``texts``; the run stays loaded for the next call.

    :param base: a reference that can answer new texts; None takes the one the run was compared with.
    :param pairs: the second text of each, for a task on pairs.
    :raises PredictionError: "not_finished" or "no_reference".
    :raises ModelError: if the base model cannot be had.
    """
    return _shelf().get(Path(run_folder)).answer(texts, base, pairs)


def stream_text(run_folder: Path, prompt: str, options: WritingOptions) -> Iterator[StreamPart]:
    """Both answers to one prompt (a question, or a JSON list of messages) while they are being written.

    :raises PredictionError: "not_finished"; "no_streaming" for a run whose answers are not written.
    :raises ModelError: if the base model cannot be had.
    """
    answerer = _shelf().get(Path(run_folder))
    if not isinstance(answerer, Streamer):
        raise PredictionError("no_streaming")
    yield from answerer.stream(prompt, options)


@runtime_checkable
class Streamer(Protocol):
    """An ``Answerer`` whose answers grow."""

    def stream(self, text: str, options: WritingOptions) -> Iterator[StreamPart]:
        """Each part holds everything written so far; the last one is done."""


@cache
def _shelf() -> Shelf:
    prepare_process()
    from playground.training.answer import Shelf

    return Shelf()


class Inbox:
    """The lines of stdin, read ahead by a thread of their own, so that a question can be called off while it is being answered."""

    def __init__(self, source: TextIO) -> None:
        self._arriving: SimpleQueue[str | None] = SimpleQueue()
        self._waiting: deque[str] = deque()
        self._ended = False
        Thread(target=self._read, args=(source,), name="inbox", daemon=True).start()

    def __iter__(self) -> Iterator[str]:
        while True:
            if self._waiting:
                yield self._waiting.popleft()
            elif self._ended or (line := self._arriving.get()) is None:
                return
            else:
                yield line

    def called_off(self, number: Any) -> bool:
        """Whether the one who asked question ``number`` said that they do not wait for it any more, or is gone."""
        with suppress(Empty):
            while (line := self._arriving.get_nowait()) is not None:
                self._waiting.append(line)
            self._ended = True
        return self._ended or any(_cancelled(line) == number for line in self._waiting)

    def _read(self, source: TextIO) -> None:
        for line in source:
            if line.strip():
                self._arriving.put(line)
        self._arriving.put(None)


def replies(line: str, called_off: Callable[[Any], bool] = lambda number: False) -> Iterator[dict[str, Any]]:
    """The answer to one request, line by line; every failure is an answer too.

    :param called_off: whether the question of this number is not to be answered to its end.
    """
    question: dict[str, Any] = {}
    number: Any = None
    try:
        question = json.loads(line)
        number = question.get("id")
        if question.get("stream"):
            yield from _streamed(question, called_off)
        elif "cancel" not in question:
            yield {"id": number, "predictions": _predictions(question)}
    except Exception as error:
        traceback.print_exc()
        code, facts = explain(error)
        yield {"id": number, "error": {"code": _CODES.get(code, code), "facts": facts}}


def _streamed(question: Mapping[str, Any], called_off: Callable[[Any], bool]) -> Iterator[dict[str, Any]]:
    number = question["id"]
    for part in stream_text(Path(question["run"]), question["prompt"], WritingOptions(**question.get("options", {}))):
        yield {"id": number, "part": {"base": part.base, "tuned": part.tuned}} | ({"done": True} if part.done else {})
        if not part.done and called_off(number):
            yield {"id": number, "done": True}
            return


def _cancelled(line: str) -> Any:
    """The number of the question that a line calls off; None for any other line."""
    with suppress(ValueError):
        values = json.loads(line)
        return values.get("cancel") if isinstance(values, dict) else None
    return None


def _predictions(question: Mapping[str, Any]) -> list[dict[str, Any]]:
    run = Path(question["run"])
    if question.get("warm"):
        # One pass over a text, or the first real question would still pay for what libraries set up late.
        predict_texts(run, ["warm ___"])
        return []
    return [asdict(prediction) for prediction in predict_texts(run, question["texts"], question.get("base"), question.get("pairs"))]


def take_stdout() -> TextIO:
    """Keep the real stdout for answers; whatever libraries print goes to stderr, even from C."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def main() -> int:
    answers, inbox = take_stdout(), Inbox(sys.stdin)
    for line in inbox:
        for answer in replies(line, inbox.called_off):
            answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
            answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
