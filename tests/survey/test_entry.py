"""The real child with the real model: a small file is looked at, and what it finds is true of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import psutil
import pytest

from playground.data.survey import Survey, read_survey
from playground.data.types import TaskName
from playground.devices import find_device
from playground.launch.survey import Surveys, survey_key
from playground.launch.survey_folder import write_request
from playground.models import get_model
from playground.runs.events import FailedEvent, decode
from playground.runs.folder import EVENTS, RESULT, RunFolder
from playground.runs.records import Launch
from playground.survey.progress import Progress
from playground.survey.work import carry_out
from tests.runs.making import until

ROOT = Path(__file__).parents[2]
MINILM = "sentence-transformers/all-MiniLM-L6-v2"

REFUNDS = """I want my money back; please refund my order; refund the payment to my card; give me a refund; money back for the shoes;
refund has not arrived; when do I get the money; return my payment; I was promised a refund; refund the double charge"""
DELIVERIES = """where is my parcel; my parcel is late; delivery did not arrive; when is my parcel delivered; courier lost the parcel;
track my shipment; parcel sent to a wrong address; the parcel is delayed; my shipment is stuck; driver never rang"""
#: 20 says in other words what 8 says, 21 is long.
LABELS = [*["refund"] * 10, *["delivery"] * 10, "refund", "delivery"]
TEXTS = [
    *(text.strip() for text in (REFUNDS + ";" + DELIVERIES).split(";")),
    "A refund was promised to me",
    "the parcel is late " * 200,
]


def take(folder: Path, models: Path | None = None) -> int:
    environment = {**os.environ, "PLAYGROUND_MODELS": str(models)} if models else dict(os.environ)
    return subprocess.run([sys.executable, "-m", "playground.survey", str(folder)], cwd=ROOT, env=environment, timeout=300).returncode


class Home:
    """A workspace in which surveys are taken one after the other."""

    def __init__(self, path: Path) -> None:
        self.vectors = path / "vectors"
        self._path = path
        self._count = 0

    def ask(self, frame: pd.DataFrame, task: TaskName = "text-classification") -> Path:
        self._count += 1
        folder = self._path / f"survey-{self._count}"
        write_request(folder, frame, MINILM, task, self.vectors)
        return folder

    def look(self, frame: pd.DataFrame, task: TaskName = "text-classification") -> Survey:
        """In this process, which is quicker than a child."""
        folder = self.ask(frame, task)
        carry_out(folder, Progress(folder))
        return found(folder)


def found(folder: Path) -> Survey:
    survey = read_survey(folder)
    assert survey is not None
    return survey


@pytest.fixture(scope="module")
def home(minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def survey(home: Home) -> Survey:
    """Of the rows above, numbered from 100, the delivery in row 113 called a refund."""
    labels = [*LABELS[:13], "refund", *LABELS[14:]]
    folder = home.ask(pd.DataFrame({"text": TEXTS, "label": labels}, index=range(100, 100 + len(TEXTS))))
    assert take(folder) == 0
    return found(folder)


def test_every_row_is_on_the_map_under_its_number(survey: Survey) -> None:
    assert survey.rows.tolist() == list(range(100, 100 + len(TEXTS)))
    assert survey.positions.shape == (len(TEXTS), 2)
    assert survey.excerpts[0] == TEXTS[0]
    assert survey.labels[0] == "refund"
    assert not survey.sampled


def test_a_wrong_label_is_suspected_and_the_right_one_suggested(survey: Survey) -> None:
    found = {suspect.row: suspect for suspect in survey.suspects}
    assert 113 in found
    assert (found[113].label, found[113].suggested) == ("refund", "delivery")
    assert survey.judged_rows == len(TEXTS)
    assert survey.agreement > 0.7
    assert survey.trial is not None


def test_the_same_in_other_words_is_a_group(survey: Survey) -> None:
    assert any({108, 120} <= set(group) for group in survey.near)


def test_lengths_are_the_tokenizers(survey: Survey) -> None:
    assert survey.lengths[0] == 7  # five words between [CLS] and [SEP]
    assert survey.lengths[21] > survey.limit_tokens == 512
    assert survey.lost(survey.limit_tokens).texts == 1


def test_labels_have_their_words(survey: Survey) -> None:
    assert "refund" in [word for word, _ in survey.telling["refund"]]
    assert "parcel" in [word for word, _ in survey.telling["delivery"]]


def test_after_a_fix_only_new_texts_are_read(home: Home, survey: Survey) -> None:
    before = sorted(home.vectors.rglob("*.safetensors"))
    fixed = home.look(pd.DataFrame({"text": TEXTS[:21], "label": LABELS[:21]}))
    assert sorted(home.vectors.rglob("*.safetensors")) == before
    assert fixed.lengths.tolist() == survey.lengths[:21].tolist()


@pytest.fixture
def tiny_home(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tiny_models))
    return Home(tmp_path)


@pytest.mark.parametrize("task", ["regression", "generation", "token-classification", "multi-label-classification"])
def test_data_without_single_labels_is_looked_at_without_judging_them(tiny_home: Home, task: TaskName) -> None:
    frame = pd.DataFrame({"text": [f"good card {number}" for number in range(12)], "label": [str(number % 2) for number in range(12)]})
    seen = tiny_home.look(frame, task)
    assert seen.suspects == ()
    assert seen.trial is None
    assert len(seen.positions) == 12


def test_a_single_row_is_looked_at(tiny_home: Home) -> None:
    seen = tiny_home.look(pd.DataFrame({"text": ["good"], "label": ["a"]}))
    assert (seen.near, seen.outliers, seen.suspects) == ((), (), ())


def test_the_same_text_in_several_rows_stands_in_one_place(tiny_home: Home) -> None:
    seen = tiny_home.look(pd.DataFrame({"text": ["good card", "poor order", "Good  card"], "label": ["a", "b", "a"]}))
    assert seen.positions[0].tolist() == seen.positions[2].tolist() != seen.positions[1].tolist()
    assert seen.near == ()


def test_a_base_model_that_cannot_be_loaded_is_told_in_its_own_words(tmp_path: Path, tiny_models: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(tiny_models, models)
    config = models / get_model(MINILM).slug / "config.json"
    config.write_bytes(b"{" * config.stat().st_size)
    folder = Home(tmp_path).ask(pd.DataFrame({"text": ["good"], "label": ["a"]}))
    assert take(folder, models) == 1
    event = decode((folder / EVENTS).read_text(encoding="utf-8").splitlines()[-1])
    assert isinstance(event, FailedEvent)
    assert event.code == "model_broken"
    assert event.facts["model"] == MINILM
    assert not (folder / RESULT).exists()


def test_started_from_the_app_it_runs_with_the_lowest_priority_to_its_end(
    tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tiny_models))
    surveys = Surveys(tmp_path, find_device(), training=lambda: False)
    frame = pd.DataFrame({"text": [f"good card {number}" for number in range(12)], "label": ["a", "b"] * 6})
    key = survey_key(frame, MINILM, "text-classification")
    surveys.start(key, frame, MINILM, "text-classification")
    launch = Launch.read(RunFolder(tmp_path / "surveys" / key))
    assert launch
    assert launch.process
    child = psutil.Process(launch.process.pid)
    until(lambda: child.nice() == 19)
    until(lambda: surveys.state(key).status != "running", 240)
    assert surveys.state(key).error is None
    survey = surveys.state(key).survey
    assert survey is not None
    assert survey.judged_rows == 12


def test_the_first_word_comes_before_anything_heavy_is_imported() -> None:
    script = "import sys, playground.survey.entry; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
