"""Every task by every method on every way of storing the base: two steps and the same answers from disk, or a reason up front."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import product
from typing import get_args

import pandas as pd
import pytest
from transformers import AutoModelForMaskedLM, AutoTokenizer

from playground.data.meaning.entities import entities
from playground.devices import Device
from playground.recipe import Method, Quantization, Recipe
from playground.runs.folder import RunFolder
from playground.runs.types import Prediction
from playground.training import train
from playground.training.answer import load
from tests.training.conftest import MINILM, MakeRun
from tests.training.data_of_tasks import TASKS, frame_of

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)
CASES = [*product(TASKS, get_args(Method), get_args(Quantization))]


def settings_of(task: str, method: str, quantization: str) -> dict[str, object]:
    fixed = {"last_layers": 1, "learning_rate": 5e-4, "epochs": 1, "warmup_ratio": 0.0, "batch_size": 9, "max_length": 48}
    return {"task": task, "method": method, "quantization": quantization, **fixed}


def refusals(case: tuple[str, str, str]) -> list[str]:
    return [problem.code for problem in Recipe(model=MINILM).with_values(settings_of(*case)).check(LAPTOP)]


@pytest.mark.parametrize(("task", "method", "quantization"), [case for case in CASES if not refusals(case)])
def test_it_trains_two_steps_and_answers_the_same_from_disk(make_run: MakeRun, task: str, method: str, quantization: str) -> None:
    run = make_run(frame=frame_of(task), **settings_of(task, method, quantization))
    assert train(run.path).ending == "finished", run.events.read_text(encoding="utf-8")[-500:]
    if task == "language-modeling":
        folder = run.pretrained
        assert len(AutoTokenizer.from_pretrained(folder)) == AutoModelForMaskedLM.from_pretrained(folder).config.vocab_size
    else:
        assert_same_answers(run, task)


def assert_same_answers(run: RunFolder, task: str) -> None:
    """The test split asked again, by a model loaded from disk, against what training wrote."""
    frame = pd.read_parquet(run.predictions)
    worded = [" ".join(json.loads(text)) for text in frame["text"]] if task == "token-classification" else frame["text"].tolist()
    answers = load(run.path).answer(worded, "probe", frame["text_pair"].tolist() if "text_pair" in frame else None)
    assert [CELLS[task](answer) for answer in answers] == [WRITTEN[task](row) for _, row in frame.iterrows()]


def _best(answer: Prediction) -> object:
    assert isinstance(answer.tuned, Mapping)
    label = max(answer.tuned, key=answer.tuned.__getitem__)
    return label, answer.tuned[label]


def _given(answer: Prediction) -> object:
    assert isinstance(answer.tuned, Mapping)
    return [label for label, score in answer.tuned.items() if score > 0.5]


def _number(answer: Prediction) -> object:
    assert isinstance(answer.tuned, Mapping)
    return repr(answer.tuned["value"])


def _kinds(answer: Prediction) -> object:
    assert isinstance(answer.tuned, tuple)
    return [(entity.text, entity.label) for entity in answer.tuned]


def _marked(row: pd.Series[str]) -> object:
    words = json.loads(row["text"])
    return [(" ".join(words[first:last]), kind) for first, last, kind in entities(json.loads(row["tuned"]))]


#: What a prediction says, and what the file of a run's predictions says, in the same form.
CELLS: dict[str, Callable[[Prediction], object]] = {
    "text-classification": _best, "text-pair-classification": _best, "multi-label-classification": _given, "regression": _number,
    "token-classification": _kinds,
}  # fmt: skip
WRITTEN: dict[str, Callable[[pd.Series[str]], object]] = {
    "text-classification": lambda row: (row["tuned"], row["tuned_confidence"]),
    "text-pair-classification": lambda row: (row["tuned"], row["tuned_confidence"]),
    "multi-label-classification": lambda row: json.loads(row["tuned"]),
    "regression": lambda row: row["tuned"],
    "token-classification": _marked,
}


@pytest.mark.parametrize("case", [case for case in CASES if refusals(case)], ids="-".join)
def test_what_cannot_be_trained_is_refused_with_its_reason(case: tuple[str, str, str]) -> None:
    problems = Recipe(model=MINILM).with_values(settings_of(*case)).check(LAPTOP)
    known = {"full_quantized", "dora_int8", "head_for_task", "contrastive_task"}
    assert {problem.code for problem in problems} <= known
    for problem in problems:
        assert problem.message("zh") != problem.message("en")
