"""The nouns of an estimate: what a run will take, part by part, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

#: What an estimate rests on: the formula alone; the formula corrected by another recipe's steps or an earlier run on this machine; steps
#: of this very recipe on this very machine.
Ground = Literal["formula", "alike", "measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Megabytes (10^6 bytes) by what they hold: of the training process on a CPU, of one device on a GPU."""

    #: Interpreter, libraries and the tokenizer; nothing of it lies on a GPU.
    runtime: float
    #: The frozen base as it is stored while training.
    weights: float
    #: What is trained: adapter, head, or copies of whole layers, in float32.
    trained: float
    #: One float32 number for each trained weight.
    gradients: float
    #: What the optimizer remembers of each trained weight.
    optimizer: float
    #: Kept from the forward pass for the backward pass, for one batch of the longest texts.
    activations: float
    #: Scores of the vocabulary, and their gradients; 0 for a task without any.
    logits: float
    #: The largest other stage beyond the weights, while none of the above but them is there: reading the file of the weights, answering the
    #: validation split in larger batches, fitting the references. The peak is the larger of that stage and of training.
    other_stage: float

    @property
    def peak(self) -> float:
        """The most in use at any moment."""
        training = self.gradients + self.optimizer + self.activations + self.logits
        return self.runtime + self.weights + self.trained + max(training, self.other_stage)

    @property
    def beyond_runtime(self) -> float:
        """What the recipe decides of the peak."""
        return self.peak - self.runtime

    def parts(self) -> Iterator[tuple[str, float]]:
        """Name and megabytes of each part, as they add up to the peak."""
        training = self.gradients + self.optimizer + self.activations + self.logits
        left_out = ("gradients", "optimizer", "activations", "logits") if self.other_stage > training else ("other_stage",)
        return ((item.name, getattr(self, item.name)) for item in fields(self) if item.name not in left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Seconds of a run by what they are spent on."""

    #: Interpreter, libraries, weights.
    start: float
    #: References: every text read once by the frozen base, and the simple models fitted.
    references: float
    #: Optimizer steps.
    steps: float
    #: Answering the validation split again and again, and the test split once.
    evaluations: float

    @property
    def training(self) -> float:
        """What a run calls training: steps and evaluations between them."""
        return self.steps + self.evaluations

    @property
    def total(self) -> float:
        """From Start to the result."""
        return self.start + self.references + self.steps + self.evaluations


@dataclass(frozen=True, slots=True)
class Trial:
    """A few steps of a recipe measured on this machine, at the real lengths of its data."""

    #: From the start of the process until the first step can be made.
    start_seconds: float
    #: Asking the references, on so many rows of the data.
    references_seconds: float
    rows: int
    #: One micro-batch, forward and backward, and its share of the optimizer step: the mean over the batches of an epoch.
    batch_seconds: float
    #: One row answered without gradients, on average.
    row_seconds: float
    #: The most in use, the longest batch of the data among the steps.
    memory_mb: float
    #: Tokens of a text: on average, and of the longest, as cut by the recipe.
    mean_tokens: float
    longest_tokens: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A finished run of this machine, beside what the formula says of it."""

    predicted_seconds: float
    training_seconds: float
    #: Megabytes at the peak beyond interpreter and libraries; 0 where nobody knows.
    predicted_mb: float = 0.0
    memory_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will cost, with its error band."""

    seconds: float
    #: Within these the time lies nine times in ten.
    least_seconds: float
    most_seconds: float
    #: The peak, in megabytes (10^6 bytes): of the training process on a CPU, of one device on a GPU.
    memory_mb: float
    #: Share by which the memory may be off either way.
    memory_error: float
    ground: Ground
    memory: Memory
    time: Seconds

    @property
    def most_memory_mb(self) -> float:
        """The upper end of the memory's band."""
        return self.memory_mb * (1 + self.memory_error)
