"""Chats and instructions in their shapes."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from playground.data.formats.chat import to_messages, with_messages
from playground.data.read import read_table

HELLO = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
SYSTEM = {"role": "system", "content": "be kind"}

SHAPES: dict[str, dict[str, Any]] = {
    "messages": {"messages": HELLO},
    "messages as text": {"messages": json.dumps(HELLO)},
    "parts": {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}, HELLO[1]]},
    "sharegpt": {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello"}]},
    "alpaca": {"instruction": "hi", "input": "", "output": "hello"},
    "alpaca without input": {"instruction": "hi", "output": "hello"},
    "prompt and completion": {"prompt": "hi", "completion": "hello"},
    "prompt and response": {"Prompt": "hi", "Response": "hello"},
    "prompt and completion as messages": {"prompt": HELLO[:1], "completion": HELLO[1:]},
    "question and answer": {"question": "hi", "answer": "hello"},
    "chosen and rejected": {"prompt": "hi", "chosen": "hello", "rejected": "go away"},
    "chosen as messages": {"chosen": HELLO, "rejected": HELLO[:1]},
    "chosen answer after a prompt": {"prompt": HELLO[:1], "chosen": HELLO[1:], "rejected": []},
    "chosen with the prompt repeated": {"prompt": HELLO[:1], "chosen": HELLO, "rejected": []},
    "a transcript": {"chosen": "\n\nHuman: hi\n\nAssistant: hello", "rejected": "\n\nHuman: hi\n\nAssistant: no"},
    "Chinese": {"指令": "hi", "输出": "hello"},
}


@pytest.mark.parametrize("record", SHAPES.values(), ids=SHAPES)
def test_every_shape_becomes_the_same_messages(record: dict[str, Any]) -> None:
    assert to_messages(record) == HELLO


def test_input_stands_below_the_instruction() -> None:
    messages = to_messages({"instruction": "translate", "input": "hello", "output": "你好"})
    assert messages is not None
    assert messages[0]["content"] == "translate\n\nhello"


@pytest.mark.parametrize(
    "record", [{"system": "be kind", "conversations": HELLO}, {"system": "be kind", "instruction": "hi", "output": "hello"}]
)
def test_what_the_system_says_comes_first(record: dict[str, Any]) -> None:
    assert to_messages(record) == [SYSTEM, *HELLO]


def test_a_list_in_a_text_stays_the_text() -> None:
    messages = to_messages({"instruction": "list them", "output": '["a", "b"]'})
    assert messages is not None
    assert messages[1]["content"] == '["a", "b"]'


def test_roles_nobody_knows_stay_for_the_checks_to_name() -> None:
    messages = to_messages({"messages": [{"role": "Narrator", "content": None}, HELLO[1]]})
    assert messages is not None
    assert messages[0] == {"role": "narrator", "content": ""}


@pytest.mark.parametrize(
    "record", [{"text": "hi", "label": "x"}, {"messages": "hi"}, {"messages": [1, 2]}, {"instruction": "x"}, {}, {"chat": "[oops"}]
)
def test_other_records_are_no_chat(record: dict[str, Any]) -> None:
    assert to_messages(record) is None


def test_a_conversation_gives_way_to_messages_and_plain_columns_stay() -> None:
    frame, task = with_messages(pd.DataFrame({"id": ["1", "2"], "conversations": [json.dumps(HELLO)] * 2}, dtype="str"))
    assert (task, frame.columns.tolist()) == ("generation", ["messages", "id"])
    frame, task = with_messages(pd.DataFrame({"instruction": ["a", "b"], "output": ["c", "d"]}, dtype="str"))
    assert (task, frame.columns.tolist()) == ("generation", ["messages", "instruction", "output"])


def test_questions_with_a_few_short_answers_are_left_for_labels() -> None:
    frame = pd.DataFrame({"question": [f"is {n} even" for n in range(20)], "answer": ["yes", "no"] * 10}, dtype="str")
    assert with_messages(frame)[1] is None


def test_questions_with_answers_of_their_own_are_for_generation() -> None:
    frame = pd.DataFrame({"question": [f"what is {n}" for n in range(20)], "answer": [f"it is {n}" for n in range(20)]}, dtype="str")
    assert with_messages(frame)[1] == "generation"


def test_a_table_of_texts_and_labels_stays_as_it_is() -> None:
    frame = pd.DataFrame({"text": ["a", "b"], "chat": ["x", "y"]}, dtype="str")
    assert with_messages(frame)[0] is frame


def test_a_broken_chat_is_an_empty_cell() -> None:
    lines = [{"messages": HELLO}] * 9 + [{"messages": "?"}]
    table = read_table("\n".join(map(json.dumps, lines)).encode(), "chat.jsonl")
    assert table.task == "generation"
    assert table.frame["messages"].tolist()[9] == ""
    assert json.loads(table.frame["messages"].tolist()[0]) == HELLO
