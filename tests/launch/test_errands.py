"""Small jobs come one at a time, after training, are done once, and are forgotten when nobody needs them any more."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from playground.launch.errands import Errands, errand_key, module_command
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.runs.records import Launch
from tests.launch.children import CPU, Child
from tests.runs.making import until

#: Answers what it was asked, once it may.
ANSWERS_ON_GO = """
wait_for("go")
asked = json.loads((folder / "request.json").read_text())
(folder / "result.json").write_text(json.dumps({"answer": asked["question"] * 2}))
"""
ANSWERS = ANSWERS_ON_GO.replace('wait_for("go")', "")
A, B = errand_key("a"), errand_key("b")


class Home:
    """A folder of jobs that run ``program``; ``training`` says whether a run trains."""

    def __init__(self, path: Path, program: str) -> None:
        self.path, self.training = path, False
        self.child = Child(path, program)
        self.errands = Errands(path / "jobs", CPU, self.child, busy=lambda: self.training)

    def ask(self, key: str = A, owner: str = "ann", question: int = 21) -> None:
        self.errands.ask(key, owner, {"question": question})

    def status(self, key: str = A) -> str:
        return self.errands.status(key)[0]

    def go(self, key: str = A) -> None:
        (self.path / "jobs" / key / "go").touch()

    def until(self, status: str, key: str = A) -> None:
        def there() -> bool:
            self.errands.advance()
            return self.status(key) == status

        until(there)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, ANSWERS_ON_GO)


def test_a_job_is_asked_for_begun_and_answered(home: Home) -> None:
    assert home.status() == "none"
    home.ask()
    assert home.status() == "waiting"
    home.until("running")
    home.go()
    home.until("finished")
    assert home.errands.result(A) == {"answer": 42}
    assert [result for _, result in home.errands.results()] == [{"answer": 42}]


def test_what_is_known_is_not_worked_out_again(home: Home) -> None:
    home.child.becomes(ANSWERS)
    home.ask()
    home.until("finished")
    home.ask(question=50)
    assert home.status() == "finished"
    assert home.errands.result(A) == {"answer": 42}


def test_one_at_a_time(home: Home) -> None:
    home.ask(A, "ann")
    home.ask(B, "ben")
    home.until("running", A)
    home.errands.advance()
    assert home.status(B) == "waiting"
    home.go(A)
    home.until("running", B)
    home.go(B)
    home.until("finished", B)


def test_who_asks_for_another_no_longer_needs_the_first(home: Home) -> None:
    home.ask(A)
    home.until("running", A)
    launch = Launch.read(RunFolder(home.path / "jobs" / A))
    assert launch is not None
    assert launch.process is not None
    home.ask(B)
    assert home.status(A) == "none"
    until(lambda: not psutil.pid_exists(launch.process.pid))  # type: ignore[union-attr]
    assert home.status(B) == "waiting"


def test_another_owners_job_stays(home: Home) -> None:
    home.ask(A, "ann")
    home.ask(B, "ben")
    assert home.status(A) == "waiting"


def test_withdrawn_is_forgotten_unless_it_is_finished(home: Home) -> None:
    home.child.becomes(ANSWERS)
    home.ask(A)
    home.until("finished", A)
    home.ask(B)
    home.errands.withdraw("ann")
    assert (home.status(A), home.status(B)) == ("finished", "none")


def test_training_comes_first_and_the_job_begins_anew_after_it(home: Home) -> None:
    home.training = True
    home.ask()
    home.errands.advance()
    assert home.status() == "waiting"
    home.training = False
    home.until("running")
    home.training = True
    home.errands.advance()
    assert home.status() == "waiting"
    assert not home.errands.running
    home.training = False
    home.until("running")
    home.go()
    home.until("finished")


def test_why_one_failed_is_told_and_it_is_not_tried_again_at_once(home: Home) -> None:
    home.child.becomes("raise MemoryError")
    home.ask()
    home.until("failed")
    cause = home.errands.status(A)[1]
    assert cause is not None
    assert cause.code == "out_of_memory"
    home.ask()
    assert home.status() == "failed"


def test_a_restarted_app_sees_the_same(home: Home) -> None:
    home.ask()
    home.until("running")
    other = Errands(home.path / "jobs", CPU, home.child, busy=lambda: False)
    assert other.status(A)[0] == "running"
    assert other.running
    home.go()
    home.until("finished")
    assert other.result(A) == {"answer": 42}


def test_the_same_facts_have_the_same_key() -> None:
    assert errand_key({"a": 1, "b": 2}, 0.5) == errand_key({"b": 2, "a": 1}, 0.5)
    assert errand_key({"a": 1}) != errand_key({"a": 2})


def test_a_module_is_started_with_the_folder(tmp_path: Path) -> None:
    command = module_command("playground.training.trial")(tmp_path, Recipe(model=""), CPU)
    assert command.argv[1:] == ("-m", "playground.training.trial", str(tmp_path))


def test_one_that_is_stopped_keeps_what_it_wrote_and_is_not_begun_again(home: Home) -> None:
    home.ask()
    home.until("running")
    home.errands.stop(A)
    assert home.status() == "stopped"
    home.errands.advance()
    assert (home.status(), home.errands.running) == ("stopped", False)
    assert home.errands.path(A).is_dir()


def test_one_that_is_forgotten_leaves_nothing(home: Home) -> None:
    home.ask()
    home.until("running")
    home.errands.forget(A)
    assert home.status() == "none"
    assert not home.errands.path(A).exists()


def test_files_that_belong_to_it_are_there_before_it_is_seen(home: Home) -> None:
    home.errands.ask(A, "ann", {"question": 1}, lambda folder: (folder / "rows.txt").write_text("a"))
    assert (home.errands.path(A) / "rows.txt").read_text() == "a"
