"""Chats as columns hold them."""

from __future__ import annotations

import json

from playground.data.meaning.messages import messages_cell


def test_the_last_answer_is_taken_off() -> None:
    cell = json.dumps([{"role": "user", "content": "why"}, {"role": "assistant", "content": " so "}])
    assert messages_cell(cell) == ('[{"role": "user", "content": "why"}]', "so")


def test_a_plain_question_is_one_message() -> None:
    assert messages_cell("why", "here", "so") == (json.dumps([{"role": "user", "content": "why\n\nhere"}]), "so")


def test_nothing_stays_nothing() -> None:
    assert messages_cell("") == ("", "")
