"""The two shapes of models that write: one that goes on from its prompt (causal), and one that reads it first (encoder and decoder)."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import torch
from peft import TaskType
from torch import nn
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

from playground.training.answers.chat import Chat, Message, plain
from playground.training.embed import Batch, Batches
from playground.training.language.only import summed_losses
from playground.training.objective import Sample
from playground.training.texts import Inputs

#: Where no token is to be predicted; losses leave it out.
NOTHING: Final = -100


@dataclass(frozen=True, slots=True)
class Turn:
    """The target of a sample: the answer's tokens, the one that ends it included."""

    response: list[int]


class Form(Protocol):
    """How a kind of model reads a prompt and the answer it should write."""

    @property
    def auto_class(self) -> Any:
        """The Auto class of transformers."""

    @property
    def peft_task(self) -> TaskType:
        """The same for PEFT."""

    def prompt(self, chat: Chat, messages: Sequence[Message], room: int) -> list[int]:
        """What the model reads before it writes, at most ``room`` tokens."""

    def sample(self, chat: Chat, messages: Sequence[Message], answer: str) -> Sample:
        """A prompt with its answer; of size as many as the answer has tokens."""

    def asked(self, prompts: Sequence[Sequence[int]], batches: Batches) -> Batch:
        """A batch of prompts to be answered."""

    def together(self, samples: Sequence[Sample], batches: Batches) -> Batch:
        """A batch of them: what the model takes, and what ``losses`` compares with."""

    def losses(self, model: nn.Module, batch: Batch) -> torch.Tensor:
        """From one call of the model: -ln p summed over the tokens of each answer, shape (rows,)."""


@dataclass(frozen=True, slots=True)
class Causal:
    """Prompt and answer are one text; a token is predicted at the place before it."""

    auto_class: Any = AutoModelForCausalLM
    peft_task: TaskType = TaskType.CAUSAL_LM

    def prompt(self, chat: Chat, messages: Sequence[Message], room: int) -> list[int]:
        """In the model's template."""
        return chat.prompt(messages, room)

    def sample(self, chat: Chat, messages: Sequence[Message], answer: str) -> Sample:
        """A prompt that is too long is cut so that the answer stays."""
        response = chat.response(answer)
        prompt = chat.prompt(messages, chat.max_length - len(response))
        return Sample(Inputs([*prompt, *response]), Turn(response), size=len(response))

    def asked(self, prompts: Sequence[Sequence[int]], batches: Batches) -> Batch:
        """All end at the right edge, where writing begins."""
        return on_the_right(prompts, batches)

    def together(self, samples: Sequence[Sample], batches: Batches) -> Batch:
        """With the places before the answer's tokens, and those tokens."""
        batch = batches.pad([sample.inputs for sample in samples])
        asked = torch.zeros_like(batch["input_ids"], dtype=torch.bool)
        for row, sample in enumerate(samples):
            asked[row, len(sample) - len(sample.target.response) - 1 : len(sample) - 1] = True
        gold = [token for sample in samples for token in sample.target.response]
        return batch | {"asked": asked, "gold": torch.tensor(gold, dtype=torch.long)}

    def losses(self, model: nn.Module, batch: Batch) -> torch.Tensor:
        """The scores of the vocabulary, a fifth of a step's time, are computed for the answers alone."""
        return summed_losses(model, batch, batch.pop("asked"), batch.pop("gold"))


@dataclass(frozen=True, slots=True)
class Seq2Seq:
    """The encoder reads the prompt, the decoder writes the answer."""

    auto_class: Any = AutoModelForSeq2SeqLM
    peft_task: TaskType = TaskType.SEQ_2_SEQ_LM

    def prompt(self, chat: Chat, messages: Sequence[Message], room: int) -> list[int]:
        """A single question as it is, a conversation as plain lines, and the token that ends a text; the beginning may be cut."""
        text = messages[0]["content"] if len(messages) == 1 else plain(messages)
        return (chat.plain_ids(text) + chat.ending)[-room:]

    def sample(self, chat: Chat, messages: Sequence[Message], answer: str) -> Sample:
        """Each has the whole maximum length to itself."""
        response = (chat.plain_ids(answer) + chat.ending)[: chat.max_length]
        return Sample(Inputs(self.prompt(chat, messages, chat.max_length)), Turn(response), size=len(response))

    def asked(self, prompts: Sequence[Sequence[int]], batches: Batches) -> Batch:
        """Filled up on the right."""
        return batches.pad([Inputs(list(prompt)) for prompt in prompts])

    def together(self, samples: Sequence[Sample], batches: Batches) -> Batch:
        """The decoder's inputs are made of ``labels`` by the model."""
        inputs = batches.pad([sample.inputs for sample in samples])
        return inputs | {"labels": filled([sample.target.response for sample in samples], NOTHING)}

    def losses(self, model: nn.Module, batch: Batch) -> torch.Tensor:
        """The decoder reads the answer one place behind."""
        labels = batch.pop("labels")
        behind = inner(model).prepare_decoder_input_ids_from_labels(labels=labels)
        scores = model(**batch, decoder_input_ids=behind).logits.float()
        each = nn.functional.cross_entropy(scores.transpose(1, 2), labels, reduction="none", ignore_index=NOTHING)
        return each.sum(dim=1)


FORMS: Final[dict[str, Form]] = {"causal": Causal(), "seq2seq": Seq2Seq()}


def on_the_right(rows: Sequence[Sequence[int]], batches: Batches) -> Batch:
    """``input_ids``, ``attention_mask`` and ``position_ids`` of rows that all end at the right edge."""
    multiple = batches.how.pad_to_multiple_of
    width = -(-max(1, *(len(row) for row in rows)) // multiple) * multiple if rows else multiple
    ids = flush_right(rows, batches.padding, width)
    mask = flush_right([[1] * len(row) for row in rows], 0, width)
    return {"input_ids": ids, "attention_mask": mask, "position_ids": (mask.cumsum(dim=1) - 1).clamp(min=0)}


def flush_right(rows: Sequence[Sequence[int]], filler: int, width: int | None = None) -> torch.Tensor:
    """Rows of different length as one tensor, filled up on the left."""
    wide = width or max([1, *(len(row) for row in rows)])
    return torch.tensor([[filler] * (wide - len(row)) + list(row) for row in rows], dtype=torch.long)


def filled(rows: Sequence[Sequence[int]], filler: int) -> torch.Tensor:
    """The same, filled up on the right."""
    wide = max([1, *(len(row) for row in rows)])
    return torch.tensor([list(row) + [filler] * (wide - len(row)) for row in rows], dtype=torch.long)


def called(model: nn.Module, batch: Batch, **more: Any) -> Any:
    """One call of a model that writes, with what its architecture takes of a batch; scores of the last place alone where it can."""
    takes = taken(model)
    inputs: dict[str, Any] = {name: tensor for name, tensor in batch.items() if name != "position_ids" or name in takes}
    if "logits_to_keep" in takes:
        inputs["logits_to_keep"] = 1
    return model(**inputs, **more)


def taken(model: nn.Module) -> frozenset[str]:
    """What the base model's forward pass takes, by name."""
    return frozenset(inspect.signature(type(inner(model)).forward).parameters)


def inner(model: Any) -> Any:
    """The base model inside whatever PEFT and several processes wrap around it."""
    held = getattr(model, "module", model)
    return held.get_base_model() if hasattr(held, "get_base_model") else held
