"""The reference that only looks up."""

from __future__ import annotations

import json

from playground.references.nearest import asked, nearest

PROMPTS = ["where is my parcel", "i want my money back", "the screen is broken"]
ANSWERS = ["it is on its way", "you get it back", "send it in"]


def chat(*contents: tuple[str, str]) -> str:
    return json.dumps([{"role": role, "content": content} for role, content in contents])


def test_the_answer_is_that_of_the_most_similar_prompt() -> None:
    assert nearest(PROMPTS, ANSWERS, ["my money please", "broken screen again"]) == ["you get it back", "send it in"]


def test_a_prompt_like_no_other_still_gets_an_answer() -> None:
    assert nearest(PROMPTS, ANSWERS, ["xyzzy"]) == ["it is on its way"]


def test_chinese_prompts_are_compared_by_pieces() -> None:
    assert nearest(["我要退货", "物流太慢了"], ["好的", "抱歉"], ["物流好慢"]) == ["抱歉"]


def test_a_system_message_alike_in_all_does_not_count() -> None:
    assert asked(chat(("system", "be kind"), ("user", "hi"), ("assistant", "yes"), ("user", "why"))) == "hi\nyes\nwhy"
    assert asked("plain") == "plain"
