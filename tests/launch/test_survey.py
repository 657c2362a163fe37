"""Closer looks come one at a time, after training, and whatever happens to one is told. Small programs stand in for the model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import psutil
import pytest

from playground.data.survey import SurveyState
from playground.devices import Device
from playground.errors import DatasetError, ModelError
from playground.launch.command import Command
from playground.launch.survey import Surveys, survey_command, survey_key, training_now
from playground.launch.survey_folder import MOST_ROWS, ROWS, end_child
from playground.recipe import Recipe
from playground.runs.folder import RESULT, RunFolder
from playground.runs.process import ProcessId
from playground.runs.records import Launch
from playground.runs.store import RunStore
from tests.data.surveys import make_survey, write_survey
from tests.launch import children
from tests.launch.children import CPU, Child
from tests.runs.making import NO_PID, launched, make_run, until

ROOT = Path(__file__).parents[2]
MINILM = "sentence-transformers/all-MiniLM-L6-v2"
TASK = "text-classification"
#: Tells a stage, waits for "go" and leaves what a survey leaves.
LOOKS = """
(folder / "progress.json").write_text(json.dumps({"stage": "embedding", "done": 3, "total": 6}))
wait_for("go")
import shutil
for name in ("points.parquet", "result.json"):
    shutil.copy(folder.parent.parent / name, folder / name)
"""
LOOKS_AT_ONCE = LOOKS.replace('wait_for("go")', "")
TELLS_NO_MODEL = (
    "event('failed', code='model_unavailable', facts={'model': 'MiniLM', 'sources': 'hub', 'reasons_en': 'no way', 'reasons_zh': '不通'})"
)


def frame(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"text": list(texts or ("one", "two")), "label": "a"}, dtype=str)


ROWS_A, ROWS_B = frame("one", "two"), frame("one", "three")
A, B = (survey_key(rows, MINILM, TASK) for rows in (ROWS_A, ROWS_B))


class Home:
    """A workspace whose surveys run ``program``; ``training`` says whether a run trains."""

    def __init__(self, path: Path, program: str) -> None:
        self.path = path
        self.training = False
        self.child = Child(path, program)
        write_survey(path, make_survey())
        self.surveys = Surveys(path, CPU, training=lambda: self.training, command=self.child)

    def start(self, key: str = A, rows: pd.DataFrame = ROWS_A) -> None:
        self.surveys.start(key, rows, MINILM, TASK)

    def status(self, key: str = A) -> str:
        return self.surveys.state(key).status

    def folder(self, key: str = A) -> Path:
        return self.path / "surveys" / key

    def go(self, key: str = A) -> None:
        (self.folder(key) / "go").touch()

    def ended(self, key: str = A) -> SurveyState:
        until(lambda: self.status(key) != "running")
        return self.surveys.state(key)

    def pid(self, key: str = A) -> int:
        launch = Launch.read(RunFolder(self.folder(key)))
        assert launch
        assert launch.process
        return launch.process.pid


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path, LOOKS)
    yield home
    for path in (tmp_path / "surveys").glob("*/launch.json"):
        end_child(path.parent)


def test_nobody_asked(home: Home) -> None:
    assert home.status() == "none"


def test_a_survey_runs_tells_how_far_it_is_and_finishes(home: Home) -> None:
    home.start()
    until(lambda: home.surveys.state(A).stage == "embedding")
    assert home.surveys.state(A) == SurveyState("running", "embedding", 3, 6)
    home.go()
    survey = home.ended().survey
    assert survey is not None
    assert survey.excerpts == make_survey().excerpts


def test_a_finished_survey_is_not_taken_again(home: Home) -> None:
    home.start()
    home.go()
    home.ended()
    written = (home.folder() / RESULT).stat().st_mtime_ns
    home.start()
    assert home.status() == "finished"
    assert (home.folder() / RESULT).stat().st_mtime_ns == written


def test_a_restarted_app_finds_it(home: Home) -> None:
    home.start()
    other = Surveys(home.path, CPU, training=lambda: False)
    assert other.state(A).status == "running"
    home.go()
    home.ended()
    assert other.state(A).status == "finished"


def test_it_outlives_the_app_that_started_it(tmp_path: Path) -> None:
    home = Home(tmp_path, LOOKS)
    app = f"""
import pathlib, pandas as pd
from playground.launch.survey import Surveys
from tests.launch.children import CPU
from tests.launch.test_survey import A, ROWS_A, MINILM, TASK, Home
Home(pathlib.Path({str(tmp_path)!r}), {LOOKS!r}).start()
"""
    subprocess.run([sys.executable, "-c", app], cwd=ROOT, check=True)
    assert home.status() == "running"
    home.go()
    assert home.ended().status == "finished"


def test_the_rows_it_looks_at_keep_their_numbers(home: Home) -> None:
    rows = frame("one", "", "three").drop(index=0)
    home.start(survey_key(rows, MINILM, TASK), rows)
    kept = pd.read_parquet(home.folder(survey_key(rows, MINILM, TASK)) / ROWS)
    assert kept.index.tolist() == [2]
    assert kept["text"].tolist() == ["three"]


def test_of_very_many_rows_an_even_sample_is_looked_at(home: Home) -> None:
    rows = frame(*(f"text {number}" for number in range(2 * MOST_ROWS)))
    key = survey_key(rows, MINILM, TASK)
    home.start(key, rows)
    kept = pd.read_parquet(home.folder(key) / ROWS).index
    assert len(kept) == MOST_ROWS
    assert (kept[0], kept[-1]) == (0, 2 * MOST_ROWS - 1)


def test_one_at_a_time_in_the_order_of_asking(home: Home) -> None:
    home.start(A, ROWS_A)
    home.start(B, ROWS_B)
    assert home.surveys.state(B) == SurveyState("waiting", waits_for="survey")
    home.go(A)
    home.ended(A)
    home.surveys.advance()
    assert home.status(B) == "running"


def test_it_waits_while_a_run_trains(home: Home) -> None:
    home.training = True
    home.start()
    assert home.surveys.state(A) == SurveyState("waiting", waits_for="training")
    home.surveys.advance()
    assert home.status() == "waiting"
    home.training = False
    home.surveys.advance()
    assert home.status() == "running"


def test_it_makes_way_when_a_run_begins_and_comes_back_after_it(home: Home) -> None:
    home.start()
    first = home.pid()
    home.training = True
    home.surveys.advance()
    assert home.status() == "waiting"
    assert not psutil.pid_exists(first)
    home.training = False
    home.surveys.advance()
    home.go()
    assert home.ended().status == "finished"


def test_a_cancelled_survey_is_gone_with_its_process_and_the_next_one_begins(home: Home) -> None:
    home.start(A, ROWS_A)
    home.start(B, ROWS_B)
    first = home.pid(A)
    home.surveys.cancel(A)
    assert not psutil.pid_exists(first)
    assert home.status(A) == "none"
    assert not home.folder(A).exists()
    assert home.status(B) == "running"


def test_cancelling_what_is_not_there_does_nothing(home: Home) -> None:
    home.surveys.cancel(A)
    assert home.status() == "none"


@pytest.mark.parametrize(
    ("program", "code", "told"),
    [
        (children.CRASHES, "survey_crashed", "the rows are odd"),
        ("raise MemoryError", "survey_memory", ""),
        (children.KILLED, "survey_memory", ""),
        (children.SILENT, "survey_ended", ""),
        ("import no_such_package", "survey_module", "no_such_package"),
        ("raise OSError(28, 'No space left on device')", "survey_disk", ""),
        (TELLS_NO_MODEL, "model_unavailable", "MiniLM"),
        ("event('failed', code='training_crashed', facts={'exception': 'KeyError', 'detail': 'x'})", "survey_crashed", "KeyError: x"),
    ],
)
def test_a_survey_that_fails_says_why_and_what_to_do(home: Home, program: str, code: str, told: str) -> None:
    home.child.becomes(program)
    home.start()
    error = home.ended().error
    assert error is not None
    assert error.code == code
    for language in ("en", "zh"):
        assert told in error.message(language)
        assert error.remedy(language)


def test_a_program_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    def nothing(folder: Path, recipe: Recipe, device: Device) -> Command:
        return Command(("/no/such/program",), {})

    surveys = Surveys(tmp_path, CPU, training=lambda: False, command=nothing)
    surveys.start(A, ROWS_A, MINILM, TASK)
    error = surveys.state(A).error
    assert error is not None
    assert error.code == "survey_start"


def test_a_survey_whose_process_vanished_without_its_app_is_failed(home: Home) -> None:
    home.start()
    end_child(home.folder())
    (home.folder() / "exit.json").unlink()
    error = home.surveys.state(A).error
    assert error is not None
    assert error.code == "survey_ended"


def test_a_failed_survey_can_be_tried_again(home: Home) -> None:
    home.child.becomes(children.CRASHES)
    home.start()
    assert home.ended().status == "failed"
    home.child.becomes(LOOKS_AT_ONCE)
    home.start()
    assert home.ended().status == "finished"


def test_a_damaged_result_is_asked_for_anew(home: Home) -> None:
    home.child.becomes(LOOKS_AT_ONCE)
    home.start()
    home.ended()
    (home.folder() / RESULT).write_text("{", encoding="utf-8")
    assert home.status() == "none"
    home.start()
    assert home.ended().status == "finished"


def test_old_results_go(home: Home) -> None:
    home.child.becomes(LOOKS_AT_ONCE)
    keys = []
    for number in range(22):
        rows = frame(f"text {number}")
        keys.append(survey_key(rows, MINILM, TASK))
        home.start(keys[-1], rows)
        until(lambda: home.status(keys[-1]) == "finished")
    assert home.status(keys[0]) == "none"
    assert [home.status(key) for key in keys[2:]] == ["finished"] * 20


def test_what_a_dead_app_left_behind_goes(home: Home) -> None:
    for name in (".trash-0123456789abcdef", ".new-0123456789abcdef"):
        (home.path / "surveys" / name).mkdir()
    home.start()
    assert list((home.path / "surveys").glob(".*-*")) == []


def test_a_model_nobody_knows_is_refused(home: Home) -> None:
    with pytest.raises(ModelError) as caught:
        home.surveys.start(A, ROWS_A, "no/such", TASK)
    assert caught.value.code == "model_unknown"
    assert home.status() == "none"


def test_rows_without_a_text_are_refused(home: Home) -> None:
    with pytest.raises(DatasetError) as caught:
        home.surveys.start(A, frame("", " "), MINILM, TASK)
    assert caught.value.code == "survey_no_text"
    assert home.status() == "none"


@pytest.mark.parametrize(
    "other",
    [
        (frame("one", "Two"), MINILM, TASK),
        (ROWS_A.assign(label="b"), MINILM, TASK),
        (ROWS_A.rename(index={1: 5}), MINILM, TASK),
        (ROWS_A, "intfloat/multilingual-e5-small", TASK),
        (ROWS_A, MINILM, "generation"),
    ],
)
def test_anything_that_changes_what_is_seen_gives_another_key(other: tuple[pd.DataFrame, str, str]) -> None:
    assert survey_key(*other) != A  # type: ignore[arg-type]


def test_the_same_gives_the_same_key() -> None:
    assert survey_key(ROWS_A.copy(), MINILM, TASK) == A


def test_a_run_trains_while_its_process_lives(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = make_run(store)
    assert not training_now(store)
    launched(run, ProcessId.of(os.getpid()))
    assert training_now(store)
    launched(run, ProcessId(NO_PID, 1.0))
    assert not training_now(store)


def test_the_real_child_is_the_survey_module(tmp_path: Path) -> None:
    assert survey_command(tmp_path, Recipe(model=MINILM), CPU).argv[1:] == ("-m", "playground.survey", str(tmp_path))
