"""Prompts and answers as tokens."""

from __future__ import annotations

import json

import pytest

from playground.training.answers.chat import Chat, Message, conversation
from tests.training.answers.conftest import TEMPLATE, make_tokenizer, talk


def shown(chat: Chat, ids: list[int]) -> str:
    return str(chat.tokenizer.decode(ids))


@pytest.fixture(scope="module")
def chat() -> Chat:
    return Chat(make_tokenizer(), max_length=80)


def user(content: str) -> Message:
    return {"role": "user", "content": content}


def test_a_prompt_is_written_in_the_models_own_template(chat: Chat) -> None:
    assert shown(chat, chat.prompt([user("hi")], 80)) == "<turn>user\nhi<end>\n<turn>assistant\n"


def test_an_answer_ends_with_the_token_that_ends_a_turn(chat: Chat) -> None:
    assert shown(chat, chat.response("meow")) == "meow<end>"
    assert chat.ends == {3}


def test_the_turn_of_a_template_may_end_with_another_token_than_texts_do() -> None:
    tokenizer = make_tokenizer()
    tokenizer.add_special_tokens({"eos_token": "<over>"})
    chat = Chat(tokenizer, 80)
    assert shown(chat, chat.response("moo")) == "moo<end>"
    assert chat.ends == {3, tokenizer.eos_token_id}


def test_what_a_template_puts_before_an_answer_is_learned_and_not_shown() -> None:
    thinking = TEMPLATE.replace("{{ message['content'] }}", "{% if message['role'] == 'assistant' %}#{% endif %}{{ message['content'] }}")
    chat = Chat(make_tokenizer(thinking), 80)
    ids = chat.response("moo")
    assert shown(chat, ids) == "#moo<end>"
    assert chat.text(ids) == "moo"


def test_a_model_without_a_template_gets_a_plain_one() -> None:
    chat = Chat(make_tokenizer(None), 80)
    assert shown(chat, chat.prompt([user("hi")], 80) + chat.response("meow")) == "User: hi\nAssistant: meow<end>"
    assert chat.text(chat.response("meow")) == "meow"


def test_a_template_that_knows_no_system_message_gets_it_with_the_first_question() -> None:
    strict = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" + TEMPLATE
    chat = Chat(make_tokenizer(strict), 80)
    system: Message = {"role": "system", "content": "be kind"}
    assert shown(chat, chat.prompt([system, user("hi")], 80)) == "<turn>user\nbe kind\n\nhi<end>\n<turn>assistant\n"


def test_a_long_conversation_loses_its_oldest_turns_and_keeps_the_system_message(chat: Chat) -> None:
    turns = [{"role": "system", "content": "S"}, user("old" * 9), {"role": "assistant", "content": "yes"}, user("new")]
    assert shown(chat, chat.prompt(turns, 50)) == "<turn>system\nS<end>\n<turn>user\nnew<end>\n<turn>assistant\n"


def test_a_long_question_loses_its_beginning(chat: Chat) -> None:
    prompt = shown(chat, chat.prompt([user("0123456789" * 9)], 50))
    assert prompt.endswith("56789<end>\n<turn>assistant\n")
    assert prompt.startswith("<turn>user\n")
    assert len(chat.prompt([user("0123456789" * 9)], 50)) <= 50


def test_a_room_too_small_for_the_template_keeps_the_end(chat: Chat) -> None:
    assert shown(chat, chat.prompt([user("hi")], 4)) == "ant\n"


def test_an_answer_leaves_a_quarter_of_the_length_to_the_prompt(chat: Chat) -> None:
    assert len(chat.response("x" * 500)) == 60


def test_a_cell_is_a_conversation_or_one_question() -> None:
    assert conversation("how are you") == [user("how are you")]
    assert conversation(talk("b", ("user", "a"), ("assistant", "1")))[1] == {"role": "assistant", "content": "1"}


def test_a_system_message_stands_before_a_question_that_has_none() -> None:
    assert [one["role"] for one in conversation("hi", "be kind")] == ["system", "user"]
    own = json.dumps([{"role": "system", "content": "mine"}, user("hi")])
    assert [one["content"] for one in conversation(own, "be kind")] == ["mine", "hi"]
