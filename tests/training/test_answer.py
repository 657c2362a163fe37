"""Both answers from one loaded model."""

from __future__ import annotations

import pandas as pd
import pytest

from playground.errors import PredictionError
from playground.runs.folder import RunFolder
from playground.training import train
from playground.training.answer import Shelf, load
from tests.training.conftest import MakeRun


@pytest.fixture(scope="module")
def run(make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run(learning_rate=0.01, warmup_ratio=0.0)
    train(folder.path)
    return folder


def test_probabilities_of_both_answers_sum_to_one(run: RunFolder) -> None:
    answer = load(run.path).answer(["where is my order"])[0]
    for side in (answer.base, answer.tuned):
        assert set(side) == {"delivery", "praise", "refund"}
        assert sum(side.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("base", ["zero_shot", "probe"])
def test_the_base_answers_as_the_reference_did(run: RunFolder, base: str) -> None:
    frame = pd.read_parquet(run.predictions)
    answers = load(run.path).answer(frame["text"].tolist(), base)
    assert [max(one.base, key=lambda label: one.base[label]) for one in answers] == frame[base].tolist()


def test_the_fine_tuned_model_answers_exactly_as_after_training(run: RunFolder) -> None:
    frame = pd.read_parquet(run.predictions)
    answers = load(run.path).answer(frame["text"].tolist())
    assert [max(one.tuned.values()) for one in answers] == frame["tuned_confidence"].tolist()
    assert [max(one.tuned, key=lambda label: one.tuned[label]) for one in answers] == frame["tuned"].tolist()


def test_asking_for_the_base_does_not_change_the_fine_tuned_answer(run: RunFolder) -> None:
    loaded = load(run.path)
    first = loaded.answer(["i love it"], "probe")[0]
    second = loaded.answer(["i love it"], "zero_shot")[0]
    assert first.tuned == second.tuned
    assert first.base != second.base


def test_another_base_is_refused(run: RunFolder) -> None:
    with pytest.raises(PredictionError) as caught:
        load(run.path).answer(["x"], "tfidf")
    assert caught.value.code == "no_reference"


def test_no_texts_have_no_answers(run: RunFolder) -> None:
    assert load(run.path).answer([]) == []


def test_a_run_without_a_result_is_not_asked(make_run: MakeRun) -> None:
    with pytest.raises(PredictionError) as caught:
        Shelf().get(make_run().path)
    assert caught.value.code == "not_finished"


def test_the_shelf_keeps_the_runs_asked_last(run: RunFolder) -> None:
    shelf = Shelf(size=1)
    first = shelf.get(run.path)
    assert shelf.get(run.path) is first
    run.result.touch()
    assert shelf.get(run.path) is not first
