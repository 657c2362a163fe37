"""The prediction worker, as a process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from playground.predict import Inbox, predict_texts, replies
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.training import train
from tests.runs.making import until
from tests.training.conftest import MINILM, rows, splits


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, tiny_models: Path) -> Iterator[RunFolder]:
    """A finished run over the tiny model, in bf16 where the processor has it."""
    folder = RunFolder(tmp_path_factory.mktemp("runs") / "run")
    folder.path.mkdir()
    recipe = Recipe(model=MINILM, epochs=2, batch_size=4, max_length=32, lora_r=4, learning_rate=0.01, quantization="nf4")
    folder.recipe.write_text(recipe.to_json(), encoding="utf-8")
    splits(rows()).to_parquet(folder.splits, index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_MODELS", str(tiny_models))
        assert train(folder.path).ending == "finished"
        yield folder


class Worker:
    """A living worker."""

    def __init__(self, models: Path) -> None:
        environment = {**os.environ, "PLAYGROUND_MODELS": str(models)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "playground.predict"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", env=environment,
        )  # fmt: skip

    def ask(self, **question: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def end(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(timeout=20)


def test_a_fresh_process_answers_as_training_did_and_ends_with_its_input(run: RunFolder, tiny_models: Path) -> None:
    worker = Worker(tiny_models)
    frame = pd.read_parquet(run.predictions)
    assert worker.ask(id=1, run=str(run.path), warm=True) == {"id": 1, "predictions": []}
    answer = worker.ask(id=2, run=str(run.path), texts=frame["text"].tolist(), base="probe")
    assert answer["id"] == 2
    tuned = [one["tuned"] for one in answer["predictions"]]
    assert [max(one, key=lambda label: one[label]) for one in tuned] == frame["tuned"].tolist()
    assert [max(one.values()) for one in tuned] == frame["tuned_confidence"].tolist()
    assert [max(one["base"], key=lambda label: one["base"][label]) for one in answer["predictions"]] == frame["probe"].tolist()
    assert worker.ask(id=3, run=str(run.path / "gone"), texts=["x"])["error"]["code"] == "not_finished"
    assert worker.end() == 0


def test_a_question_that_cannot_be_read_is_answered_with_an_error() -> None:
    answer = next(replies("{"))
    assert answer["id"] is None
    assert answer["error"]["code"] == "prediction_crashed"


def test_a_question_that_is_no_object_is_answered_with_an_error() -> None:
    assert next(replies("[1]"))["error"]["code"] == "prediction_crashed"


def test_what_libraries_print_does_not_reach_the_answers() -> None:
    script = (
        "import os, playground.predict as p\n"
        "out = p.take_stdout()\n"
        "print('noise'); os.write(1, b'deep noise\\n')\n"
        "out.write('answer\\n'); out.flush()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "answer\n"
    assert "deep noise" in done.stderr


def test_the_same_as_a_function(run: RunFolder) -> None:
    answers = predict_texts(run.path, ["i love it", "refund"])
    assert [one.text for one in answers] == ["i love it", "refund"]
    assert sum(answers[0].tuned.values()) == pytest.approx(1.0)


def test_a_stream_of_a_run_that_writes_nothing_is_refused(run: RunFolder) -> None:
    question = {"id": 4, "run": str(run.path), "stream": True, "prompt": "hi", "options": {}}
    (answer,) = replies(json.dumps(question))
    assert answer["error"]["code"] == "no_streaming"


def test_calling_off_what_is_over_is_no_question() -> None:
    assert list(replies('{"cancel": 3}')) == []


def test_an_inbox_knows_what_was_called_off_and_keeps_the_rest() -> None:
    inbox = Inbox(io.StringIO('{"id": 1}\n\n{"cancel": 1}\n{"id": 2}\n'))
    lines = iter(inbox)
    assert json.loads(next(lines)) == {"id": 1}
    until(lambda: inbox.called_off(1))
    assert [json.loads(line) for line in lines] == [{"cancel": 1}, {"id": 2}]


def test_whoever_is_gone_waits_for_nothing() -> None:
    inbox = Inbox(io.StringIO(""))
    until(lambda: inbox.called_off(7))
