"""Answers to new prompts from one loaded model: fine-tuned with the adapter on, the base model's own with it off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

import torch
from peft import PeftModel

from playground.errors import PredictionError
from playground.recipe import Recipe
from playground.runs.types import Prediction
from playground.runs.writing import StreamPart, WritingOptions
from playground.training.answers.asking import room_for_prompt, write_answers
from playground.training.answers.chat import Chat, conversation
from playground.training.answers.forms import Form
from playground.training.answers.writing import Pen, drawn
from playground.training.embed import Batches, computing
from playground.training.load import Loaded

#: Tokens one of the two writes before it is the other's turn: switching the adapter takes time, and both should be seen to grow.
_TURN: Final = 3
#: What a text ends with while the bytes of its last character are not complete.
_UNFINISHED: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class WrittenAnswerer:
    """The ``Answerer`` of generation; it also writes both answers side by side, see ``stream``."""

    loaded: Loaded
    model: PeftModel
    batches: Batches
    form: Form
    recipe: Recipe
    #: Most tokens of an answer.
    most: int

    def answer(self, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None) -> list[Prediction]:
        """What both write to each prompt (a question, or a JSON list of messages), always taking the likeliest token.

        :param base: "untuned", the only reference that can answer new prompts.
        :raises PredictionError: "no_reference" for another base.
        """
        if base not in (None, "untuned"):
            raise PredictionError("no_reference", name=base, known="untuned")
        chat = self._chat()
        prompts = [self._prompt(chat, text) for text in texts]
        with self.model.disable_adapter():
            before = write_answers(self.model, self.form, chat, prompts, self.most, self.batches)
        tuned = write_answers(self.model, self.form, chat, prompts, self.most, self.batches)
        return [Prediction(text, old, new) for text, old, new in zip(texts, before, tuned, strict=True)]

    def stream(self, text: str, options: WritingOptions) -> Iterator[StreamPart]:
        """Both answers to one prompt as they grow, by turns; the last part is done."""
        chat = self._chat()
        prompt = self._prompt(chat, text, options.system)
        pens = [self._pen(chat, prompt, options) for _ in range(2)]
        ways: tuple[Callable[[], AbstractContextManager[Any]], ...] = (self.model.disable_adapter, nullcontext)
        self.model.eval()
        while not all(pen.done for pen in pens):
            for pen, way in zip(pens, ways, strict=True):
                self._turn(pen, way())
            yield self._part(chat, pens, done=False)
        yield self._part(chat, pens, done=True)

    def _turn(self, pen: Pen, way: AbstractContextManager[Any]) -> None:
        with way, torch.no_grad(), computing(self.batches.how, self.batches.device):
            for _ in range(_TURN):
                if not pen.done:
                    pen.write()

    def _part(self, chat: Chat, pens: Sequence[Pen], *, done: bool) -> StreamPart:
        base, tuned = (chat.text(pen.tokens[0]) for pen in pens)
        return StreamPart(base, tuned, True) if done else StreamPart(base.rstrip(_UNFINISHED), tuned.rstrip(_UNFINISHED), False)

    def _pen(self, chat: Chat, prompt: list[int], options: WritingOptions) -> Pen:
        batch = {name: tensor.to(self.batches.device) for name, tensor in self.form.asked([prompt], self.batches).items()}
        return Pen(self.model, batch, chat.ends, self.most, drawn(options.temperature))

    def _prompt(self, chat: Chat, text: str, system: str = "") -> list[int]:
        room = room_for_prompt(self.recipe.max_length, self.loaded.facts.max_positions, self.most)
        return self.form.prompt(chat, conversation(text, system), room)

    def _chat(self) -> Chat:
        return Chat(self.loaded.tokenizer, self.recipe.max_length)
