"""What a fine-tune optimizes, behind one protocol: the seam between the stages of a run and the kinds of outputs a model can have.

The stages (``work``, ``loop``, ``watch``, ``answer``) know runs, steps, checkpoints and processes, and nothing about labels. An
objective knows one kind of output: a score a text (``sequence``), a tag a word (``tokens``), an answer written after a prompt
(``answers``), the words of running text (``language``). ``objectives.objective_for`` says which one a task and a base model make.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import torch
from peft import PeftModel, TaskType
from torch import nn
from transformers import PretrainedConfig

from playground.data.types import SPLITS, SplitName
from playground.models.cache import LocalModel
from playground.recipe import Recipe
from playground.references.outputs import Calibration
from playground.runs.types import Prediction
from playground.tasks import Reference, Task
from playground.training.embed import Batches
from playground.training.load import Anatomy, Loaded
from playground.training.texts import Inputs, Part, padding_token

if TYPE_CHECKING:  # the run's stages import this module
    from playground.training.attempt import Work

#: The file in which an objective may keep what its "base" answers need; it goes along with the adapter.
BASE_FILE: Final = "probe.safetensors"


@dataclass(frozen=True, slots=True)
class Sample:
    """One example as the model sees it."""

    inputs: Inputs
    #: What its loss compares with; the objective knows its form.
    target: Any
    #: What its loss counts among the others, e.g. for a rare label.
    weight: float = 1.0
    #: How many single losses it sums up: 1, or the words or tokens that are scored. A step's gradient is that of the mean over all of them.
    size: int = 1
    #: What it belongs together with: batches hold several samples of each of their groups. None (for all alike): that makes no difference.
    group: int | None = None

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, slots=True)
class Scene:
    """A run in the middle of an attempt: what an objective works on."""

    work: Work
    source: LocalModel
    loaded: Loaded
    model: PeftModel
    #: Every split as the model sees it.
    samples: Mapping[SplitName, Sequence[Sample]]

    @property
    def recipe(self) -> Recipe:
        """What was asked."""
        return self.work.recipe

    def part(self, name: SplitName) -> Part:
        """The texts and labels of a split."""
        return self.work.splits.part(name)

    def batches(self) -> Batches:
        """Passes without gradients, which a person can stop."""
        return self.work.batches(padding_token(self.loaded.tokenizer))

    def inputs(self, name: SplitName) -> list[Inputs]:
        """What the model reads of a split."""
        return [sample.inputs for sample in self.samples[name]]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model says to the test split."""

    #: One cell a row (``tasks.types``), in the order of the split.
    cells: list[str]
    #: Probability of each answer, 0 to 1; empty where there is none.
    confidence: list[float] = field(default_factory=list)


class Answerer(Protocol):
    """A finished run, loaded: both answers from one model."""

    def answer(self, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None) -> list[Prediction]:
        """
        :param base: which reference answers as "base"; None takes the one the run was compared with.
        :param pairs: the second text of each, for a task on pairs.
        :raises PredictionError: "no_reference" for a base that cannot answer new texts.
        """


class Objective(Protocol):
    """One kind of output, for one task."""

    @property
    def task(self) -> Task:
        """How its answers are scored."""

    @property
    def auto_class(self) -> Any:
        """The Auto class of transformers that loads the base with this kind of output."""

    @property
    def peft_task(self) -> TaskType | None:
        """The same for PEFT."""

    @property
    def keeps_base(self) -> bool:
        """Whether the base must go on answering beside the fine-tune; else its own weights may be trained in place."""

    def new_modules(self, parts: Anatomy) -> tuple[str, ...]:
        """Modules that are trained whole whatever the method: an output layer that is new. One the base brings stays as it is."""

    def configure(self, config: PretrainedConfig, labels: tuple[str, ...]) -> None:
        """Tell the configuration what the output layer is for, before weights are loaded."""

    def samples(self, loaded: Loaded, part: Part, recipe: Recipe) -> list[Sample]:
        """A split as the model sees it: one sample a row, in order."""

    def training_samples(self, loaded: Loaded, part: Part, recipe: Recipe, samples: Sequence[Sample]) -> list[Sample]:
        """What is trained on: the training split's samples, with varied copies, repeats and weights as the recipe asks."""

    def collate(
        self, samples: Sequence[Sample], batches: Batches, *, seed: int, epoch: int, rows: Sequence[int]
    ) -> dict[str, torch.Tensor]:  # fmt: skip
        """One training batch: the model's inputs and whatever else ``losses`` needs.

        :param rows: the places of these samples in the training samples; with seed and epoch all that chance may depend on.
        """

    def losses(self, model: nn.Module, batch: dict[str, torch.Tensor], recipe: Recipe) -> torch.Tensor:
        """The forward pass and the loss of each sample (the sum of its ``size`` single losses), shape (samples,).

        ``model`` must be called itself, once: several processes exchange their gradients through it.
        """

    def prepare(self, scene: Scene) -> None:
        """Bring the model to where training starts, from what the references left; often there is nothing to do."""

    def validate(self, scene: Scene) -> tuple[float, float]:
        """Mean loss of the validation split, and the task's watched metric on it."""

    def calibrate(self, scene: Scene) -> Calibration:
        """What the best weights need besides themselves to answer (thresholds ...), found on the validation split; often nothing."""

    def answer_test(self, scene: Scene, calibration: Calibration) -> Answers:
        """The fine-tuned model's answers to the test split."""

    def ask_references(self, scene: Scene) -> Iterator[tuple[Reference, float | None, list[str]]]:
        """Every reference of the task: name, watched metric on the validation split (None where it has none), cells for the test split.

        The adapter is in place and switched off. Called by all processes; what they compute together goes through ``Batches``, the rest,
        and what is yielded, is for the first one. It also writes what "base" needs to answer new texts to ``BASE_FILE`` in the run's
        folder of references.
        """

    def leave(self, scene: Scene) -> None:
        """Write what the run leaves beside the adapter; often nothing. For the first process, with the best weights in place."""

    def answerer(
        self, loaded: Loaded, model: PeftModel, batches: Batches, adapter: Path, base: str, recipe: Recipe,
        calibration: Calibration,
    ) -> Answerer:  # fmt: skip
        """The finished run whose adapter lies in ``adapter``; ``base`` is the reference it was compared with."""


def make_samples(objective: Objective, work: Work, loaded: Loaded) -> dict[SplitName, list[Sample]]:
    """Every split, tokenized once."""
    return {name: objective.samples(loaded, work.splits.part(name), work.recipe) for name in SPLITS}
