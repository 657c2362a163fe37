"""A search is one for an owner and a dataset, sees no test row, gives way to training with its trials kept, and stops at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.errors import RunError
from playground.launch.searches import Searches, search_key
from playground.runs.folder import RunFolder
from playground.runs.state import is_alive
from playground.search import SearchRequest, SearchState
from tests.launch.children import CPU, Child
from tests.runs.making import until
from tests.search.making import RECIPE

DATA = "0123456789abcdef"
REQUEST = SearchRequest(recipe=replace(RECIPE, task="text-classification"), over=("epochs",), seconds=60.0, validation_rows=1)
ROWS = pd.DataFrame({"row": range(4), "text": list("abcd"), "label": list("xyxy"), "split": ["train", "train", "validation", "test"]})
#: Ends one trial and then works on the next until it may end.
TRIES = """
def line(**values):
    with (folder / "trials.jsonl").open("a") as file:
        file.write(json.dumps({"at": 1.0, **values}) + "\\n")

begun = (folder / "trials.jsonl").read_text().count("begun") if (folder / "trials.jsonl").exists() else 0
if not begun:
    line(kind="begun", number=0, settings={})
    line(kind="ended", number=0, status="finished", value=0.7, seconds=2.0, step_seconds=0.1, evaluation_seconds=0.2)
line(kind="begun", number=1, settings={"epochs": 9})
wait_for("go")
line(kind="ended", number=1, status="finished", value=0.9, seconds=2.0, step_seconds=0.1, evaluation_seconds=0.2)
(folder / "result.json").write_text(json.dumps({"ending": "exhausted", "seconds": 5.0}))
"""


class Home:
    """Searches of one workspace; ``training`` says whether a run trains."""

    def __init__(self, path: Path) -> None:
        self.path, self.training = path, False
        self.searches = Searches(path, CPU, busy=lambda: self.training, command=Child(path, TRIES))

    @property
    def folder(self) -> RunFolder:
        return RunFolder(self.path / "searches" / search_key("ann", DATA))

    def start(self) -> None:
        self.searches.start(REQUEST, "ann", DATA, ROWS)

    def state(self) -> SearchState:
        self.searches.advance()
        return self.searches.state("ann", DATA)

    def until_trials(self, count: int) -> None:
        until(lambda: len(self.state().trials) == count)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_nobody_has_searched_yet(home: Home) -> None:
    assert home.state() == SearchState()
    assert home.searches.seen("ann", DATA) == ("none", 0)


def test_trials_are_seen_while_they_run_and_the_end_too(home: Home) -> None:
    home.start()
    home.until_trials(2)
    running = home.state()
    assert [(trial.number, trial.status) for trial in running.trials] == [(0, "finished"), (1, "running")]
    assert running.request == REQUEST
    before = home.searches.seen("ann", DATA)
    (home.folder.path / "go").touch()
    until(lambda: home.state().status == "finished")
    done = home.state()
    assert (done.ending, done.seconds) == ("exhausted", 5.0)
    assert done.best is not None
    assert done.best.recipe.epochs == 9
    assert home.searches.seen("ann", DATA) != before


def test_no_row_of_the_test_split_is_handed_over(home: Home) -> None:
    home.start()
    assert pd.read_parquet(home.folder.splits)["split"].tolist() == ["train", "train", "validation"]
    home.searches.stop("ann", DATA)


def test_it_stops_at_once_and_keeps_what_was_found(home: Home) -> None:
    home.start()
    home.until_trials(2)
    home.searches.stop("ann", DATA)
    assert not is_alive(home.folder)
    stopped = home.state()
    assert stopped.status == "stopped"
    assert [(trial.number, trial.status) for trial in stopped.trials] == [(0, "finished"), (1, "interrupted")]
    home.searches.advance()
    assert not home.searches.running


def test_one_that_waits_is_stopped_before_it_begins(home: Home) -> None:
    home.training = True
    home.start()
    assert home.state().status == "waiting"
    home.searches.stop("ann", DATA)
    home.training = False
    assert home.state().status == "stopped"
    assert not home.folder.launch.exists()


def test_it_gives_way_to_training_and_goes_on_with_the_trials_it_has(home: Home) -> None:
    home.start()
    home.until_trials(2)
    home.training = True
    until(lambda: home.state().status == "waiting")
    assert not home.searches.running
    assert [trial.status for trial in home.state().trials] == ["finished", "interrupted"]
    home.training = False
    until(lambda: [trial.status for trial in home.state().trials] == ["finished", "running"])
    (home.folder.path / "go").touch()
    until(lambda: home.state().status == "finished")
    assert [trial.status for trial in home.state().trials] == ["finished", "finished"]


def test_another_one_is_refused_while_it_runs_and_takes_its_place_afterwards(home: Home) -> None:
    home.start()
    home.until_trials(2)
    with pytest.raises(RunError) as refused:
        home.start()
    assert refused.value.code == "search_active"
    home.searches.stop("ann", DATA)
    home.start()
    assert home.searches.state("ann", DATA).status == "waiting"
    assert home.searches.state("ann", DATA).trials == ()
    home.searches.stop("ann", DATA)


def test_an_owner_sees_only_their_own(home: Home) -> None:
    home.start()
    assert home.searches.state("bob", DATA).status == "none"
    assert home.searches.state("ann", "f" * 16).status == "none"
    home.searches.stop("ann", DATA)
