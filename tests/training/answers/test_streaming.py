"""Answers told while they are being written, through the prediction worker's own lines."""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.predict import replies, stream_text
from playground.runs.folder import RunFolder
from playground.runs.writing import WritingOptions
from playground.training import train
from tests.training.answers.conftest import MakeRun


@pytest.fixture(scope="module")
def run(make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run(epochs=1)
    assert train(folder.path).ending == "finished"
    return folder


def question(run: RunFolder, **options: Any) -> str:
    return json.dumps({"id": 5, "run": str(run.path), "stream": True, "prompt": "3 dog", "options": options})


def test_parts_come_one_a_line_and_the_last_is_done(run: RunFolder) -> None:
    lines = list(replies(question(run)))
    assert {line["id"] for line in lines} == {5}
    assert [line.get("done", False) for line in lines] == [False] * (len(lines) - 1) + [True]
    last = list(stream_text(run.path, "3 dog", WritingOptions()))[-1]
    assert lines[-1]["part"] == {"base": last.base, "tuned": last.tuned}


def test_a_question_called_off_gets_a_last_line_soon(run: RunFolder) -> None:
    asked: list[int] = []

    def called_off(number: int) -> bool:
        asked.append(number)
        return len(asked) == 2

    lines = list(replies(question(run), called_off))
    assert lines[-1] == {"id": 5, "done": True}
    assert len(lines) == 3


def test_drawn_answers_are_written_too(run: RunFolder) -> None:
    lines = list(replies(question(run, temperature=1.5, system="be kind")))
    assert lines[-1]["done"]
    assert "part" in lines[-1]
