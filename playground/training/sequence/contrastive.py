"""Few labels: the adapted encoder learns to put texts of one label side by side, then a logistic regression reads its embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import torch
from torch import nn

from playground.models.types import Model
from playground.recipe import Recipe
from playground.references.linear import sample as evenly
from playground.references.outputs import Matrix
from playground.tasks import Task
from playground.training.contrastive import contrastive_loss
from playground.training.embed import embed
from playground.training.load import Loaded, encoder_of
from playground.training.objective import Sample, Scene
from playground.training.sequence.embedded import HEAD, EmbeddedClassifier
from playground.training.sequence.objective import Scores
from playground.training.texts import Part

#: Inverse strength of the head's regularisation.
STRENGTH: Final = 10.0


@dataclass(frozen=True, slots=True)
class Contrastive(Scores):
    """The ``Objective`` of the method "contrastive". Only the encoder learns by steps; the head is fitted before each evaluation.

    The head is one of the trained weights all the same, so checkpoints, the choice of the best one and the adapter's folder hold it.
    """

    def training_samples(self, loaded: Loaded, part: Part, recipe: Recipe, samples: Sequence[Sample]) -> list[Sample]:
        """Grouped by label, so that each batch holds several texts of each of its labels."""
        found = Scores.training_samples(self, loaded, part, recipe, samples)
        return [replace(one, group=one.target) for one in found]

    def prepare(self, scene: Scene) -> None:
        """Nothing: the head is fitted before each evaluation."""

    def losses(self, model: nn.Module, batch: dict[str, torch.Tensor], recipe: Recipe) -> torch.Tensor:
        """See ``contrastive``; texts are compared with those of the same batch and process."""
        targets = batch.pop("targets")
        said = model(**batch)
        # The head takes no part, but several processes wait for a gradient of every trained weight.
        untouched: torch.Tensor = 0.0 * said.logits.sum(dim=1)
        return contrastive_loss(said.hidden_states[0], targets) + untouched

    def validate(self, scene: Scene) -> tuple[float, float]:
        """The head's mean loss and metric, once it is fitted to the embeddings as they are now."""
        self._fit_head(scene)
        return Scores.validate(self, scene)

    def _fit_head(self, scene: Scene) -> None:
        part = scene.part("train")
        rows = evenly(len(part))
        inputs = scene.inputs("train")
        vectors = embed(encoder_of(scene.model), scene.loaded.facts.pooling, [inputs[row] for row in rows], scene.batches())
        put_head(scene.model, *self.outputs.fit(vectors, [part.labels[row] for row in rows], scene.loaded.labels, STRENGTH))


def contrastive(task: Task, facts: Model) -> Contrastive:
    """The objective for a base model, whose own way of making a vector of a text is kept."""
    return Contrastive(task, EmbeddedClassifier(facts.pooling))


def put_head(model: nn.Module, coefficients: Matrix, intercepts: Any) -> None:
    """Write a fitted linear model into the trained copy of the head."""
    linear = model.get_base_model().get_submodule(HEAD).modules_to_save["default"]  # type: ignore[operator]
    with torch.no_grad():
        linear.weight.copy_(torch.from_numpy(coefficients))
        linear.bias.copy_(torch.from_numpy(intercepts))
