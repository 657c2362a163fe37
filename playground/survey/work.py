"""The stages of a survey, one after the other: read the texts, count words, judge labels, compare, draw; then write it all down."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from playground.data.survey import POINTS, RESULT
from playground.launch.survey_folder import REQUEST, ROWS
from playground.models.cache import LocalModel, cached, fetch
from playground.models.catalogue import get_model
from playground.runs.folder import write_json
from playground.survey.judge import Judgement, judge
from playground.survey.layout import positions
from playground.survey.near import Neighbourhood, neighbourhood
from playground.survey.progress import Progress
from playground.survey.reader import Reader, read_all
from playground.survey.rows import Rows, read_rows
from playground.survey.telling import telling_words
from playground.survey.vectors import Read, VectorCache

#: Characters of a text shown on the map.
_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True)
class Request:
    """``survey.json``, as ``launch.survey`` writes it."""

    model: str
    task: Any
    #: Rows with a text in the whole data.
    total_rows: int
    #: Tokens of a text that are read.
    tokens: int
    #: Texts up to which the map is drawn by t-SNE.
    mapped: int
    #: Where vectors are kept.
    vectors: Path

    @classmethod
    def read(cls, folder: Path) -> Request:
        """:raises OSError: if there is no request."""
        values = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
        return cls(values["model"], values["task"], values["total_rows"], values["tokens"], values["mapped"], Path(values["vectors"]))


@dataclass(frozen=True, slots=True)
class Found:
    """What the stages found; places are positions in the rows."""

    #: A vector for each different text, a length for each row.
    read: Read
    judgement: Judgement
    neighbourhood: Neighbourhood
    positions: NDArray[np.float32]
    telling: dict[str, tuple[tuple[str, float], ...]]


def carry_out(folder: Path, progress: Progress) -> None:
    """The whole survey; its result is written last.

    :raises ModelError: if the base model cannot be had.
    """
    started = time.monotonic()
    request = Request.read(folder)
    rows = read_rows(pd.read_parquet(folder / ROWS), request.task)
    found = _look(rows, request, progress)
    _write(folder, rows, request, found, time.monotonic() - started)


def _look(rows: Rows, request: Request, progress: Progress) -> Found:
    from threadpoolctl import threadpool_limits

    first, back = _distinct(rows)
    read = _read(rows, first, request, progress)
    # From here on everything is many short products, whose threads wait for each other: measured on two cores beside other work, two
    # threads took ten to forty times as long as one.
    with threadpool_limits(1):
        return _consider(rows, Read(read.vectors, read.lengths[back]), back, request, progress)


def _consider(rows: Rows, read: Read, back: NDArray[np.int64], request: Request, progress: Progress) -> Found:
    vectors = read.as_float()
    progress.stage("words")
    telling = telling_words(rows.texts, rows.all_labels)
    progress.stage("judging")
    judgement = judge(rows, vectors[back], lambda: progress.stage("trial"))
    progress.stage("neighbours", len(vectors))
    near = neighbourhood(vectors, progress.tell)
    progress.stage("map")
    return Found(read, judgement, _of_rows(near, back), positions(vectors, request.mapped)[back], telling)


def _distinct(rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first row of each different text, and for each row which of those it is."""
    _, first, back = np.unique(rows.same, return_index=True, return_inverse=True)
    return first, back


def _read(rows: Rows, first: NDArray[np.int64], request: Request, progress: Progress) -> Read:
    """Vectors and lengths of the different texts."""
    model = _get_model(request.model, progress)
    tokens = min(request.tokens, get_model(request.model).max_positions)

    def open_reader() -> Reader:
        progress.stage("loading")
        return Reader.open(model, request.model, tokens)

    cache = VectorCache(request.vectors, f"{get_model(request.model).slug}-{model.sha256[:8]}-{tokens}")
    return read_all([rows.texts[place] for place in first], cache, open_reader, progress)


def _get_model(model_id: str, progress: Progress) -> LocalModel:
    if cached(model_id) is None:
        progress.stage("downloading")
    return fetch(model_id, on_progress=lambda download: progress.tell(download.done_bytes, download.total_bytes or 0))


def _of_rows(near: Neighbourhood, back: NDArray[np.int64]) -> Neighbourhood:
    """The same with every row of each text in the place of the text."""
    members: list[list[int]] = [[] for _ in range(int(back.max()) + 1)]
    for row, text in enumerate(back.tolist()):
        members[text].append(row)
    groups = [tuple(sorted(row for text in group for row in members[text])) for group in near.groups]
    outliers = tuple(row for text in near.outliers for row in members[text])
    return Neighbourhood(tuple(sorted(groups, key=lambda group: (-len(group), group))), outliers)


def _write(folder: Path, rows: Rows, request: Request, found: Found, seconds: float) -> None:
    points = pd.DataFrame(
        {
            "row": rows.numbers,
            "tokens": found.read.lengths,
            "x": found.positions[:, 0],
            "y": found.positions[:, 1],
            "label": list(rows.labels),
            "excerpt": [" ".join(text[: 2 * _EXCERPT].split())[:_EXCERPT] for text in rows.texts],
        }
    )
    draft = folder / f".{POINTS}"
    points.to_parquet(draft, index=False)
    draft.replace(folder / POINTS)
    judgement, numbers = found.judgement, rows.numbers.tolist()
    facts: dict[str, Any] = {
        "model": request.model,
        "task": request.task,
        "limit_tokens": get_model(request.model).max_positions,
        "total_rows": request.total_rows,
        "suspects": [asdict(one) for one in judgement.suspects],
        "judged_rows": judgement.judged_rows,
        "agreement": judgement.agreement,
        "trial": None if judgement.trial is None else asdict(judgement.trial),
        "near": [[numbers[place] for place in group] for group in found.neighbourhood.groups],
        "outliers": [numbers[place] for place in found.neighbourhood.outliers],
        "telling": found.telling,
        "seconds": round(seconds, 1),
    }
    write_json(folder / RESULT, facts)
