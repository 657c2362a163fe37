"""Conversations as the tokens a model reads, in the words its makers chose for them: its chat template.

The prompt ends where the answer begins; the answer ends with the token by which the model says that it is done. A prompt that is too long
loses its oldest part, never the question itself or the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from playground.data.meaning.cells import messages_of

#: Role and content.
Message: TypeAlias = Mapping[str, str]
#: Stands for an answer while a template is looked at.
_PROBE: Final = "Yes"
#: Some templates tell today's date, and a model trained today would read another prompt tomorrow; others ask the model to think first.
_FIXED: Final[Mapping[str, Any]] = {"date_string": "01 Jan 2026", "enable_thinking": False}
#: Share of the maximum length that is left to the prompt however long the answer is.
_LEAST_PROMPT: Final = 4


def conversation(cell: str, system: str = "") -> list[Message]:
    """The messages of a prompt: those its JSON spells, or one question.

    :param system: stands before them where they have no system message of their own.
    """
    messages: list[Message] = list(messages_of(cell)) or [{"role": "user", "content": cell}]
    if system and messages[0]["role"] != "system":
        return [{"role": "system", "content": system}, *messages]
    return messages


@dataclass(frozen=True)
class Chat:
    """One tokenizer's way of writing conversations down."""

    tokenizer: PreTrainedTokenizerBase
    #: Most tokens of a prompt and its answer together.
    max_length: int

    def prompt(self, messages: Sequence[Message], room: int) -> list[int]:
        """The conversation up to where the answer begins, at most ``room`` tokens of it: its oldest messages go first, then the beginning
        of the last one, then the system message."""
        kept = list(messages)
        while len(ids := self.plain_ids(self.written(kept))) > room:
            shorter = self._shortened(kept, len(ids) - room)
            if shorter is None:
                return ids[-room:]
            kept = shorter
        return ids

    def response(self, answer: str) -> list[int]:
        """The answer and the token that ends it, cut so that a quarter of the maximum length is left for the prompt."""
        return (self.plain_ids(self._lead + answer) + self._end)[: self.max_length - self.max_length // _LEAST_PROMPT]

    def text(self, ids: Sequence[int]) -> str:
        """What a person reads of tokens the model wrote."""
        found: str = self.tokenizer.decode(list(ids), skip_special_tokens=True)  # type: ignore[assignment]
        return found.removeprefix(self._lead.strip()).strip()

    @cached_property
    def ends(self) -> frozenset[int]:
        """Tokens after which an answer is over."""
        return frozenset([*self._end, *self.ending])

    @property
    def ending(self) -> list[int]:
        """The token that ends a text, where the tokenizer has one."""
        end = self.tokenizer.eos_token_id
        return [end] if isinstance(end, int) else []

    def written(self, messages: Sequence[Message]) -> str:
        """The conversation in the model's own template; a plain one where it has none."""
        if not self.tokenizer.chat_template:
            return plain(messages)
        try:
            return self._rendered(messages, True)
        except TemplateError:  # it knows no system message, or wants the roles to take turns
            return self._rendered(_taking_turns(messages), True)

    def _rendered(self, messages: Sequence[Message], asks: bool) -> str:
        conversation = [dict(message) for message in messages]
        return str(self.tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=asks, **_FIXED))

    @cached_property
    def _edges(self) -> tuple[str, list[int]]:
        """What stands between prompt and answer, and the token that ends an answer."""
        if not self.tokenizer.chat_template:
            return " ", self.ending
        asked: list[Message] = [{"role": "user", "content": "?"}]
        before, whole = self._rendered(asked, True), self._rendered([*asked, {"role": "assistant", "content": _PROBE}], False)
        if not whole.startswith(before) or _PROBE not in whole[len(before) :]:
            return "", self.ending
        lead, _, after = whole[len(before) :].partition(_PROBE)
        first = self.plain_ids(after.strip())[:1]
        return lead, first if first and first[0] in self.tokenizer.added_tokens_decoder else self.ending

    @property
    def _lead(self) -> str:
        return self._edges[0]

    @property
    def _end(self) -> list[int]:
        return self._edges[1]

    def plain_ids(self, text: str) -> list[int]:
        """A text and nothing around it."""
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def _shortened(self, messages: list[Message], over: int) -> list[Message] | None:
        """With about ``over`` tokens less; None if nothing more can go."""
        system = [message for message in messages[:1] if message["role"] == "system"]
        rest = messages[len(system) :]
        if len(rest) > 1:
            later = rest[1:]
            # A conversation does not begin with an answer.
            return system + (later[1:] if len(later) > 1 and later[0]["role"] == "assistant" else later)
        content = rest[0]["content"] if rest else ""
        ids = self.plain_ids(content)
        if len(ids) > over + 1:
            left = str(self.tokenizer.decode(ids[over:])).lstrip("\ufffd ")
            if 0 < len(left) < len(content):
                return [*system, {**rest[0], "content": left}]
        return rest if system and rest else None


def plain(messages: Sequence[Message]) -> str:
    """A conversation for a model that was never taught one."""
    lines = [f"{message['role'].capitalize()}: {message['content']}\n" for message in messages]
    return "".join(lines) + "Assistant:"


def _taking_turns(messages: Sequence[Message]) -> list[Message]:
    """The system message as the beginning of the first question, and neighbours of one role as one message."""
    turns: list[Message] = []
    for message in messages:
        role = "user" if message["role"] == "system" else message["role"]
        if turns and turns[-1]["role"] == role:
            turns[-1] = {"role": role, "content": turns[-1]["content"] + "\n\n" + message["content"]}
        else:
            turns.append({"role": role, "content": message["content"]})
    return turns
