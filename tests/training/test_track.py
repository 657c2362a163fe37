"""A training that is tracked: the log follows it through pauses, and what goes wrong in it ends nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from playground.runs.events import FinishedEvent, StepEvent, TrackingLostEvent
from playground.runs.folder import RunFolder
from playground.runs.writer import EventWriter
from playground.training import train
from playground.training.track import tracked
from tests.training.conftest import MakeRun, events_of


def test_a_paused_and_resumed_run_has_each_step_once_and_its_final_scores(make_run: MakeRun) -> None:
    folder = make_run(tracking="tensorboard", epochs=1, batch_size=12)
    while not any(isinstance(event, StepEvent) for event in (events_of(folder) if folder.events.exists() else [])):
        assert train(folder.path, time_budget=0.0).ending == "paused"
    assert train(folder.path).ending == "finished"
    assert not [event for event in events_of(folder) if isinstance(event, TrackingLostEvent)]
    log = EventAccumulator(str(folder.tracking / folder.path.name))
    log.Reload()
    steps = [scalar.step for scalar in log.Scalars("train/loss")]
    assert steps == sorted({event.step for event in events_of(folder) if isinstance(event, StepEvent)})
    assert log.Scalars("validation/macro_f1")
    assert {"verdict_test_macro_f1/tuned", "verdict_test_macro_f1/majority"} <= set(log.Tags()["scalars"])


def test_a_log_that_cannot_be_written_is_told_once_and_ends_nothing(make_run: MakeRun, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make_run(tracking="tensorboard", epochs=1, batch_size=12)
    folder.tracking.write_text("in the way")
    assert train(folder.path).ending == "finished"
    *_, lost, last = events_of(folder)
    assert (lost, last) == (TrackingLostEvent(time=lost.time, tool="tensorboard"), FinishedEvent(time=last.time))
    assert "Error" in capfd.readouterr().err


def test_a_keeper_that_cannot_be_started_is_told(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(command: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("playground.training.track.start", no_process)
    folder = make_run(tracking="trackio")
    with tracked(folder, EventWriter(folder.path)):
        pass
    assert [event.tool for event in events_of(folder) if isinstance(event, TrackingLostEvent)] == ["trackio"]


@pytest.mark.parametrize("silent", [True, False])
def test_nothing_is_kept_of_a_run_that_is_not_tracked_or_by_a_silent_process(make_run: MakeRun, silent: bool) -> None:
    folder = make_run(tracking="tensorboard" if silent else "none")
    with tracked(folder, None if silent else EventWriter(folder.path)):
        pass
    assert not folder.events.exists()
    assert not folder.tracking.exists()


def test_a_recipe_nobody_can_read_is_left_to_the_attempt(tmp_path: Path) -> None:
    with tracked(RunFolder(tmp_path), EventWriter(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []
