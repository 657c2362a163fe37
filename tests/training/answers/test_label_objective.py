"""Whole runs of text classification by a tiny model that writes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from playground.errors import PredictionError
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.events import EvaluationEvent
from playground.runs.folder import RunFolder
from playground.runs.types import Result
from playground.training import train
from playground.training.answer import load
from playground.training.answers.labels import POWER, Asking, best_power
from playground.training.load import Loaded
from playground.training.objective import Answerer
from playground.training.objectives import objective_for
from playground.training.texts import read_splits
from tests.training.answers.conftest import LLAMA, MakeRun, make_tokenizer
from tests.training.conftest import events_of, rows, splits

SETTINGS = {"task": "text-classification", "max_length": 24, "epochs": 6}


@pytest.fixture(scope="module")
def finished(make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run(frame=splits(rows(40)), **SETTINGS)
    assert train(folder.path).ending == "finished"
    return folder


@pytest.fixture(scope="module")
def answerer(finished: RunFolder) -> Answerer:
    return load(finished.path)


def predictions(folder: RunFolder) -> pd.DataFrame:
    return pd.read_parquet(folder.predictions)


def likeliest(answer: object) -> str:
    assert isinstance(answer, Mapping)
    return max(answer, key=lambda label: answer[label])


def asking(max_length: int = 24, labels: tuple[str, ...] = ("delivery", "praise", "refund")) -> Asking:
    return Asking.of(Loaded(None, make_tokenizer(), get_model(LLAMA), labels), max_length)  # type: ignore[arg-type]


def test_the_base_is_asked_the_same_question_and_every_reference_answers(finished: RunFolder) -> None:
    frame = predictions(finished)
    assert list(frame.columns) == ["row", "text", "label", "tuned", "tuned_confidence", "majority", "zero_shot", "tfidf", "probe"]
    assert Result.from_json(finished.result.read_text()).base == "zero_shot"
    assert set(frame["zero_shot"]) <= {"delivery", "praise", "refund"}


def test_the_right_labels_become_likelier(finished: RunFolder) -> None:
    losses = [event.loss for event in events_of(finished) if isinstance(event, EvaluationEvent)]
    assert losses[-1] < losses[0] / 2


def test_a_loaded_run_answers_as_training_did(finished: RunFolder, answerer: Answerer) -> None:
    frame = predictions(finished)
    for base in ("zero_shot", "probe"):
        again = answerer.answer(frame["text"].tolist(), base)
        assert [likeliest(one.base) for one in again] == frame[base].tolist()
        assert [likeliest(one.tuned) for one in again] == frame["tuned"].tolist()


def test_probabilities_add_up(answerer: Answerer) -> None:
    (one,) = answerer.answer(["where is my order"])
    assert isinstance(one.tuned, Mapping)
    assert sum(one.tuned.values()) == pytest.approx(1.0, abs=1e-5)


def test_a_reference_that_cannot_answer_new_texts_is_refused(answerer: Answerer) -> None:
    with pytest.raises(PredictionError):
        answerer.answer(["hi"], "tfidf")


def test_a_long_text_is_cut_and_the_question_stays() -> None:
    prompt = asking(8).chat.tokenizer.decode(asking(8).prompt("0123456789"))
    assert "01234567\n\nWhich label fits this text? delivery, praise, refund<end>" in str(prompt)


def test_many_labels_are_not_spelled_out() -> None:
    labels = tuple(f"label number {place}" for place in range(40))
    assert "label number" not in str(asking(24, labels).chat.tokenizer.decode(asking(24, labels).prompt("hi")))


def test_names_that_would_become_alike_stay_as_they_are() -> None:
    assert asking(24, ("cardArrival", "lostCard")).names == ("card arrival", "lost card")
    assert asking(24, ("card arrival", "card_arrival")).names == ("card arrival", "card_arrival")


def test_how_a_names_length_counts_is_what_scores_higher() -> None:
    assert best_power(lambda calibration: calibration[POWER][0]) == {POWER: [1.0]}
    assert best_power(lambda calibration: -calibration[POWER][0]) == {POWER: [0.0]}
    assert best_power(lambda calibration: 0.5) == {POWER: [0.0]}


@pytest.mark.parametrize("balance", ["none", "oversample", "class-weights"])
def test_rare_labels_are_repeated_or_weighted(make_run: MakeRun, balance: str) -> None:
    few = [(f"text {place}", "a" if place % 5 in (0, 2, 4) else "b") for place in range(40)]
    folder = make_run(frame=splits(few), **SETTINGS, balance=balance)
    recipe = Recipe.from_json(folder.recipe.read_text())
    objective = objective_for(recipe.task, get_model(LLAMA))
    part = read_splits(folder.splits, objective.task)
    loaded = Loaded(None, make_tokenizer(), get_model(LLAMA), part.labels)  # type: ignore[arg-type]
    found = objective.training_samples(loaded, part.train, recipe, objective.samples(loaded, part.train, recipe))
    counts = {label: part.train.labels.count(label) for label in part.labels}
    assert len(found) == (2 * max(counts.values()) if balance == "oversample" else len(part.train))
    assert (len({sample.weight for sample in found}) > 1) == (balance == "class-weights")
