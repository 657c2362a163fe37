"""Labels as a model that writes tells them: the question it is asked, and the words each label is answered with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from playground.references.outputs import Calibration, Matrix
from playground.training.answers.chat import Chat
from playground.training.load import Loaded
from playground.training.sequence.references import readable_name

#: Labels are spelled out in the question up to this many characters in all; more would be longer than most texts.
_MOST_LISTED: Final = 400
#: How much a name's length counts, among what is found on the validation split.
POWER: Final = "length_power"
_QUESTION: Final = "Which label fits this text?"


@dataclass(frozen=True)
class Asking:
    """How one run asks its model for a label."""

    chat: Chat
    labels: tuple[str, ...]
    #: Most tokens of a text; what is asked about it comes on top.
    most_tokens: int

    @classmethod
    def of(cls, loaded: Loaded, max_length: int) -> Asking:
        """As the recipe has it, unless question and answer would then end beyond the model's last position."""
        chat = Chat(loaded.tokenizer, loaded.facts.max_positions)
        start = cls(chat, loaded.labels, max_length)
        around = len(start._asked("")) + sum(map(len, start.responses))
        return cls(chat, loaded.labels, max(1, min(max_length, loaded.facts.max_positions - around)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What each label is called: words where the names are code, if they stay different."""
        readable = tuple(readable_name(label) for label in self.labels)
        return readable if len(set(readable)) == len(readable) else self.labels

    @cached_property
    def responses(self) -> list[list[int]]:
        """The tokens of each label, the one that ends an answer included."""
        return [self.chat.response(name) for name in self.names]

    def prompt(self, text: str) -> list[int]:
        """The question about a text, of which the beginning is read."""
        ids = self.chat.plain_ids(text)
        if len(ids) > self.most_tokens:
            text = str(self.chat.tokenizer.decode(ids[: self.most_tokens])).rstrip("\ufffd")
        return self._asked(text)

    def _asked(self, text: str) -> list[int]:
        listed = ", ".join(self.names)
        question = f"{_QUESTION} {listed}" if len(listed) <= _MOST_LISTED else _QUESTION
        return self.chat.plain_ids(self.chat.written([{"role": "user", "content": f"{text}\n\n{question}"}]))


def scores_of(nats: Matrix, asking: Asking, calibration: Calibration) -> Matrix:
    """A score for each label, rows x labels: ln p of its name, divided by a power of the name's tokens.

    :param nats: -ln p of each name.
    """
    lengths = np.array([len(response) for response in asking.responses], np.float32)
    return np.asarray(-nats / lengths ** calibration[POWER][0], np.float32)


def best_power(metric: Callable[[Calibration], float]) -> Calibration:
    """Whether names are compared by their probability (power 0) or by that of a token on average (1), whichever scores higher.

    A model that was never told the labels finds long names unlikely for being long; one that was does not.
    """
    return max(({POWER: [power]} for power in (0.0, 1.0)), key=metric)
