"""One vector of scores a text: a new head on the base, and the references that stand on frozen embeddings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import PeftModel, TaskType
from torch import nn
from transformers import AutoModelForSequenceClassification, PretrainedConfig

from playground.recipe import Recipe
from playground.references.outputs import OUTPUTS, Calibration, Matrix, Outputs
from playground.tasks import Reference, Task
from playground.training import ladder
from playground.training.balance import balanced
from playground.training.embed import Batches
from playground.training.load import Anatomy, Loaded, name_outputs
from playground.training.objective import BASE_FILE, Answerer, Answers, Sample, Scene
from playground.training.sequence.answer import ScoreAnswerer
from playground.training.sequence.basis import load_base, save_base
from playground.training.sequence.head import fit_head
from playground.training.sequence.losses import LOSSES
from playground.training.sequence.references import asked, fit_base
from playground.training.sequence.vectors import embeddings_of
from playground.training.texts import Inputs, Part, encode, varied


@dataclass(frozen=True, slots=True)
class Scores:
    """The ``Objective`` of every task that is answered by one vector of scores a text or a pair of texts."""

    task: Task

    auto_class: Any = AutoModelForSequenceClassification
    peft_task: TaskType = TaskType.SEQ_CLS
    keeps_base: bool = True

    @property
    def outputs(self) -> Outputs:
        """What the scores mean."""
        return OUTPUTS[self.task.name]

    def configure(self, config: PretrainedConfig, labels: tuple[str, ...]) -> None:
        """One output a label, under its name; one without a name for a number."""
        name_outputs(config, labels)
        config.num_labels = self.outputs.width(labels)

    def new_modules(self, parts: Anatomy) -> tuple[str, ...]:
        """The head, and the base's pooler where it has one."""
        return parts.head

    def samples(self, loaded: Loaded, part: Part, recipe: Recipe) -> list[Sample]:
        """Each with the target its cell spells."""
        places = {label: number for number, label in enumerate(loaded.labels)}
        inputs = encode(loaded.tokenizer, part.texts, max_length=recipe.max_length, prefix=loaded.facts.prefix, pairs=part.pairs)
        return [Sample(each, self.outputs.target(cell, places)) for each, cell in zip(inputs, part.labels, strict=True)]

    def training_samples(self, loaded: Loaded, part: Part, recipe: Recipe, samples: Sequence[Sample]) -> list[Sample]:
        """With varied copies, rare labels repeated or weighted, and numbers in units of their deviation."""
        extra = varied(part, recipe)
        everything = balanced([*samples, *self.samples(loaded, extra, recipe)], [*part.labels, *extra.labels], recipe)
        scale = self.outputs.scale(part.labels)
        return [scaled(sample, scale) for sample in everything] if scale else everything

    def collate(
        self, samples: Sequence[Sample], batches: Batches, *, seed: int, epoch: int, rows: Sequence[int]
    ) -> dict[str, torch.Tensor]:  # fmt: skip
        """Nothing is left to chance."""
        return batches.pad([sample.inputs for sample in samples]) | {"targets": torch.tensor([sample.target for sample in samples])}

    def losses(self, model: nn.Module, batch: dict[str, torch.Tensor], recipe: Recipe) -> torch.Tensor:
        """See ``losses``."""
        targets = batch.pop("targets")
        return LOSSES[self.task.name](model(**batch).logits.float(), targets, recipe)

    def prepare(self, scene: Scene) -> None:
        """The new head starts at the linear model that reads the untrained base best."""
        fit_head(scene, self.task)

    def validate(self, scene: Scene) -> tuple[float, float]:
        """The mean loss, and the watched metric of the answers, read as suits this very split best."""
        scores = self._scores(scene, scene.inputs("validation"))
        part, labels = scene.part("validation"), scene.loaded.labels
        calibration = self._calibrated(scene, scores)
        answers = self.outputs.cells(scores, labels, calibration)
        return self._loss(scene, scores), self.task.score(part.labels, answers).values[self.task.watched_metric]

    def calibrate(self, scene: Scene) -> Calibration:
        """Thresholds, or the scale of numbers."""
        return self._calibrated(scene, self._scores(scene, scene.inputs("validation")))

    def answer_test(self, scene: Scene, calibration: Calibration) -> Answers:
        """One cell a text, and its probability where it has one."""
        scores = self._scores(scene, scene.inputs("test"))
        return Answers(self.outputs.cells(scores, scene.loaded.labels, calibration), self.outputs.confidence(scores))

    def ask_references(self, scene: Scene) -> Iterator[tuple[Reference, float | None, list[str]]]:
        """From one pass of the frozen base over everything."""
        embeddings = embeddings_of(scene)
        if scene.work.ranks.first:
            base = fit_base(scene.work.splits, embeddings, self.task)
            save_base(base, ladder.folder(scene.work.folder.path) / BASE_FILE)
            yield from asked(scene.work.splits, embeddings, self.task, base)

    def leave(self, scene: Scene) -> None:
        """Nothing but the adapter."""

    def answerer(
        self, loaded: Loaded, model: PeftModel, batches: Batches, adapter: Path, base: str, recipe: Recipe, calibration: Calibration
    ) -> Answerer:  # fmt: skip
        """Probabilities of the labels, or numbers, from both."""
        return ScoreAnswerer(loaded, model, batches, load_base(adapter / BASE_FILE), base, recipe, self.task, calibration)

    def _calibrated(self, scene: Scene, scores: Matrix) -> Calibration:
        cells = scene.part("validation").labels
        return self.outputs.calibrate(scores, cells, scene.loaded.labels, self.outputs.scale(scene.part("train").labels))

    def _scores(self, scene: Scene, inputs: Sequence[Inputs]) -> Matrix:
        return scores_of(scene.model, scene.batches(), inputs, self.outputs.width(scene.loaded.labels))

    def _loss(self, scene: Scene, scores: Matrix) -> float:
        """Without label smoothing, which is for training."""
        scale = self.outputs.scale(scene.part("train").labels)
        targets = torch.tensor(np.array([scaled(sample, scale).target for sample in scene.samples["validation"]]))
        targets = targets.float() if targets.is_floating_point() else targets
        plain = replace(scene.recipe, label_smoothing=0.0)
        return float(LOSSES[self.task.name](torch.from_numpy(scores), targets, plain).mean())


def scaled(sample: Sample, scale: Mapping[str, Sequence[float]]) -> Sample:
    """A number in units of the deviation; anything else as it is."""
    if not scale:
        return sample
    return replace(sample, target=(sample.target - scale["mean"][0]) / scale["deviation"][0])


def scores_of(model: nn.Module, batches: Batches, inputs: Sequence[Inputs], columns: int) -> Matrix:
    """What the head says to each input, rows x ``columns``."""
    model.eval()
    return batches.map(inputs, lambda batch: model(**batch).logits, columns)
