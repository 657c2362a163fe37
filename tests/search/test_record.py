"""What is written down is read back, also in the middle of a trial and after a process was killed within a line."""

from __future__ import annotations

from pathlib import Path

from playground.search.record import TRIALS, Ended, Scored, TrialWriter, read_trials
from tests.search.making import RECIPE


def written(folder: Path) -> TrialWriter:
    """One trial that ended and one that runs."""
    writer = TrialWriter(folder, RECIPE)
    writer.begin(0, RECIPE, 0.0)
    writer.write(Scored(0, 1.0, 0.7, 2.0))
    writer.write(Ended(0, "finished", 0.7, 2.5, 0.1, 0.4, 2.6))
    writer.begin(1, RECIPE.with_values({"epochs": 9}), 2.7)
    writer.write(Scored(1, 1.0, 0.6, 4.0))
    return writer


def test_nothing_written_is_nothing_read(tmp_path: Path) -> None:
    assert read_trials(tmp_path, RECIPE).trials == ()


def test_trials_are_read_back_as_they_stand(tmp_path: Path) -> None:
    written(tmp_path)
    found = read_trials(tmp_path, RECIPE)
    first, second = found.trials
    assert (first.recipe, first.status, first.value, first.course, first.seconds) == (RECIPE, "finished", 0.7, ((1.0, 0.7),), 2.5)
    assert (second.recipe.epochs, second.status, second.value, second.course) == (9, "running", None, ((1.0, 0.6),))
    assert found.seconds == 4.0


def test_a_trial_that_begins_anew_forgets_its_course(tmp_path: Path) -> None:
    writer = written(tmp_path)
    writer.begin(1, RECIPE.with_values({"epochs": 9}), 5.0)
    assert read_trials(tmp_path, RECIPE).trials[1].course == ()


def test_half_a_line_is_passed_over_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    writer = written(tmp_path)
    with (tmp_path / TRIALS).open("a") as file:
        file.write('{"kind": "scored", "num')
    writer.write(Scored(1, 2.0, 0.65, 6.0))
    assert read_trials(tmp_path, RECIPE).trials[1].course == ((1.0, 0.6), (2.0, 0.65))


def test_a_line_of_another_version_is_passed_over(tmp_path: Path) -> None:
    written(tmp_path)
    with (tmp_path / TRIALS).open("a") as file:
        file.write('{"kind": "weather", "number": 1, "at": 9.0}\n[]\n')
    assert len(read_trials(tmp_path, RECIPE).trials) == 2
