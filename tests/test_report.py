"""The JSON of the command line has the promised keys, whatever the nouns hold."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from playground import report
from playground.compare import compare
from playground.data.infer import inspect
from playground.data.read import read_table
from playground.errors import DatasetError, RunError
from playground.models import get_model
from playground.runs.folder import RunFolder
from playground.runs.records import Smaller
from playground.runs.types import FoundEntity, Prediction, Run, RunState, SeveralSeeds, Splits
from playground.tasks import TASKS, Metrics
from tests.compare.test_comparison import made, predictions, result
from tests.runs.making import RECIPE

RUN = Run("20260101-000000-0123456789ab", Path(), "ann", "f" * 16, "mails.csv", 1.5, RECIPE)


def test_a_readable_file() -> None:
    rows = "text,label\n" + "".join(f"{word} thing {row},{word}\n" for word in ("good", "bad") for row in range(10))
    answer = report.inspection_json(inspect(read_table(rows.encode(), "rows.csv")), "en")
    assert answer["labels"] == {"good": 10, "bad": 10}
    assert answer["columns_used"] == {"text": "text", "label": "label"}
    assert {column["name"] for column in answer["columns"]} == {"text", "label"}


def test_an_unreadable_file_has_the_same_keys() -> None:
    readable = report.inspection_json(inspect(read_table(b"a,b\n1,2\n", "rows.csv")), "en")
    unreadable = report.unreadable_json(DatasetError("no_texts"), "zh")
    assert set(unreadable) == set(readable)
    assert unreadable["findings"][0]["severity"] == "error"


def test_a_finished_run_is_json_with_the_verdict() -> None:
    answer = report.result_json(RUN, result(), compare(result(), predictions(20, 38)))
    assert answer["verdict"]["outcome"] == "better"
    assert answer["verdict"]["ci"][0] < answer["verdict"]["delta"] < answer["verdict"]["ci"][1]
    assert answer["base"]["name"] == "zero_shot"
    assert json.loads(json.dumps(answer)) == answer


def test_a_run_that_needed_a_smaller_plan_says_which(tmp_path: Path) -> None:
    run = replace(RUN, folder=tmp_path, recipe=replace(RECIPE, batch_size=8, gradient_accumulation=2))
    assert report.result_json(run, result(), compare(result(), predictions(20, 38)))["smaller_plan"] is None
    Smaller(16, 1, gradient_checkpointing=False).write(RunFolder(tmp_path))
    answer = report.result_json(run, result(), compare(result(), predictions(20, 38)))
    assert answer["smaller_plan"]["asked"] == {"batch_size": 16, "gradient_accumulation": 1, "gradient_checkpointing": False}
    assert answer["smaller_plan"]["used"] == {"batch_size": 8, "gradient_accumulation": 2, "gradient_checkpointing": False}


def test_a_failed_run_says_cause_and_remedy() -> None:
    answer = report.run_json(RUN, RunState("failed", cause=RunError("not_found", name="x")), "en")
    assert answer["status"] == "failed"
    assert answer["cause"]["remedy"]


def test_predictions_keep_text_and_both_answers() -> None:
    answer = report.predictions_json([Prediction("hello", {"a": 0.5, "b": 0.5}, {"a": 0.9, "b": 0.1})])
    assert answer == {"predictions": [{"text": "hello", "base": {"a": 0.5, "b": 0.5}, "tuned": {"a": 0.9, "b": 0.1}}]}


def test_numbers_and_written_answers_are_passed_on() -> None:
    answer = report.predictions_json([Prediction("一", {"value": 1.5}, {"value": 2.0}), Prediction("二", "好的", "没问题")])
    assert answer["predictions"][0]["tuned"] == {"value": 2.0}
    assert (answer["predictions"][1]["base"], answer["predictions"][1]["tuned"]) == ("好的", "没问题")


def test_entities_are_plain_objects() -> None:
    answer = report.predictions_json([Prediction("我在上海", (), (FoundEntity(2, 4, "地点", "上海"),))])
    assert answer["predictions"][0]["tuned"] == [{"start": 2, "end": 4, "label": "地点", "text": "上海"}]
    assert answer["predictions"][0]["base"] == []
    assert json.loads(json.dumps(answer)) == answer


def test_a_metric_without_a_finite_value_is_null() -> None:
    assert report.metrics_json(Metrics({"perplexity": math.inf, "bits_per_token": 1.25}, {})) == {
        "perplexity": None,
        "bits_per_token": 1.25,
    }


@pytest.mark.parametrize("task", TASKS)
def test_every_tasks_result_is_json_with_its_own_metrics(task: str) -> None:
    run, frame = made(task)
    answer = report.result_json(RUN, run, compare(run, frame))
    assert answer["primary_metric"] in answer["tuned"]
    assert set(answer["verdict"]) == {"outcome", "delta", "ci", "p_value"}
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


@pytest.mark.parametrize("task", TASKS)
def test_the_interval_of_the_primary_metric_is_that_of_the_verdict(task: str) -> None:
    run, frame = made(task)
    answer = report.result_json(RUN, run, compare(run, frame))
    assert answer["intervals"][answer["primary_metric"]]["delta"] == answer["verdict"]["ci"]


def test_test_rows_that_nobody_was_asked_are_counted() -> None:
    run, frame = made("generation")
    less = replace(run, splits=Splits(100, 20, 120, left_out=30))
    assert report.result_json(RUN, less, compare(less, frame))["splits"] == {
        "train": 100,
        "validation": 20,
        "test": 120,
        "test_left_out": 30,
    }


def test_a_model_says_whether_it_is_here() -> None:
    model = get_model("sentence-transformers/all-MiniLM-L6-v2")
    assert report.model_json(model, cached=False)["cached"] is False
    assert report.model_json(model, cached=True)["licence"] == "Apache-2.0"


def test_an_error_has_code_message_and_remedy() -> None:
    assert set(report.error_json(RunError("not_found", name="x"), "en")["error"]) == {"code", "message", "remedy"}


def test_several_seeds_are_a_mean_and_a_spread() -> None:
    assert report.result_json(RUN, result(), compare(result(), predictions(20, 38)))["seeds"] is None
    several = replace(result(), seeds=SeveralSeeds((42, 43), (0.8, 0.9)))
    answer = report.result_json(RUN, several, compare(several, predictions(20, 38)))["seeds"]
    assert answer == {"numbers": [42, 43], "values": [0.8, 0.9], "mean": 0.85, "sd": 0.070711}
