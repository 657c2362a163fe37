"""A whole run on tagged words."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from playground.errors import PredictionError
from playground.runs.events import ReferenceEvent
from playground.runs.folder import RunFolder
from playground.runs.types import FoundEntity
from playground.tasks import get_task
from playground.training import train
from playground.training.answer import load
from tests.training.conftest import MakeRun, events_of
from tests.training.data_of_tasks import frame_of


@pytest.fixture(scope="module")
def run(make_shared_run: MakeRun) -> RunFolder:
    folder = make_shared_run(
        frame=frame_of("token-classification", 60), task="token-classification", learning_rate=0.01, epochs=4, warmup_ratio=0.0
    )
    assert train(folder.path).ending == "finished"
    return folder


def test_every_word_of_the_test_split_has_a_tag(run: RunFolder) -> None:
    frame = pd.read_parquet(run.predictions)
    for column in ("tuned", "majority", "probe"):
        assert [len(json.loads(cell)) for cell in frame[column]] == [len(json.loads(text)) for text in frame["text"]]


def test_it_learns_where_entities_are(run: RunFolder) -> None:
    frame, task = pd.read_parquet(run.predictions), get_task("token-classification")
    tuned, always = (task.score(frame["label"].tolist(), frame[name].tolist()).values["entity_f1"] for name in ("tuned", "majority"))
    assert tuned > 0.8
    assert always == 0.0


def test_references_are_told_in_order(run: RunFolder) -> None:
    assert [event.name for event in events_of(run) if isinstance(event, ReferenceEvent)] == ["majority", "probe"]


def test_a_running_text_gets_its_entities_with_their_places(run: RunFolder) -> None:
    text = "please send 3 anna to old paris now"
    found = load(run.path).answer([text])[0].tuned
    assert isinstance(found, tuple)
    assert FoundEntity(14, 18, "PER", "anna") in found
    assert all(text[entity.start : entity.end] == entity.text for entity in found)


def test_only_the_probe_can_stand_as_base(run: RunFolder) -> None:
    with pytest.raises(PredictionError) as caught:
        load(run.path).answer(["x"], "majority")
    assert caught.value.code == "no_reference"
