"""Pretraining on running text: words hidden from an encoder, or the next word for a causal model; scored by perplexity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
from peft import PeftModel, TaskType
from torch import nn
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, PretrainedConfig

from playground.data.types import SplitName
from playground.errors import PredictionError
from playground.recipe import Recipe
from playground.references.outputs import Calibration, Matrix
from playground.tasks import Reference, Task
from playground.tasks.likelihood import Likelihood
from playground.training import ladder
from playground.training.embed import Batch, Batches
from playground.training.language import head
from playground.training.language.frequency import log_frequencies
from playground.training.language.leave import write_model
from playground.training.language.only import summed_losses
from playground.training.language.pieces import Hidden, Next, Pieces
from playground.training.load import Anatomy, Loaded
from playground.training.objective import Answerer, Answers, Sample, Scene
from playground.training.texts import Part

#: Stands in for an epoch where the words to guess must be the same every time.
_ALWAYS: Final = 2**31


@dataclass(frozen=True, slots=True)
class Words:
    """The ``Objective`` of language modelling."""

    task: Task
    auto_class: Any
    peft_task: TaskType | None
    #: How a text becomes words to read and words to guess.
    pieces: Pieces
    #: The tuned model is a base model of its own; nobody asks it and the old one side by side.
    keeps_base: bool = field(default=False)

    @classmethod
    def masked(cls, task: Task) -> Words:
        """Hidden words, for encoders."""
        return cls(task, AutoModelForMaskedLM, None, Hidden())

    @classmethod
    def causal(cls, task: Task) -> Words:
        """The next word, for causal models."""
        return cls(task, AutoModelForCausalLM, TaskType.CAUSAL_LM, Next())

    def configure(self, config: PretrainedConfig, labels: tuple[str, ...]) -> None:
        """As the base has it."""

    def new_modules(self, parts: Anatomy) -> tuple[str, ...]:
        """What stands between an encoder and its table of words: most sentence encoders come without it."""
        return parts.around_words if self.pieces.has_layer_before_words else ()

    def samples(self, loaded: Loaded, part: Part, recipe: Recipe) -> list[Sample]:
        """The beginning of each text, as much as the model reads at once."""
        return [self._sample(loaded, ids) for ids in self.pieces.cut(loaded, part.texts, recipe.max_length, whole=False)]

    def training_samples(self, loaded: Loaded, part: Part, recipe: Recipe, samples: Sequence[Sample]) -> list[Sample]:
        """Every text whole, long ones in pieces."""
        cut = self.pieces.cut(loaded, part.texts, recipe.max_length, whole=True)
        return [sample for ids in cut if (sample := self._sample(loaded, ids)).size]

    def collate(self, samples: Sequence[Sample], batches: Batches, *, seed: int, epoch: int, rows: Sequence[int]) -> Batch:
        """Other words are hidden in each epoch."""
        return self.pieces.batch(samples, batches, [(seed, epoch, row) for row in rows])

    def losses(self, model: nn.Module, batch: Batch, recipe: Recipe) -> torch.Tensor:
        """Surprise (nats) summed over the words to guess."""
        return summed_losses(model, batch, batch.pop("asked"), batch.pop("gold"))

    def prepare(self, scene: Scene) -> None:
        """The output layer that was fitted to the frozen base is where training starts; fitted now if no reference needed it before."""
        if not head.is_fitted(scene):
            with ladder.untouched(scene):
                head.fit(scene, self)
        head.put_in_place(scene)

    def validate(self, scene: Scene) -> tuple[float, float]:
        """Mean surprise of a word, and perplexity."""
        return self._scored(scene, self._cells(scene, "validation"))

    def calibrate(self, scene: Scene) -> Calibration:
        """Nothing."""
        return {}

    def answer_test(self, scene: Scene, calibration: Calibration) -> Answers:
        """The surprise of each text."""
        return Answers(self._cells(scene, "test"))

    def ask_references(self, scene: Scene) -> Iterator[tuple[Reference, float | None, list[str]]]:
        """How often words occur, and the base as it was; an output layer it lacks is fitted to the frozen base first."""
        frequencies = torch.from_numpy(
            log_frequencies((sample.inputs.tokens for sample in scene.samples["train"]), len(scene.loaded.tokenizer))
        )
        counted = self._both(scene, lambda name: self._read(scene, name, lambda batch: _by_frequency(batch, frequencies)))
        head.fit(scene, self)
        untuned = self._both(scene, lambda name: self._read(scene, name, self._surprise(scene)))
        if scene.work.ranks.first:
            yield "frequency", *counted
            yield "untuned", *untuned

    def answerer(
        self, loaded: Loaded, model: PeftModel, batches: Batches, adapter: Path, base: str, recipe: Recipe, calibration: Calibration
    ) -> Answerer:
        """Words for a gap, of an encoder.

        :raises PredictionError: "task_without_answers" for a model that writes on: a base model says nothing by itself.
        """
        if not self.pieces.has_layer_before_words:
            raise PredictionError("task_without_answers")
        from playground.training.language.gap import GapAnswerer

        return GapAnswerer.open(adapter, recipe, batches.device)

    def leave(self, scene: Scene) -> None:
        """The whole model, so that other runs can start from it."""
        write_model(scene, self)

    def _sample(self, loaded: Loaded, ids: Sequence[int]) -> Sample:
        return self.pieces.sample(loaded, ids)

    def _surprise(self, scene: Scene) -> Callable[[Batch], torch.Tensor]:
        return lambda batch: summed_losses(scene.model, batch, batch.pop("asked"), batch.pop("gold"))

    def _cells(self, scene: Scene, name: SplitName) -> list[str]:
        return self._read(scene, name, self._surprise(scene))

    def _read(self, scene: Scene, name: SplitName, surprise: Callable[[Batch], torch.Tensor]) -> list[str]:
        """Cells of a split; the words to guess are the same whoever is asked."""
        scene.model.eval()
        samples, batches = scene.samples[name], scene.batches()
        rows = {id(sample): row for row, sample in enumerate(samples)}

        def together(some: Sequence[Sample]) -> Batch:
            return self.pieces.batch(some, batches, [(scene.recipe.seed, _ALWAYS, rows[id(sample)]) for sample in some])

        read: Matrix = batches.map(samples, lambda batch: surprise(batch).unsqueeze(1), 1, together)
        return [Likelihood(float(row[0]), sample.size).cell for row, sample in zip(read, samples, strict=True)]

    def _both(self, scene: Scene, read: Callable[[SplitName], list[str]]) -> tuple[float, list[str]]:
        return self._scored(scene, read("validation"))[1], read("test")

    def _scored(self, scene: Scene, cells: list[str]) -> tuple[float, float]:
        found = [Likelihood.of(cell) for cell in cells]
        mean = sum(each.nll for each in found) / max(1, sum(each.tokens for each in found))
        return mean, self.task.score(scene.part("validation").labels, cells).values[self.task.watched_metric]


def _by_frequency(batch: Batch, frequencies: torch.Tensor) -> torch.Tensor:
    asked, gold = batch["asked"], batch["gold"]
    each = -frequencies.to(gold.device)[gold]
    return each.new_zeros(len(asked)).index_add(0, asked.nonzero()[:, 0], each)
