"""What a tagger is compared with: always the same tag, and a linear tagger on the words of the frozen base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from torch import nn

from playground.data.types import SplitName
from playground.references.outputs import Matrix, OneLabelOutputs
from playground.training import ladder
from playground.training.embed import Batch, Batches, width_of
from playground.training.load import encoder_of
from playground.training.objective import BASE_FILE, Sample, Scene
from playground.training.tokens.samples import most_words, with_tags
from playground.training.tokens.words import at_places, padded

#: Words a row gives to the fit, evenly spread, and most words in all: beyond that a linear tagger is at its plateau.
_WORDS_A_ROW: Final = 32
_MOST_WORDS: Final = 50_000
_STRENGTH: Final = 1.0


def ask_probe(scene: Scene) -> Mapping[SplitName, Matrix]:
    """The linear tagger's tag numbers for validation and test, rows x words; it is written down for later questions."""
    features, tags = _training_words(scene)
    probe = fit_probe(features, tags, len(scene.loaded.labels))
    if scene.work.ranks.first:
        save_probe(probe, ladder.folder(scene.work.folder.path) / BASE_FILE)
    return {name: probed(scene.samples[name], encoder_of(scene.model), scene.batches(), probe) for name in ("validation", "test")}


Probe = tuple[Matrix, NDArray[np.float32]]


def fit_probe(features: Matrix, tags: NDArray[np.int64], labels: int) -> Probe:
    """Coefficients (tags x width) and intercepts of a multinomial logistic regression.

    :param features: one row a word.
    """
    names = [str(number) for number in range(labels)]
    if len(set(tags.tolist())) < 2:  # nothing to tell apart
        return np.zeros((labels, features.shape[1]), np.float32), -(np.arange(labels) != tags[0]).astype(np.float32)
    return OneLabelOutputs().fit(features, [names[tag] for tag in tags], names, _STRENGTH)


def probed(samples: Sequence[Sample], encoder: nn.Module, batches: Batches, probe: Probe) -> Matrix:
    """The number of each word's most probable tag, rows x words of the longest row."""
    coefficients, intercepts = (torch.from_numpy(part).to(batches.device) for part in probe)
    width = most_words(samples)
    encoder.eval()

    def compute(batch: Batch) -> torch.Tensor:
        words = _words(encoder, batch)
        return with_tags(words.new_zeros(len(words), 0), words @ coefficients.T + intercepts, width)

    return batches.map(samples, compute, width, lambda some: _placed(some, batches, [sample.target.worded.places for sample in some]))


def save_probe(probe: Probe, path: Path) -> None:
    """As safetensors."""
    save_file({"coef": np.ascontiguousarray(probe[0]), "intercept": probe[1]}, path)


def load_probe(path: Path) -> Probe:
    """:raises OSError: if the file is not there."""
    tensors = load_file(path)
    return tensors["coef"], tensors["intercept"]


def _training_words(scene: Scene) -> tuple[Matrix, NDArray[np.int64]]:
    """Vectors of some words of the training split, and the numbers of their tags."""
    samples = _some(scene.samples["train"])
    chosen = [_evenly(len(sample.target.tags)) for sample in samples]
    encoder, batches = encoder_of(scene.model), scene.batches()
    encoder.eval()
    width, most = width_of(encoder), max([1, *map(len, chosen)])
    spots = {id(sample): [sample.target.worded.places[place] for place in places] for sample, places in zip(samples, chosen, strict=True)}

    def compute(batch: Batch) -> torch.Tensor:
        words = _words(encoder, batch)
        return nn.functional.pad(words, (0, 0, 0, most - words.shape[1])).flatten(1)

    table = batches.map(samples, compute, most * width, lambda some: _placed(some, batches, [spots[id(sample)] for sample in some]))
    rows = [table[row].reshape(most, width)[: len(places)] for row, places in enumerate(chosen)]
    tags = [sample.target.tags[place] for sample, places in zip(samples, chosen, strict=True) for place in places]
    return np.concatenate(rows), np.array(tags, np.int64)


def _some(samples: Sequence[Sample]) -> list[Sample]:
    """Rows with words, evenly spread, as many as the fit needs."""
    rows = [sample for sample in samples if sample.target.tags]
    words = sum(min(_WORDS_A_ROW, len(sample.target.tags)) for sample in rows)
    count = max(1, min(len(rows), len(rows) * _MOST_WORDS // max(1, words)))
    return [rows[number * len(rows) // count] for number in range(count)]


def _evenly(words: int) -> list[int]:
    return list(range(words)) if words <= _WORDS_A_ROW else [place * words // _WORDS_A_ROW for place in range(_WORDS_A_ROW)]


def _placed(samples: Sequence[Sample], batches: Batches, places: list[list[int]]) -> Batch:
    return batches.pad([sample.inputs for sample in samples]) | {"places": padded(places)}


def _words(encoder: Any, batch: Batch) -> torch.Tensor:
    """Hidden states at the words, (rows, words, width)."""
    places = batch.pop("places")
    return at_places(encoder(**batch).last_hidden_state.float(), places)
