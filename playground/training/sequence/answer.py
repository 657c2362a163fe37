"""Answers to new texts from one loaded model: fine-tuned with the adapter on, "base" with it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from peft import PeftModel

from playground.errors import PredictionError
from playground.recipe import Recipe
from playground.references.outputs import OUTPUTS, Calibration, Matrix
from playground.runs.types import Prediction
from playground.tasks import Task
from playground.training.embed import Batches, embed
from playground.training.load import Loaded, encoder_of
from playground.training.sequence.references import Base, by_name, of_pairs
from playground.training.sequence.vectors import single
from playground.training.texts import encode

#: Ways the frozen base can answer a new text.
BASES: Final = ("zero_shot", "probe")


@dataclass(frozen=True, slots=True)
class ScoreAnswerer:
    """The ``Answerer`` of every task that is answered by scores."""

    loaded: Loaded
    model: PeftModel
    batches: Batches
    frozen: Base
    #: The reference the run was compared with.
    base: str
    recipe: Recipe
    task: Task
    calibration: Calibration

    def answer(self, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None) -> list[Prediction]:
        """Both answers to each text or pair.

        :param base: "zero_shot" (if the task has it) or "probe".
        :raises PredictionError: "no_reference" for another base; "second_text_missing" for a pair that is none.
        """
        how, known = base or self.base, [name for name in BASES if name in self.task.references]
        if how not in known:
            raise PredictionError("no_reference", name=how, known=", ".join(known))
        if self.task.name == "text-pair-classification" and len(pairs or ()) != len(texts):
            raise PredictionError("second_text_missing")
        outputs, labels = OUTPUTS[self.task.name], self.loaded.labels
        tuned = outputs.named(self._tuned(texts, pairs or ()), labels, self.calibration)
        before = outputs.named(*self._before(texts, pairs or (), how))
        return [Prediction(text, old, new) for text, old, new in zip(texts, before, tuned, strict=True)]

    def _tuned(self, texts: Sequence[str], pairs: Sequence[str]) -> Matrix:
        """Scores of the fine-tuned model."""
        facts = self.loaded.facts
        inputs = encode(self.loaded.tokenizer, texts, max_length=self.recipe.max_length, prefix=facts.prefix, pairs=pairs)
        width = OUTPUTS[self.task.name].width(self.loaded.labels)
        return self.batches.map(inputs, lambda batch: self.model(**batch).logits, width)

    def _before(self, texts: Sequence[str], pairs: Sequence[str], how: str) -> tuple[Matrix, Sequence[str], Calibration]:
        """Scores of the base model as it was, the labels, and how the scores are read."""
        length, pooling = self.recipe.max_length, self.loaded.facts.pooling
        with self.model.disable_adapter():
            rows = [*single(self.loaded, texts, length), *single(self.loaded, pairs, length)]
            vectors = embed(encoder_of(self.model), pooling, rows, self.batches)
        vectors = of_pairs(*np.split(vectors, 2)) if pairs else vectors
        if how == "zero_shot":
            return by_name(vectors, self.frozen.names), self.loaded.labels, self.frozen.names_calibration
        return self.frozen.probe.scores(vectors), self.loaded.labels, self.frozen.probe.calibration
