"""Whole runs on running text: continued from a base, and from nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSequenceClassification, AutoTokenizer

from playground.errors import PredictionError
from playground.runs.events import EvaluationEvent, ReferenceEvent
from playground.runs.folder import RunFolder
from playground.tasks import get_task
from playground.training import train
from playground.training.answer import load
from playground.training.language.gap import GapAnswerer
from playground.training.language.objective import Words
from playground.training.objective import Answerer
from tests.training.conftest import MakeRun, events_of
from tests.training.data_of_tasks import frame_of

TEXT = {"task": "language-modeling", "epochs": 3, "learning_rate": 5e-3, "warmup_ratio": 0.0}


@pytest.fixture(scope="module")
def run(make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run(frame=frame_of("language-modeling", 60), **TEXT)
    assert train(folder.path).ending == "finished"
    return folder


def perplexities(folder: RunFolder) -> dict[str, float]:
    frame, task = pd.read_parquet(folder.predictions), get_task("language-modeling")
    return {
        name: task.score(frame["label"].tolist(), frame[name].tolist()).values["perplexity"] for name in ("frequency", "untuned", "tuned")
    }


def test_perplexity_falls_below_that_of_the_base_and_of_counting_words(run: RunFolder) -> None:
    found = perplexities(run)
    assert found["tuned"] < found["untuned"]
    assert found["tuned"] < found["frequency"]


def test_a_base_without_an_output_layer_gets_a_fair_one(run: RunFolder) -> None:
    """A layer drawn at random would say nonsense; one fitted to the frozen base beats counting words or comes near it."""
    found = perplexities(run)
    assert found["untuned"] < 1.2 * found["frequency"]


def test_the_best_evaluation_is_the_lowest(run: RunFolder) -> None:
    evaluations = [event for event in events_of(run) if isinstance(event, EvaluationEvent)]
    assert [event for event in evaluations if event.best][-1].metric == min(event.metric for event in evaluations)


def test_references_are_told_on_the_validation_split(run: RunFolder) -> None:
    assert [event.name for event in events_of(run) if isinstance(event, ReferenceEvent)] == ["frequency", "untuned"]


def test_every_answer_is_about_the_same_words(run: RunFolder) -> None:
    frame = pd.read_parquet(run.predictions)
    counts = [[json.loads(cell)["tokens"] for cell in frame[name]] for name in ("frequency", "untuned", "tuned")]
    assert counts[0] == counts[1] == counts[2]


def test_the_model_it_leaves_is_whole_and_keeps_its_dropout(run: RunFolder) -> None:
    model = AutoModelForMaskedLM.from_pretrained(run.pretrained)
    assert model.config.hidden_dropout_prob == 0.1
    assert not any("lora" in name for name in model.state_dict())
    assert len(AutoTokenizer.from_pretrained(run.pretrained)) == model.config.vocab_size


def test_a_pretrained_model_is_a_base_for_classification(run: RunFolder) -> None:
    _, facts = AutoModelForSequenceClassification.from_pretrained(run.pretrained, num_labels=3, output_loading_info=True)
    assert all("classifier" in name or "pooler" in name for name in facts["missing_keys"])


@pytest.fixture(scope="module")
def gaps(run: RunFolder) -> Answerer:
    return load(run.path)


def test_both_models_put_words_into_a_gap(gaps: Answerer) -> None:
    (answer,) = gaps.answer(["please ___ my money"])
    assert answer.base != answer.tuned
    for side in (answer.base, answer.tuned):
        assert isinstance(side, Mapping)
        assert len(side) == 5
        assert list(side.values()) == sorted(side.values(), reverse=True)
        assert not [word for word in side if word.startswith("[")]


def test_a_gap_may_be_written_as_the_model_writes_it(gaps: Answerer) -> None:
    assert gaps.answer(["my [MASK] is late"])[0].tuned == gaps.answer(["my ___ is late"])[0].tuned


def test_the_base_answers_with_the_layer_that_was_fitted_to_it(gaps: Answerer, run: RunFolder) -> None:
    assert isinstance(gaps, GapAnswerer)
    fitted = load_file(run.adapter / "probe.safetensors")
    assert torch.equal(gaps.base.get_output_embeddings().bias, fitted.pop("prior"))
    weights = gaps.base.state_dict()
    assert fitted
    assert all(torch.equal(weights[name], tensor) for name, tensor in fitted.items())


@pytest.mark.parametrize("text", ["no gap in here", "long " * 200 + "___"])
def test_without_a_gap_there_is_nothing_to_fill(gaps: Answerer, text: str) -> None:
    with pytest.raises(PredictionError) as caught:
        gaps.answer([text])
    assert caught.value.code == "no_gap"
    with pytest.raises(PredictionError):
        gaps.answer(["a ___"], base="probe")


def test_a_model_that_writes_on_answers_no_questions(tmp_path: Path) -> None:
    nothing: Any = None
    with pytest.raises(PredictionError) as caught:
        Words.causal(get_task("language-modeling")).answerer(nothing, nothing, nothing, tmp_path, "untuned", nothing, {})
    assert caught.value.code == "task_without_answers"


def test_slices_end_as_one_run_does(make_run: MakeRun) -> None:
    whole, sliced = (make_run(name, frame=frame_of("language-modeling", 30), **{**TEXT, "epochs": 1}) for name in ("whole", "sliced"))
    assert train(whole.path).ending == "finished"
    while train(sliced.path, time_budget=0.0).ending == "paused":
        pass
    assert pd.read_parquet(sliced.predictions).equals(pd.read_parquet(whole.predictions))


@pytest.mark.parametrize(("model", "kind"), [("scratch/bert-tiny", AutoModelForMaskedLM), ("scratch/llama-tiny", AutoModelForCausalLM)])
def test_a_model_from_nothing_learns_words_of_its_own(make_run: MakeRun, model: str, kind: type) -> None:
    folder = make_run(frame=frame_of("language-modeling", 40), model=model, method="full", **{**TEXT, "learning_rate": 5e-4, "epochs": 2})
    assert train(folder.path).ending == "finished", folder.events.read_text(encoding="utf-8")[-600:]
    found = perplexities(folder)
    assert found["tuned"] < found["untuned"]
    tokenizer = AutoTokenizer.from_pretrained(folder.pretrained)
    assert "refund" in tokenizer.get_vocab() or "Ġrefund" in tokenizer.get_vocab()
    assert kind.from_pretrained(folder.pretrained).config.vocab_size == len(tokenizer)  # type: ignore[attr-defined]


def test_no_file_of_the_model_carries_a_path_of_this_machine(run: RunFolder, tmp_path: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in run.pretrained.rglob("*.json")]
    assert not any(str(tmp_path.parent) in text for text in texts)
