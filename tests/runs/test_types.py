"""Predictions survive the way from the worker to the app."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from playground.runs.types import Answer, FoundEntity, Prediction


@pytest.mark.parametrize("answer", [{"好评": 0.9, "差评": 0.1}, {"value": 2.5}, "没问题。", (FoundEntity(2, 4, "地点", "上海"),), ()])
def test_a_prediction_of_any_task_comes_back_from_json(answer: Answer) -> None:
    prediction = Prediction("我在上海", answer, answer)
    assert Prediction.from_values(json.loads(json.dumps(asdict(prediction)))) == prediction
