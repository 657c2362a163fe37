"""Whole runs of generation over tiny models: what they leave, and that slices and stops do not change what comes out."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from safetensors.torch import load_file

from playground.compare import compare
from playground.errors import PredictionError
from playground.runs.folder import RunFolder
from playground.runs.types import Result
from playground.runs.writing import StreamPart, WritingOptions
from playground.tasks.generation import Written
from playground.training import train
from playground.training.answer import load
from playground.training.answers import asking
from playground.training.answers.answer import WrittenAnswerer
from playground.training.answers.objective import most_frequent, perplexity_of
from playground.training.texts import read_splits
from tests.training.answers.conftest import LLAMA, T5, MakeRun, dialogues, splits


@pytest.fixture(scope="module", params=[LLAMA, T5])
def finished(request: pytest.FixtureRequest, make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run(request.param.replace("/", "-"), model=request.param)
    assert train(folder.path).ending == "finished"
    return folder


@pytest.fixture(scope="module")
def answerer(finished: RunFolder) -> WrittenAnswerer:
    found = load(finished.path)
    assert isinstance(found, WrittenAnswerer)
    return found


def predictions(folder: RunFolder) -> pd.DataFrame:
    return pd.read_parquet(folder.predictions)


def cells(folder: RunFolder, column: str) -> list[Written]:
    return [Written.of(cell) for cell in predictions(folder)[column]]


def test_every_row_of_the_test_split_has_an_answer_of_every_reference(finished: RunFolder) -> None:
    frame = predictions(finished)
    assert list(frame.columns) == ["row", "text", "label", "tuned", "majority", "nearest", "untuned"]
    assert len(frame) == 8
    assert Result.from_json(finished.result.read_text()).base == "untuned"


def test_both_models_tell_how_likely_they_found_the_answer_and_the_others_cannot(finished: RunFolder) -> None:
    for column in ("tuned", "untuned"):
        assert all(cell.likelihood and cell.likelihood.nll > 0 for cell in cells(finished, column))
    expected = [len(label) + 1 for label in predictions(finished)["label"]]
    assert [cell.likelihood.tokens for cell in cells(finished, "tuned") if cell.likelihood] == expected
    assert not any(cell.likelihood for column in ("majority", "nearest") for cell in cells(finished, column))


def test_training_makes_the_expected_answers_less_surprising(finished: RunFolder) -> None:
    result = Result.from_json(finished.result.read_text())
    scores = compare(result, predictions(finished), None)
    assert scores.tuned.values["perplexity"] < scores.base.values["perplexity"] / 3


def test_a_loaded_run_writes_what_training_wrote(finished: RunFolder, answerer: WrittenAnswerer) -> None:
    again = answerer.answer(predictions(finished)["text"].tolist())
    assert [one.tuned for one in again] == [cell.text for cell in cells(finished, "tuned")]
    assert [one.base for one in again] == [cell.text for cell in cells(finished, "untuned")]


def test_a_streamed_answer_grows_to_the_whole_one(answerer: WrittenAnswerer) -> None:
    parts = list(answerer.stream("7 cow", WritingOptions()))
    whole = answerer.answer(["7 cow"])[0]
    assert parts[-1] == StreamPart(str(whole.base), str(whole.tuned), True)
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True]
    assert len(parts) > 2


def test_a_system_message_is_read(answerer: WrittenAnswerer) -> None:
    asked = list(answerer.stream("7 cow", WritingOptions(system="be brief")))[-1]
    same = json.dumps([{"role": "system", "content": "be brief"}, {"role": "user", "content": "7 cow"}])
    assert asked.tuned == answerer.answer([same])[0].tuned


def test_a_reference_that_cannot_answer_new_prompts_is_refused(answerer: WrittenAnswerer) -> None:
    with pytest.raises(PredictionError) as caught:
        answerer.answer(["hi"], "nearest")
    assert caught.value.code == "no_reference"


def test_slices_end_with_the_same_answers(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_AT_ONCE", 3)
    whole, sliced = (make_run(name, epochs=1, frame=splits(dialogues(30))) for name in ("whole", "sliced"))
    endings = [train(whole.path).ending]
    while endings[-1] != "finished" or not sliced.result.exists():
        endings.append(train(sliced.path, time_budget=0.0).ending)
        assert len(endings) < 20
    assert endings.count("paused") > 5
    texts = [[cell.text for cell in cells(run, "tuned")] for run in (whole, sliced)]
    assert texts[0] == texts[1]


def test_a_large_test_split_is_answered_in_part_and_evenly(tmp_path: Path, finished: RunFolder) -> None:
    splits(dialogues(70) * 10).to_parquet(tmp_path / "splits.parquet")
    from playground.tasks import get_task

    test = read_splits(tmp_path / "splits.parquet", get_task("generation")).test
    assert len(test) == 100
    assert test.rows[0] == 4
    assert test.rows[-1] > 680
    assert len(read_splits(tmp_path / "splits.parquet", get_task("text-classification")).test) == 140


def test_answers_may_be_a_little_longer_than_those_of_training() -> None:
    from playground.training.answers.forms import Turn
    from playground.training.objective import Sample
    from playground.training.texts import Inputs

    def longest(tokens: int) -> int:
        return asking.most_new_tokens([Sample(Inputs([0]), Turn([1] * size)) for size in (1, tokens)])

    assert [longest(40), longest(2), longest(5000)] == [50, 16, 512]


def test_the_most_frequent_answer_is_the_first_by_name_among_equals() -> None:
    assert most_frequent(["b", "a", "b", "a", "c"]) == "a"


def test_perplexity_stays_a_number() -> None:
    assert perplexity_of(0.0) == 1.0
    assert perplexity_of(1e9) < float("inf")


@pytest.mark.parametrize(("model", "method"), [(LLAMA, "full"), (T5, "ia3")])
def test_every_method_leaves_the_output_layer_as_it_was(make_run: MakeRun, model: str, method: str) -> None:
    folder = make_run(model=model, method=method, epochs=1, learning_rate=1e-4, frame=splits(dialogues(15)))
    assert train(folder.path).ending == "finished"
    assert not [name for name in load_file(folder.adapter / "adapter_model.safetensors") if "lm_head" in name]


def test_a_quantized_base_keeps_the_precision_of_its_output_layer(make_run: MakeRun) -> None:
    folder = make_run(quantization="nf4", epochs=1, frame=splits(dialogues(15)), gradient_checkpointing=True)
    assert train(folder.path).ending == "finished"
    loaded = load(folder.path)
    assert isinstance(loaded, WrittenAnswerer)
    kinds = {name.rsplit(".", 1)[-1]: type(module).__name__ for name, module in loaded.model.get_base_model().named_modules()}
    assert kinds["lm_head"] == "Linear"
    assert "Linear4bit" in kinds.values()
