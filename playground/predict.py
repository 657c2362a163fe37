"""The prediction worker: ``python -m playground.predict`` answers JSON lines on stdin with JSON lines on stdout, until stdin ends.

    {"id": 1, "run": "/path/to/run", "texts": ["..."], "base": "zero_shot" | "probe" | null}
        -> {"id": 1, "predictions": [{"text": "...", "base": {label: probability}, "tuned": {label: probability}}]}
        or {"id": 1, "error": {"code": "...", "facts": {...}}}
    {"id": 2, "run": "/path/to/run", "warm": true}  loads only  -> {"id": 2, "predictions": []}

It is a process of its own, so that running out of memory here never takes the page down. ``predict_texts`` is the same as a function,
for hosts that lend a GPU to a call. torch is imported with the first question.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from playground.runs.types import Prediction
from playground.training.before_torch import prepare_process
from playground.training.entry import explain

if TYPE_CHECKING:
    from playground.training.answer import Shelf

#: Training speaks of itself when it fails; a prediction that fails the same way is told in words of its own.
_CODES = {"training_crashed": "prediction_crashed", "out_of_memory": "predict_memory"}


def predict_texts(run_folder: Path, texts: Sequence[str], base: str | None = None) -> list[Prediction]:
    """Base and fine-tuned answers of a finished run to ``texts``; the run stays loaded for the next call.

    :param base: "zero_shot" or "probe"; None takes the one the run was compared with.
    :raises PredictionError: "not_finished" or "no_reference".
    :raises ModelError: if the base model cannot be had.
    """
    return _shelf().get(Path(run_folder)).answer(texts, base)


@cache
def _shelf() -> Shelf:
    prepare_process()
    from playground.training.answer import Shelf

    return Shelf()


def reply(line: str) -> dict[str, Any]:
    """The answer to one request; every failure is an answer too."""
    question: dict[str, Any] = {}
    try:
        question = json.loads(line)
        return {"id": question.get("id"), "predictions": _predictions(question)}
    except Exception as error:
        traceback.print_exc()
        code, facts = explain(error)
        return {"id": question.get("id") if isinstance(question, dict) else None, "error": {"code": _CODES.get(code, code), "facts": facts}}


def _predictions(question: Mapping[str, Any]) -> list[dict[str, Any]]:
    run = Path(question["run"])
    if question.get("warm"):
        # One pass over a text, or the first real question would still pay for what libraries set up late.
        predict_texts(run, ["warm"])
        return []
    return [asdict(prediction) for prediction in predict_texts(run, question["texts"], question.get("base"))]


def take_stdout() -> TextIO:
    """Keep the real stdout for answers; whatever libraries print goes to stderr, even from C."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return answers


def main() -> int:
    answers = take_stdout()
    for line in sys.stdin:
        if line.strip():
            answers.write(json.dumps(reply(line), ensure_ascii=False) + "\n")
            answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
