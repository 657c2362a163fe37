"""Labels of new texts from one loaded model that writes: fine-tuned with the adapter on, asked the same question with it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peft import PeftModel

from playground.errors import PredictionError
from playground.recipe import Recipe
from playground.references.outputs import Calibration, Matrix, OneLabelOutputs
from playground.runs.types import Prediction
from playground.training.answers.branches import surprises
from playground.training.answers.labels import Asking, scores_of
from playground.training.embed import Batches, embed
from playground.training.load import Loaded, encoder_of
from playground.training.sequence.answer import BASES
from playground.training.sequence.references import Base
from playground.training.sequence.vectors import single


@dataclass(frozen=True, slots=True)
class LabelAnswerer:
    """The ``Answerer`` of text classification by a causal model."""

    loaded: Loaded
    model: PeftModel
    batches: Batches
    frozen: Base
    #: The reference the run was compared with.
    base: str
    recipe: Recipe
    calibration: Calibration

    def answer(self, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None) -> list[Prediction]:
        """Probabilities of the labels by both.

        :param base: "zero_shot" or "probe".
        :raises PredictionError: "no_reference" for another base.
        """
        how = base or self.base
        if how not in BASES:
            raise PredictionError("no_reference", name=how, known=", ".join(BASES))
        asking, outputs = Asking.of(self.loaded, self.recipe.max_length), OneLabelOutputs()
        prompts = [asking.prompt(text) for text in texts]
        tuned = scores_of(surprises(self.model, prompts, asking.responses, self.batches), asking, self.calibration)
        with self.model.disable_adapter():
            before = self._probed(texts) if how == "probe" else self._asked(asking, prompts)
        named = [outputs.named(scores, self.loaded.labels, {}) for scores in (before, tuned)]
        return [Prediction(text, old, new) for text, old, new in zip(texts, *named, strict=True)]

    def _asked(self, asking: Asking, prompts: Sequence[list[int]]) -> Matrix:
        nats = surprises(self.model, prompts, asking.responses, self.batches)
        return scores_of(nats, asking, self.frozen.names_calibration)

    def _probed(self, texts: Sequence[str]) -> Matrix:
        rows = single(self.loaded, texts, self.recipe.max_length)
        return self.frozen.probe.scores(embed(encoder_of(self.model), self.loaded.facts.pooling, rows, self.batches))
