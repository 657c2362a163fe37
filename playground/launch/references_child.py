"""``python -m playground.launch.references_child FOLDER``: how far simple methods get on a dataset; the answer is its result.json.

Exit codes: 0 done, 1 failed (the cause is in the folder's events). What is asked and answered is described in ``launch.references``.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from playground.data.split import split_examples
from playground.data.types import TaskName
from playground.errors import PlaygroundError
from playground.launch.errands import REQUEST
from playground.launch.process import give_way
from playground.references.linear import Cells
from playground.references.nearest import nearest
from playground.references.plain import Texts, majority, mean, tfidf
from playground.references.tagger import linear_tagger, majority_tag
from playground.runs.events import FailedEvent
from playground.runs.folder import RunFolder, read_json, write_json
from playground.runs.writer import EventWriter
from playground.tasks import Task, get_task
from playground.tasks.generation import Written


def scores(request: Mapping[str, Any]) -> dict[str, float]:
    """Reference -> the task's primary metric on the validation split, weakest first.

    :raises PlaygroundError: if the data cannot be split that way.
    """
    task = get_task(str(request["task"]))
    rows = split_examples(
        pd.read_parquet(request["data"]).astype("str"), validation_share=float(request["validation_share"]),
        test_share=float(request["test_share"]), seed=int(request["seed"]), task=cast(TaskName, task.name),
    )  # fmt: skip
    train, validation = rows[rows["split"] == "train"], rows[rows["split"] == "validation"]
    answers = _ANSWERS.get(task.name, _labelled)(task, train, validation)
    expected = validation["label"].tolist()
    return {name: task.score(expected, given).values[task.primary_metric] for name, given in answers.items()}


def _labelled(task: Task, train: pd.DataFrame, validation: pd.DataFrame) -> dict[str, list[str]]:
    """The same answer for everything, and a linear model on TF-IDF."""
    expected = validation["label"].tolist()
    cells = Cells(train["label"].tolist(), expected, task.labels(train["label"].tolist()))
    plainest = mean if "mean" in task.references else majority
    first = "mean" if "mean" in task.references else "majority"
    return {
        first: plainest(cells.train, len(expected), 0).validation,
        # What the test split would get stays unknown until the run: the validation rows stand in for it.
        "tfidf": tfidf(task, _texts(train), _texts(validation), _texts(validation), cells).validation,
    }


def _tagged(task: Task, train: pd.DataFrame, validation: pd.DataFrame) -> dict[str, list[str]]:
    """The same tag for every word, and a linear model on spelling and neighbours."""
    known, words = train["label"].tolist(), validation["text"].tolist()
    return {"majority": majority_tag(known, words), "tagger": linear_tagger(train["text"].tolist(), known, words)}


def _written(task: Task, train: pd.DataFrame, validation: pd.DataFrame) -> dict[str, list[str]]:
    """The most frequent answer, and the answer to the most similar prompt."""
    known = train["label"].tolist()
    found = {
        "majority": majority(known, len(validation), 0).validation,
        "nearest": nearest(train["text"].tolist(), known, validation["text"].tolist()),
    }
    return {name: [Written(text).cell for text in texts] for name, texts in found.items()}


#: Tasks whose answers are no label or number.
_ANSWERS: Final[Mapping[str, Callable[[Task, pd.DataFrame, pd.DataFrame], dict[str, list[str]]]]] = {
    "token-classification": _tagged, "generation": _written,
}  # fmt: skip


def _texts(rows: pd.DataFrame) -> Texts:
    return Texts(rows["text"].tolist(), rows["text_pair"].tolist() if "text_pair" in rows else [])


def answer(folder: Path) -> int:
    """Work out what ``folder`` asks for; what goes wrong becomes an event and a traceback on stderr."""
    files = RunFolder(folder.resolve())
    request = read_json(files.path / REQUEST) or {}
    try:
        found = scores(request)
    except (PlaygroundError, OSError, ValueError, KeyError) as error:
        traceback.print_exc()
        code, facts = (error.code, dict(error.facts)) if isinstance(error, PlaygroundError) else ("training_error", {"detail": repr(error)})
        EventWriter(files.path).append(FailedEvent(code=code, facts=facts))
        return 1
    write_json(files.result, {"scores": found, "metric": get_task(str(request["task"])).primary_metric})
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.launch.references_child", description="Score simple methods.")
    parser.add_argument("folder", type=Path)
    give_way()
    return answer(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
