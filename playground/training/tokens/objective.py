"""A tag for each word: a new head on every piece of text, cross-entropy at the first piece of each word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from peft import PeftModel, TaskType
from torch import nn
from transformers import AutoModelForTokenClassification, PretrainedConfig

from playground.data.meaning.cells import list_cell, listed
from playground.data.types import SplitName
from playground.recipe import Recipe
from playground.references.outputs import Calibration, Matrix
from playground.references.tagger import majority_tag
from playground.tasks import Reference, Task
from playground.tasks.token_classification import expected_tags
from playground.training.embed import Batch, Batches
from playground.training.load import Anatomy, Loaded, name_outputs
from playground.training.objective import Answerer, Answers, Sample, Scene
from playground.training.texts import Part
from playground.training.tokens.answer import TagAnswerer
from playground.training.tokens.probe import ask_probe
from playground.training.tokens.samples import most_words, tagged, tags_of, together, with_tags
from playground.training.tokens.words import NO_WORD, WordEncoder, at_places

#: Numbers a row is read with before those of its tags: its summed loss, and its words.
_FACTS: Final = 2


@dataclass(frozen=True, slots=True)
class Tags:
    """The ``Objective`` of token classification."""

    task: Task

    auto_class: Any = AutoModelForTokenClassification
    peft_task: TaskType = TaskType.TOKEN_CLS
    keeps_base: bool = True

    def configure(self, config: PretrainedConfig, labels: tuple[str, ...]) -> None:
        """One output a tag, under its name."""
        name_outputs(config, labels)

    def new_modules(self, parts: Anatomy) -> tuple[str, ...]:
        """The head, and the base's pooler where it has one."""
        return parts.head

    def samples(self, loaded: Loaded, part: Part, recipe: Recipe) -> list[Sample]:
        """The loss of a sample is summed over the words that were read."""
        encoder = WordEncoder(loaded.tokenizer, recipe.max_length)
        numbers = {tag: number for number, tag in enumerate(loaded.labels)}
        rows = zip(part.texts, part.labels, strict=True)
        return [tagged(encoder, listed(text) or [], expected_tags(cell), numbers) for text, cell in rows]

    def training_samples(self, loaded: Loaded, part: Part, recipe: Recipe, samples: Sequence[Sample]) -> list[Sample]:
        """Those with a word to learn from."""
        return [sample for sample in samples if sample.target.worded.words]

    def collate(self, samples: Sequence[Sample], batches: Batches, *, seed: int, epoch: int, rows: Sequence[int]) -> Batch:
        """Nothing is left to chance."""
        return together(samples, batches)

    def losses(self, model: nn.Module, batch: Batch, recipe: Recipe) -> torch.Tensor:
        """Cross-entropy summed over the words of each row."""
        places, tags = batch.pop("places"), batch.pop("tags")
        scores = at_places(model(**batch).logits, places).float()
        each = nn.functional.cross_entropy(
            scores.transpose(1, 2), tags, reduction="none", ignore_index=NO_WORD, label_smoothing=recipe.label_smoothing
        )
        return each.sum(dim=1)

    def prepare(self, scene: Scene) -> None:
        """Nothing: a head starts at random."""

    def validate(self, scene: Scene) -> tuple[float, float]:
        """Mean negative log-probability of a word's tag, and strict F1."""
        read = self._read(scene, scene.samples["validation"])
        answers = self._cells(scene, scene.samples["validation"], read[:, _FACTS:])
        metrics = self.task.score(scene.part("validation").labels, answers).values
        return float(read[:, 0].sum() / max(1.0, float(read[:, 1].sum()))), metrics[self.task.watched_metric]

    def calibrate(self, scene: Scene) -> Calibration:
        """Nothing: the most probable tag is the answer."""
        return {}

    def answer_test(self, scene: Scene, calibration: Calibration) -> Answers:
        """The most probable tag of each word; "O" for words that were not read."""
        samples = scene.samples["test"]
        return Answers(self._cells(scene, samples, self._read(scene, samples)[:, _FACTS:]))

    def ask_references(self, scene: Scene) -> Iterator[tuple[Reference, float | None, list[str]]]:
        """The most frequent tag, and a linear tagger on the frozen base's words."""
        probed = ask_probe(scene)
        if scene.work.ranks.first:
            train = scene.part("train").labels
            yield "majority", *self._scored(scene, lambda name: majority_tag(train, scene.part(name).texts))
            yield "probe", *self._scored(scene, lambda name: self._cells(scene, scene.samples[name], probed[name]))

    def leave(self, scene: Scene) -> None:
        """Nothing but the adapter."""

    def answerer(
        self, loaded: Loaded, model: PeftModel, batches: Batches, adapter: Path, base: str, recipe: Recipe, calibration: Calibration
    ) -> Answerer:
        """Entities from both."""
        return TagAnswerer.open(loaded, model, batches, adapter, recipe)

    def _scored(self, scene: Scene, answer: Callable[[SplitName], list[str]]) -> tuple[float, list[str]]:
        cells = answer("validation")
        return self.task.score(scene.part("validation").labels, cells).values[self.task.watched_metric], answer("test")

    def _read(self, scene: Scene, samples: Sequence[Sample]) -> Matrix:
        """For each sample: its summed loss, its words, then the number of each word's tag."""
        scene.model.eval()
        width = most_words(samples)
        batches = scene.batches()

        def compute(batch: Batch) -> torch.Tensor:
            places, tags = batch.pop("places"), batch.pop("tags")
            scores = at_places(scene.model(**batch).logits, places).float()
            loss = nn.functional.cross_entropy(scores.transpose(1, 2), tags, reduction="none", ignore_index=NO_WORD).sum(dim=1)
            return with_tags(torch.stack([loss, (tags != NO_WORD).sum(dim=1).float()], dim=1), scores, width)

        return batches.map(samples, compute, _FACTS + width, lambda some: together(some, batches))

    def _cells(self, scene: Scene, samples: Sequence[Sample], numbers: Matrix) -> list[str]:
        return [list_cell(tags_of(sample.target, row, scene.loaded.labels)) for sample, row in zip(samples, numbers, strict=True)]
