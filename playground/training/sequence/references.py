"""The references of a task with one vector of scores a text: plain ones, a probe on frozen embeddings, and label names (zero-shot)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from playground.references.linear import Cells, Linear, fit_linear
from playground.references.outputs import OUTPUTS, Calibration, Matrix
from playground.references.plain import Both, Texts, majority, mean, tfidf
from playground.tasks import Reference, Task
from playground.training.texts import LabelledSplits, Part

#: Cosine similarities of label names differ by hundredths; this spreads them into scores without changing their order.
TEMPERATURE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Vectors of the frozen base of everything; of pairs see ``of_pairs``."""

    train: Matrix
    validation: Matrix
    test: Matrix
    #: One for each label name, in the order of the labels.
    names: Matrix


@dataclass(frozen=True, slots=True)
class Base:
    """What the frozen base says to new texts: by the probe, and by label names."""

    probe: Linear
    #: Vectors of the label names, and how their scores are read.
    names: Matrix
    names_calibration: Calibration


def of_pairs(first: Matrix, second: Matrix) -> Matrix:
    """Features of pairs of texts from the unit vectors of both: how far apart they lie and what they share (Conneau et al. 2017)."""
    return np.concatenate([np.abs(first - second), first * second], axis=1)


def by_name(vectors: Matrix, names: Matrix) -> Matrix:
    """Scores of how near each text lies to each label's name, rows x labels."""
    return np.asarray(vectors @ names.T / TEMPERATURE, np.float32)


def readable_name(label: str) -> str:
    """A label's name as words: ``cardArrival`` and ``card_arrival`` become "card arrival"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", label)
    words = re.sub(r"[_\-./:|\s]+", " ", spaced).strip()
    return (words.lower() if words.isascii() else words) or label


def fit_base(splits: LabelledSplits, embeddings: Embeddings, task: Task) -> Base:
    """The probe fitted on the training split, and label names read as suits the validation split."""
    cells = _cells(splits)
    probe = fit_linear(task, embeddings.train, embeddings.validation, cells)
    if "zero_shot" not in task.references:
        return Base(probe, np.zeros((0, embeddings.train.shape[1]), np.float32), {})
    scores, outputs = by_name(embeddings.validation, embeddings.names), OUTPUTS[task.name]
    calibration = outputs.calibrate(scores, splits.validation.labels, splits.labels, outputs.scale(splits.train.labels))
    return Base(probe, embeddings.names, calibration)


def asked(
    splits: LabelledSplits, embeddings: Embeddings, task: Task, base: Base
) -> Iterator[tuple[Reference, float, list[str]]]:  # fmt: skip
    """Every reference of the task, each as soon as it is known: its name, its score on the validation split, its answers to the test."""
    sizes = len(splits.validation), len(splits.test)
    outputs = OUTPUTS[task.name]

    def read(scores: Callable[[Matrix], Matrix], calibration: Calibration) -> Both:
        parts = (embeddings.validation, embeddings.test)
        return Both(*(outputs.cells(scores(part), splits.labels, calibration) for part in parts))

    makers: dict[Reference, Callable[[], Both]] = {
        "majority": lambda: majority(splits.train.labels, *sizes),
        "mean": lambda: mean(splits.train.labels, *sizes),
        "zero_shot": lambda: read(lambda vectors: by_name(vectors, base.names), base.names_calibration),
        "tfidf": lambda: tfidf(task, _texts(splits.train), _texts(splits.validation), _texts(splits.test), _cells(splits)),
        "probe": lambda: read(base.probe.scores, base.probe.calibration),
    }
    for name in task.references:
        both = makers[name]()
        yield name, task.score(splits.validation.labels, both.validation).values[task.watched_metric], both.test


def _cells(splits: LabelledSplits) -> Cells:
    return Cells(splits.train.labels, splits.validation.labels, splits.labels)


def _texts(part: Part) -> Texts:
    return Texts(part.texts, part.pairs)
