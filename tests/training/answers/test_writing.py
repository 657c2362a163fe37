"""Answers token by token."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer

from playground.models.catalogue import get_model
from playground.training.answers.chat import Chat
from playground.training.answers.forms import FORMS, Form
from playground.training.answers.writing import Pen, drawn, likeliest, table, untabled, write_all
from tests.training.answers.conftest import LLAMA, T5
from tests.training.answers.test_forms import BATCHES

QUESTIONS = ["hi", "a much longer question", "why"]


@pytest.fixture(scope="module", params=[LLAMA, T5])
def writer(request: pytest.FixtureRequest, writing_models: Path) -> tuple[Form, Any, list[list[int]]]:
    """A form, its tiny model, and prompts of different length."""
    facts = get_model(request.param)
    form, folder = FORMS[facts.kind], writing_models / facts.slug
    chat = Chat(AutoTokenizer.from_pretrained(folder), 64)
    prompts = [form.prompt(chat, [{"role": "user", "content": question}], 64) for question in QUESTIONS]
    return form, form.auto_class.from_pretrained(folder).eval(), prompts


@torch.no_grad()
def written(writer: tuple[Form, Any, list[list[int]]], prompts: list[list[int]], ends: frozenset[int] = frozenset()) -> list[list[int]]:
    form, model, _ = writer
    return write_all(model, form.asked(prompts, BATCHES), ends, 6)


def test_what_is_written_is_what_the_model_finds_likeliest_each_time(writer: tuple[Form, Any, list[list[int]]]) -> None:
    """Against transformers' own greedy search."""
    _, model, prompts = writer
    for prompt in prompts:
        ids = torch.tensor([prompt])
        expected = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=6, min_new_tokens=6, do_sample=False, eos_token_id=None
        )[0].tolist()
        expected = expected[1:] if model.config.is_encoder_decoder else expected[len(prompt) :]
        assert written(writer, [prompt]) == [expected]


def test_prompts_answered_together_get_the_answers_they_get_alone(writer: tuple[Form, Any, list[list[int]]]) -> None:
    prompts = writer[2]
    assert written(writer, prompts) == [written(writer, [prompt])[0] for prompt in prompts]


def test_an_answer_ends_at_its_end_and_the_others_go_on(writer: tuple[Form, Any, list[list[int]]]) -> None:
    prompts = writer[2]
    whole = written(writer, prompts)
    end = whole[0][2]
    found = written(writer, prompts, frozenset([end]))
    assert found == [row[: row.index(end)] if end in row else row for row in whole]


def test_no_answer_is_longer_than_it_may_be(writer: tuple[Form, Any, list[list[int]]]) -> None:
    assert [len(row) for row in written(writer, writer[2])] == [6, 6, 6]


def test_a_pen_writes_one_token_at_a_time(writer: tuple[Form, Any, list[list[int]]]) -> None:
    form, model, prompts = writer
    pen = Pen(model, form.asked(prompts[:1], BATCHES), frozenset(), 2)
    lengths = []
    while not pen.done:
        with torch.no_grad():
            pen.write()
        lengths.append(len(pen.tokens[0]))
    assert lengths == [1, 2]


def test_temperature_draws_and_its_absence_does_not() -> None:
    scores = torch.tensor([[0.0, 1.0, 0.9]]).expand(200, 3)
    assert drawn(0.0) is likeliest
    torch.manual_seed(0)
    assert len(set(drawn(1.0)(scores).tolist())) == 3
    assert set(drawn(0.01)(scores).tolist()) == {1}


def test_a_table_gives_tokens_back() -> None:
    rows = [[5, 150_000], [], [0]]
    assert [untabled(row) for row in table(rows, 3).tolist()] == rows
