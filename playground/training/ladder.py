"""What the fine-tune is compared with: asked once, kept in the run's folder, so that a later slice or a resumed run does not ask again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final, get_args

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file

from playground.runs.events import ReferenceEvent
from playground.runs.folder import read_json, write_json
from playground.tasks import Reference
from playground.training.embed import Matrix
from playground.training.methods import in_place
from playground.training.objective import Scene

#: Inside the run folder.
FOLDER: Final = "references"
_ANSWERS: Final = "test.parquet"
_METRICS: Final = "metrics.json"
_VECTORS: Final = "vectors.safetensors"

#: The references' cells for the test split, by name, in the order of the task.
Ladder = Mapping[Reference, list[str]]


def ask_references(scene: Scene) -> Ladder:
    """The references, from disk or anew."""
    work = scene.work
    kept = read_ladder(work.folder.path)
    if kept is not None:
        return kept
    work.voice.stage("references")
    folder(work.folder.path)
    metrics: dict[str, float | None] = {}
    cells: dict[Reference, list[str]] = {}
    for name, metric, answers in _asked(scene):
        metrics[name], cells[name] = metric, answers
        if metric is not None:
            work.voice.tell(ReferenceEvent(name=name, metric=metric))
    work.ranks.first_only(lambda: write_ladder(work.folder.path, cells, metrics))
    work.check()
    written = read_ladder(work.folder.path)
    assert written is not None
    return written


def _asked(scene: Scene) -> Iterator[tuple[Reference, float | None, list[str]]]:
    with untouched(scene):
        yield from scene.work.objective.ask_references(scene)


@contextmanager
def untouched(scene: Scene) -> Iterator[None]:
    """The base as it was before it was adapted."""
    # What is trained in place is still as it was, and has no adapter to switch off.
    with nullcontext() if in_place(scene.recipe, scene.work.objective) else scene.model.disable_adapter():
        yield


def folder(run: Path) -> Path:
    """Where a run keeps its references; made if missing."""
    place = run / FOLDER
    place.mkdir(exist_ok=True)
    return place


def read_ladder(run: Path) -> Ladder | None:
    """What an earlier attempt computed; None if it did not come to its end."""
    place = run / FOLDER
    if read_json(place / _METRICS) is None:
        return None
    frame = pd.read_parquet(place / _ANSWERS)
    names: tuple[Reference, ...] = get_args(Reference)
    return {name: [str(answer) for answer in frame[name]] for column in frame for name in names if name == column}


def write_ladder(run: Path, cells: Ladder, metrics: Mapping[str, float | None]) -> None:
    """Keep what the references said; the metrics are written last, and vectors kept on the way go."""
    place = folder(run)
    pd.DataFrame(dict(cells)).to_parquet(place / _ANSWERS, index=False)
    write_json(place / _METRICS, dict(metrics))
    (place / _VECTORS).unlink(missing_ok=True)


def save_vectors(run: Path, vectors: Matrix) -> None:
    """Keep the vectors computed so far (the first rows of everything), so that slices shorter than the embedding come to its end."""
    part = folder(run) / f".{_VECTORS}"
    save_file({"vectors": np.ascontiguousarray(vectors)}, part)
    part.replace(folder(run) / _VECTORS)


def read_vectors(run: Path, width: int) -> Matrix:
    """Vectors an earlier attempt computed; none of them if there was none."""
    path = run / FOLDER / _VECTORS
    if not path.is_file():
        return np.zeros((0, width), np.float32)
    return np.asarray(load_file(path)["vectors"], np.float32)
