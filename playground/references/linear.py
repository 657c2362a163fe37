"""Linear models on fixed features: the probe on frozen embeddings, and TF-IDF.

Training rows are capped at ``MOST_ROWS``, drawn evenly over the file: beyond that these models are at their plateau, and they must not
take longer than the fine-tune. Their regularisation is chosen on the validation split, as the fine-tune's best checkpoint is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.references.outputs import OUTPUTS, Calibration, Matrix
from playground.tasks import Task
from playground.tasks.types import lower_is_better

#: Most training rows a reference is fitted on.
MOST_ROWS: Final = 50_000
#: Most training rows a new head is fitted on before it is trained: more of them would take longer than they save.
MOST_ROWS_OF_A_HEAD: Final = 5_000
#: Above this many rows one strength of regularisation is taken instead of trying three.
_TRY_UP_TO: Final = 10_000
#: Inverse strengths of regularisation, weakest reference first; the middle one where only one is tried.
_STRENGTHS: Final = (1.0, 10.0, 100.0)


@dataclass(frozen=True, slots=True)
class Linear:
    """A fitted linear model and how its scores are read."""

    #: Columns of scores x features.
    coefficients: Matrix
    intercepts: NDArray[np.float32]
    calibration: Calibration = field(default_factory=dict)

    def scores(self, features: Any) -> Matrix:
        """Rows x columns; ``features`` may be sparse."""
        return np.asarray(features @ self.coefficients.T + self.intercepts, np.float32)


@dataclass(frozen=True, slots=True)
class Cells:
    """Label cells of the splits a linear model sees, and the names they may hold."""

    train: Sequence[str]
    validation: Sequence[str]
    labels: Sequence[str]


def fit_linear(task: Task, train: Any, validation: Any, cells: Cells) -> Linear:
    """The best of a few regularisations on the validation split.

    :param train: features of the training rows, (rows, features), sparse or not; ``validation`` likewise.
    """
    outputs = OUTPUTS[task.name]
    rows = sample(len(cells.train))
    features, expected = train[rows], [cells.train[row] for row in rows]
    strengths = _STRENGTHS if len(expected) <= _TRY_UP_TO else _STRENGTHS[1:2]
    scale = outputs.scale(cells.train)
    sign = -1 if lower_is_better(task.primary_metric) else 1
    found: list[tuple[float, Linear]] = []
    for strength in strengths:
        model = Linear(*outputs.fit(features, expected, cells.labels, strength))
        scores = model.scores(validation)
        calibration = outputs.calibrate(scores, cells.validation, cells.labels, scale)
        metrics = task.score(cells.validation, outputs.cells(scores, cells.labels, calibration)).values
        found.append((sign * metrics[task.primary_metric], Linear(model.coefficients, model.intercepts, calibration)))
    return max(found, key=lambda pair: pair[0])[1]


def sample(rows: int, most: int = MOST_ROWS) -> list[int]:
    """At most ``most`` row numbers, evenly spread."""
    return list(range(rows)) if rows <= most else [row * rows // most for row in range(most)]
