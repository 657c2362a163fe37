"""What lies where in a run's folder, and how it is written so that a reader never sees half a file.

The app writes ``run.json``, ``recipe.json``, ``splits.parquet``, ``queue.json``, ``launch.json``, ``stop.json``, ``exit.json``,
``smaller.json`` and gives the child ``console.log``; training writes everything else. No file has two writers.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

RUN: Final = "run.json"
RECIPE: Final = "recipe.json"
SPLITS: Final = "splits.parquet"
QUEUE: Final = "queue.json"
LAUNCH: Final = "launch.json"
STOP: Final = "stop.json"
EXIT: Final = "exit.json"
SMALLER: Final = "smaller.json"
LOG: Final = "console.log"
EVENTS: Final = "events.jsonl"
CHECKPOINTS: Final = "checkpoints"
ADAPTER: Final = "adapter"
#: A base model made from nothing for this run.
BASE: Final = "base"
#: A whole model, left by a run on running text.
PRETRAINED: Final = "model"
#: What comes of each seed after the first, and the first one's result until the others are done.
SEEDS: Final = "seeds"
FIRST: Final = "first.json"
PREDICTIONS: Final = "predictions.parquet"
RESULT: Final = "result.json"
TRACKING: Final = "tracking"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The paths of one run. Nothing is read or created by naming it."""

    path: Path

    @property
    def run(self) -> Path:
        """Who asked for this run, and on which data (app, before start)."""
        return self.path / RUN

    @property
    def recipe(self) -> Path:
        """Every setting of the fine-tune (app, before start)."""
        return self.path / RECIPE

    @property
    def splits(self) -> Path:
        """Columns row, text, label, split (app, before start)."""
        return self.path / SPLITS

    @property
    def queue(self) -> Path:
        """The run's place in the queue (app, while it waits)."""
        return self.path / QUEUE

    @property
    def launch(self) -> Path:
        """The process of the newest attempt (app, at start)."""
        return self.path / LAUNCH

    @property
    def stop(self) -> Path:
        """A person's wish to stop (app)."""
        return self.path / STOP

    @property
    def exit(self) -> Path:
        """How the child ended, when the app lived to see it (app)."""
        return self.path / EXIT

    @property
    def smaller(self) -> Path:
        """What was asked before memory ran out and the recipe was made smaller (app)."""
        return self.path / SMALLER

    @property
    def log(self) -> Path:
        """Everything the child printed, of all attempts."""
        return self.path / LOG

    @property
    def events(self) -> Path:
        """One JSON line per event, of all attempts (training)."""
        return self.path / EVENTS

    @property
    def checkpoints(self) -> Path:
        """Where training keeps what it can go on from (training)."""
        return self.path / CHECKPOINTS

    @property
    def pretrained(self) -> Path:
        """The whole model that a run on running text leaves (training)."""
        return self.path / PRETRAINED

    @property
    def adapter(self) -> Path:
        """The fine-tuned weights, tokenizer and label names (training)."""
        return self.path / ADAPTER

    @property
    def seeds(self) -> Path:
        """A folder for each seed after the first, where there are several (training)."""
        return self.path / SEEDS

    @property
    def first(self) -> Path:
        """The result of the first of several seeds, before the others are done (training)."""
        return self.seeds / FIRST

    @property
    def predictions(self) -> Path:
        """Answers to the test split (training, before the result)."""
        return self.path / PREDICTIONS

    @property
    def tracking(self) -> Path:
        """The log for TensorBoard or trackio (the process that training keeps beside it for that)."""
        return self.path / TRACKING

    @property
    def result(self) -> Path:
        """What training measured (training, last, by rename): its existence means complete."""
        return self.path / RESULT


def write_text(path: Path, text: str) -> None:
    """Put ``text`` in place in one step and on disk: a reader sees the old file or the new one, even after a power cut.

    :raises OSError: if the disk is full or the folder is gone.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """``write_text`` of a JSON object.

    :raises OSError: if the disk is full or the folder is gone.
    """
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False))


def read_json(path: Path) -> dict[str, Any] | None:
    """The JSON object in ``path``; None if the file is absent or is none (a file of ours never is half written)."""
    try:
        values = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return values if isinstance(values, dict) else None
