"""Chats as columns hold them -> the messages up to the last question, and the answer to it."""

from __future__ import annotations

import json

from playground.data.formats.chat import Message, to_messages


def messages_cell(text: str, more: str = "", answer: str | None = None) -> tuple[str, str]:
    """The messages as one JSON cell and the answer; "" for what is missing.

    :param text: a list of messages, or a plain question.
    :param more: what an instruction is about (alpaca's ``input``); stands below it.
    :param answer: None takes the last message of the list, if the assistant says it.
    """
    messages = to_messages({"messages": text})
    if messages is None:
        asked = "\n\n".join(part for part in (text, more) if part)
        return _cell([{"role": "user", "content": asked}] if asked else []), answer or ""
    if answer is None:
        answer = messages[-1]["content"].strip() if messages[-1:] and messages[-1]["role"] == "assistant" else ""
        messages = messages[:-1] if messages[-1:] and messages[-1]["role"] == "assistant" else messages
    return _cell(messages), answer


def _cell(messages: list[Message]) -> str:
    return json.dumps(messages, ensure_ascii=False) if messages else ""
