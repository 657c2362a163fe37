"""Generation: the answer's tokens are learned, the prompt's are only read; the output layer is the base model's own and stays as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import Any, Final

import torch
from peft import PeftModel, TaskType
from torch import nn
from transformers import PretrainedConfig

from playground.recipe import Recipe
from playground.references.nearest import nearest
from playground.references.outputs import Calibration
from playground.tasks import Reference, Task
from playground.tasks.generation import Written
from playground.training.answers.answer import WrittenAnswerer
from playground.training.answers.asking import answered, likelihoods, most_new_tokens, per_token
from playground.training.answers.chat import Chat, conversation
from playground.training.answers.forms import Form
from playground.training.embed import Batch, Batches
from playground.training.load import Anatomy, Loaded
from playground.training.objective import Answerer, Answers, Sample, Scene
from playground.training.texts import Part

#: What answers to new prompts need besides weights: how long they may get.
NEW_TOKENS: Final = "max_new_tokens"
#: A greater surprise a token than this, in nats, is as good as infinite.
_MOST_NATS: Final = 700.0


@dataclass(frozen=True, slots=True)
class Writing:
    """The ``Objective`` of generation."""

    task: Task
    form: Form
    keeps_base: bool = True

    @property
    def auto_class(self) -> Any:
        """As the kind of model has it."""
        return self.form.auto_class

    @property
    def peft_task(self) -> TaskType:
        """As the kind of model has it."""
        return self.form.peft_task

    def configure(self, config: PretrainedConfig, labels: tuple[str, ...]) -> None:
        """What was computed for earlier tokens is kept only while answers are written."""
        config.use_cache = False

    def new_modules(self, parts: Anatomy) -> tuple[str, ...]:
        """None: the output layer is often the very table the words are read from."""
        return ()

    def samples(self, loaded: Loaded, part: Part, recipe: Recipe) -> list[Sample]:
        """The loss of a sample is summed over the tokens of its answer, the one that ends it included."""
        chat = Chat(loaded.tokenizer, recipe.max_length)
        rows = zip(part.texts, part.labels, strict=True)
        return [self.form.sample(chat, conversation(text), answer) for text, answer in rows]

    def training_samples(self, loaded: Loaded, part: Part, recipe: Recipe, samples: Sequence[Sample]) -> list[Sample]:
        """As they are: nothing in them is a label to balance, and slips of hand would teach slips of hand."""
        return list(samples)

    def collate(self, samples: Sequence[Sample], batches: Batches, *, seed: int, epoch: int, rows: Sequence[int]) -> Batch:
        """Nothing is left to chance."""
        return self.form.together(samples, batches)

    def losses(self, model: nn.Module, batch: Batch, recipe: Recipe) -> torch.Tensor:
        """Cross-entropy summed over the answer's tokens of each row."""
        return self.form.losses(model, batch)

    def prepare(self, scene: Scene) -> None:
        """Nothing to do."""

    def validate(self, scene: Scene) -> tuple[float, float]:
        """Mean surprise of a token of the answers, in nats, and perplexity."""
        nats = self._nats(scene)
        return nats, perplexity_of(nats)

    def calibrate(self, scene: Scene) -> Calibration:
        """How long an answer may get."""
        return {NEW_TOKENS: [float(most_new_tokens(scene.samples["train"]))]}

    def answer_test(self, scene: Scene, calibration: Calibration) -> Answers:
        """What the model writes, and how surprising it finds what it should have written."""
        return Answers(answered(scene, self.form, "tuned", int(calibration[NEW_TOKENS][0])))

    def ask_references(self, scene: Scene) -> Iterator[tuple[Reference, float | None, list[str]]]:
        """The most frequent answer, that of the most similar prompt, and the base model's own."""
        if scene.work.ranks.first:
            train, test = scene.part("train"), scene.part("test")
            yield "majority", None, [Written(most_frequent(train.labels)).cell] * len(test)
            yield "nearest", None, [Written(answer).cell for answer in nearest(train.texts, train.labels, test.texts)]
        nats = self._nats(scene)
        cells = answered(scene, self.form, "untuned", most_new_tokens(scene.samples["train"]))
        if scene.work.ranks.first:
            yield "untuned", perplexity_of(nats), cells

    def leave(self, scene: Scene) -> None:
        """Nothing."""

    def answerer(
        self, loaded: Loaded, model: PeftModel, batches: Batches, adapter: Path, base: str, recipe: Recipe, calibration: Calibration
    ) -> Answerer:  # fmt: skip
        """Answers written by both."""
        return WrittenAnswerer(loaded, model, batches, self.form, recipe, int(calibration[NEW_TOKENS][0]))

    def _nats(self, scene: Scene) -> float:
        return per_token(likelihoods(scene.model, self.form, scene.samples["validation"], scene.batches()))


def perplexity_of(nats: float) -> float:
    """Among how many equally likely tokens the model wavers.

    :param nats: mean surprise of a token.
    """
    return exp(min(nats, _MOST_NATS))


def most_frequent(answers: Sequence[str]) -> str:
    """The first by name among equals."""
    counts = Counter(answers)
    return min(counts, key=lambda answer: (-counts[answer], answer))
