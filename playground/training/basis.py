"""References of a run, computed once and kept in its folder, so that a later slice or a resumed run does not compute them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import numpy as np
import pandas as pd
from safetensors.numpy import load_file, save_file

from playground.runs.folder import read_json, write_json
from playground.tasks import Reference, Task
from playground.training.embed import Matrix
from playground.training.references import Embeddings, Probe, Scored, score_all
from playground.training.texts import LabelledSplits

#: Inside the run folder.
FOLDER: Final = "references"
#: The base model's own answers: a probe and the vectors of the label names (also beside the adapter).
PROBE: Final = "probe.safetensors"
_ANSWERS: Final = "test.parquet"
_METRICS: Final = "metrics.json"
_VECTORS: Final = "vectors.safetensors"


@dataclass(frozen=True, slots=True)
class Basis:
    """What "base" is made of when somebody asks: without the fine-tune, from the frozen model's vectors."""

    probe: Probe
    #: Vectors of the label names, in the order of the labels.
    names: Matrix

    def save(self, path: Path) -> None:
        """As safetensors."""
        save_file({"coef": self.probe.coefficients, "intercept": self.probe.intercepts, "label_vectors": self.names}, path)

    @classmethod
    def load(cls, path: Path) -> Basis:
        """:raises OSError: if the file is not there."""
        tensors = load_file(path)
        return cls(Probe(tensors["coef"], tensors["intercept"]), tensors["label_vectors"])


@dataclass(frozen=True, slots=True)
class Ladder:
    """The references' answers to the test split, by name, and the basis of "base"."""

    answers: dict[Reference, list[str]]
    basis: Basis


def read_ladder(run: Path) -> Ladder | None:
    """What an earlier attempt computed; None if it did not come to its end."""
    folder = run / FOLDER
    if read_json(folder / _METRICS) is None:
        return None
    frame = pd.read_parquet(folder / _ANSWERS)
    answers: dict[Reference, list[str]] = {name: [str(answer) for answer in frame[name]] for name in get_args(Reference) if name in frame}
    return Ladder(answers, Basis.load(folder / PROBE))


def make_ladder(run: Path, splits: LabelledSplits, embeddings: Embeddings, task: Task, tell: Callable[[Scored], None]) -> Ladder:
    """Score every reference of the task and keep what came out; the metrics are written last."""
    folder = run / FOLDER
    folder.mkdir(exist_ok=True)
    scored, probe = score_all(splits, embeddings, task, tell)
    ladder = Ladder({one.name: one.answers for one in scored}, Basis(probe, embeddings.names))
    ladder.basis.save(folder / PROBE)
    pd.DataFrame(ladder.answers).to_parquet(folder / _ANSWERS, index=False)
    write_json(folder / _METRICS, {one.name: one.metric for one in scored})
    (folder / _VECTORS).unlink(missing_ok=True)
    return ladder


def save_vectors(run: Path, vectors: Matrix) -> None:
    """Keep the vectors computed so far (the first rows of everything), so that slices shorter than the embedding come to its end."""
    folder = run / FOLDER
    folder.mkdir(exist_ok=True)
    part = folder / f".{_VECTORS}"
    save_file({"vectors": np.ascontiguousarray(vectors)}, part)
    part.replace(folder / _VECTORS)


def read_vectors(run: Path, width: int) -> Matrix:
    """Vectors an earlier attempt computed; none of them if there was none."""
    path = run / FOLDER / _VECTORS
    if not path.is_file():
        return np.zeros((0, width), np.float32)
    return np.asarray(load_file(path)["vectors"], np.float32)
