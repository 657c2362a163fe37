"""One label a text from a model that writes: it learns to answer with the label's name, and answers with the likeliest of the names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import PeftModel, TaskType
from torch import nn
from transformers import AutoModelForCausalLM, PretrainedConfig

from playground.data.types import SplitName
from playground.recipe import Recipe
from playground.references.linear import Cells, fit_linear
from playground.references.outputs import Calibration, Matrix, OneLabelOutputs
from playground.references.plain import Both, Texts, majority, tfidf
from playground.tasks import Reference, Task
from playground.training import ladder
from playground.training.answers.branches import surprises
from playground.training.answers.forms import Causal, Turn
from playground.training.answers.label_answer import LabelAnswerer
from playground.training.answers.labels import Asking, best_power, scores_of
from playground.training.balance import balanced
from playground.training.embed import Batch, Batches
from playground.training.load import Anatomy, Loaded
from playground.training.objective import BASE_FILE, Answerer, Answers, Sample, Scene
from playground.training.sequence.basis import load_base, save_base
from playground.training.sequence.references import Base
from playground.training.sequence.vectors import embeddings_of
from playground.training.texts import Inputs, Part, varied

_OUTPUTS = OneLabelOutputs()
_FORM = Causal()


@dataclass(frozen=True, slots=True)
class LabelWords:
    """The ``Objective`` of text classification by a causal model."""

    task: Task

    auto_class: Any = AutoModelForCausalLM
    peft_task: TaskType = TaskType.CAUSAL_LM
    keeps_base: bool = True

    def configure(self, config: PretrainedConfig, labels: tuple[str, ...]) -> None:
        """Nothing is written token by token."""
        config.use_cache = False

    def new_modules(self, parts: Anatomy) -> tuple[str, ...]:
        """None: labels are told in words the base knows."""
        return ()

    def samples(self, loaded: Loaded, part: Part, recipe: Recipe) -> list[Sample]:
        """The loss of a sample is -ln p of its label's name, one loss however many tokens the name has."""
        asking = Asking.of(loaded, recipe.max_length)
        response = dict(zip(loaded.labels, asking.responses, strict=True))
        rows = zip(part.texts, part.labels, strict=True)
        return [Sample(Inputs([*asking.prompt(text), *response[label]]), Turn(response[label])) for text, label in rows]

    def training_samples(self, loaded: Loaded, part: Part, recipe: Recipe, samples: Sequence[Sample]) -> list[Sample]:
        """With varied copies, and rare labels repeated or weighted."""
        extra = varied(part, recipe)
        return balanced([*samples, *self.samples(loaded, extra, recipe)], [*part.labels, *extra.labels], recipe)

    def collate(self, samples: Sequence[Sample], batches: Batches, *, seed: int, epoch: int, rows: Sequence[int]) -> Batch:
        """Nothing is left to chance."""
        return _FORM.together(samples, batches)

    def losses(self, model: nn.Module, batch: Batch, recipe: Recipe) -> torch.Tensor:
        """Cross-entropy summed over the tokens of each row's label."""
        return _FORM.losses(model, batch)

    def prepare(self, scene: Scene) -> None:
        """Nothing to do."""

    def validate(self, scene: Scene) -> tuple[float, float]:
        """Mean -ln p of the labels' names, and the watched metric, names read as suits this very split best."""
        nats, part = self._nats(scene, "validation"), scene.part("validation")
        numbers = [scene.loaded.labels.index(label) for label in part.labels]
        loss = float(np.mean(nats[np.arange(len(numbers)), numbers]))
        return loss, self._metric(scene, self._cells(scene, nats, self._calibrated(scene, nats)))

    def calibrate(self, scene: Scene) -> Calibration:
        """How the length of a name counts."""
        return self._calibrated(scene, self._nats(scene, "validation"))

    def answer_test(self, scene: Scene, calibration: Calibration) -> Answers:
        """The likeliest label of each text."""
        scores = scores_of(self._nats(scene, "test"), self._asking(scene), calibration)
        return Answers(_OUTPUTS.cells(scores, scene.loaded.labels, calibration), _OUTPUTS.confidence(scores))

    def ask_references(self, scene: Scene) -> Iterator[tuple[Reference, float | None, list[str]]]:
        """The base model asked the same question, and what stands on its embeddings or on the texts alone."""
        seen, unseen = self._nats(scene, "validation"), self._nats(scene, "test")
        embeddings = embeddings_of(scene)
        if not scene.work.ranks.first:
            return
        calibration, splits, labels = self._calibrated(scene, seen), scene.work.splits, scene.loaded.labels
        cells = Cells(splits.train.labels, splits.validation.labels, labels)
        probe = fit_linear(self.task, embeddings.train, embeddings.validation, cells)
        names = np.zeros((0, embeddings.train.shape[1]), np.float32)
        save_base(Base(probe, names, calibration), ladder.folder(scene.work.folder.path) / BASE_FILE)
        train, validation, test = (Texts(part.texts) for part in (splits.train, splits.validation, splits.test))
        parts = (embeddings.validation, embeddings.test)
        answers: dict[Reference, Both] = {
            "majority": majority(splits.train.labels, len(splits.validation), len(splits.test)),
            "zero_shot": Both(*(self._cells(scene, nats, calibration) for nats in (seen, unseen))),
            "tfidf": tfidf(self.task, train, validation, test, cells),
            "probe": Both(*(_OUTPUTS.cells(probe.scores(part), labels, probe.calibration) for part in parts)),
        }
        for name in self.task.references:
            yield name, self._metric(scene, answers[name].validation), answers[name].test

    def leave(self, scene: Scene) -> None:
        """Nothing."""

    def answerer(
        self, loaded: Loaded, model: PeftModel, batches: Batches, adapter: Path, base: str, recipe: Recipe, calibration: Calibration
    ) -> Answerer:  # fmt: skip
        """Probabilities of the labels from both."""
        return LabelAnswerer(loaded, model, batches, load_base(adapter / BASE_FILE), base, recipe, calibration)

    def _asking(self, scene: Scene) -> Asking:
        return Asking.of(scene.loaded, scene.recipe.max_length)

    def _nats(self, scene: Scene, name: SplitName) -> Matrix:
        prompts = [sample.inputs.tokens[: -len(sample.target.response)] for sample in scene.samples[name]]
        return surprises(scene.model, prompts, self._asking(scene).responses, scene.batches())

    def _calibrated(self, scene: Scene, nats: Matrix) -> Calibration:
        return best_power(lambda calibration: self._metric(scene, self._cells(scene, nats, calibration)))

    def _cells(self, scene: Scene, nats: Matrix, calibration: Calibration) -> list[str]:
        return _OUTPUTS.cells(scores_of(nats, self._asking(scene), calibration), scene.loaded.labels, calibration)

    def _metric(self, scene: Scene, answers: Sequence[str]) -> float:
        return self.task.score(scene.part("validation").labels, answers).values[self.task.watched_metric]
