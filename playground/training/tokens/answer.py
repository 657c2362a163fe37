"""Entities in new texts from one loaded model: fine-tuned with the adapter on, the linear tagger on the frozen base with it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import PeftModel

from playground.data.meaning.entities import entities
from playground.data.meaning.rows import tokens_and_places
from playground.errors import PredictionError
from playground.recipe import Recipe
from playground.runs.types import FoundEntity, Prediction
from playground.training.embed import Batch, Batches
from playground.training.load import Loaded, encoder_of
from playground.training.objective import BASE_FILE, Sample
from playground.training.tokens.probe import Probe, load_probe, probed
from playground.training.tokens.samples import OUTSIDE, most_words, tagged, tags_of, together, with_tags
from playground.training.tokens.words import WordEncoder, at_places


@dataclass(frozen=True, slots=True)
class TagAnswerer:
    """The ``Answerer`` of token classification."""

    loaded: Loaded
    model: PeftModel
    batches: Batches
    probe: Probe
    recipe: Recipe

    @classmethod
    def open(cls, loaded: Loaded, model: PeftModel, batches: Batches, adapter: Path, recipe: Recipe) -> TagAnswerer:
        """With the linear tagger that lies beside the adapter."""
        return cls(loaded, model, batches, load_probe(adapter / BASE_FILE), recipe)

    def answer(self, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None) -> list[Prediction]:
        """The entities both mark in each running text.

        :param base: "probe", the only reference that can answer new texts.
        :raises PredictionError: "no_reference" for another base.
        """
        if base not in (None, "probe"):
            raise PredictionError("no_reference", name=base, known="probe")
        rows = [tokens_and_places(text) for text in texts]
        samples = self._samples([[word for word, _, _ in row] for row in rows])
        with self.model.disable_adapter():
            before = probed(samples, encoder_of(self.model), self.batches, self.probe)
        tuned = self._tuned(samples)
        return [
            Prediction(text, self._found(text, row, sample, old), self._found(text, row, sample, new))
            for text, row, sample, old, new in zip(texts, rows, samples, before, tuned, strict=True)
        ]

    def _samples(self, rows: Sequence[Sequence[str]]) -> list[Sample]:
        encoder = WordEncoder(self.loaded.tokenizer, self.recipe.max_length)
        numbers = {tag: number for number, tag in enumerate(self.loaded.labels)}
        return [tagged(encoder, words, [OUTSIDE] * len(words), numbers) for words in rows]

    def _tuned(self, samples: Sequence[Sample]) -> np.ndarray[Any, Any]:
        width = most_words(samples)

        def compute(batch: Batch) -> torch.Tensor:
            places = batch.pop("places")
            batch.pop("tags")
            scores = at_places(self.model(**batch).logits, places)
            return with_tags(torch.zeros(len(scores), 0, device=scores.device), scores, width)

        return self.batches.map(samples, compute, width, lambda some: together(some, self.batches))

    def _found(
        self, text: str, row: Sequence[tuple[str, int, int]], sample: Sample, numbers: np.ndarray[Any, Any]
    ) -> tuple[FoundEntity, ...]:  # fmt: skip
        found = entities(tags_of(sample.target, numbers, self.loaded.labels))
        places = [(row[first][1], row[last - 1][2], label) for first, last, label in found]
        return tuple(FoundEntity(start, end, label, text[start:end]) for start, end, label in places)
