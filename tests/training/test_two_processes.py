"""Two real processes on the CPU make one correct run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from playground.devices import Device
from playground.launch.command import launch_command
from playground.recipe import Recipe
from playground.runs.events import DeviceEvent, FinishedEvent, ReferenceEvent, StageEvent, StepEvent, StoppedEvent
from playground.runs.folder import RunFolder
from playground.training import train, watch
from tests.training.conftest import MakeRun, events_of, rows, splits

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)
#: 35 training rows: the last batch cannot be shared evenly.
FRAME = splits(rows()).drop(index=[0]).reset_index(drop=True)


def launch(folder: RunFolder, tmp_path: Path, *extra: str) -> int:
    recipe = Recipe.from_json(folder.recipe.read_text())
    command = launch_command(folder.path, recipe, LAPTOP)
    with (tmp_path / "console.log").open("ab") as log:
        done = subprocess.run([*command.argv, *extra], env=command.environment(), stdout=log, stderr=log, timeout=180, check=False)
    return done.returncode


def test_two_processes_give_the_run_one_process_gives(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)
    two = make_run("two", frame=FRAME, processes=2, batch_size=4, gradient_accumulation=2, learning_rate=0.01)
    one = make_run("one", frame=FRAME, processes=1, batch_size=8, gradient_accumulation=2, learning_rate=0.01)
    assert launch(two, tmp_path) == 0, (tmp_path / "console.log").read_text()
    assert train(one.path).ending == "finished"

    events = events_of(two)
    device = next(event for event in events if isinstance(event, DeviceEvent))
    assert device.world_size == 2
    assert [event.stage for event in events if isinstance(event, StageEvent)] == [
        "preparing", "loading", "references", "training", "evaluating", "saving",
    ]  # fmt: skip
    assert sum(isinstance(event, FinishedEvent) for event in events) == 1
    assert sum(isinstance(event, ReferenceEvent) for event in events) == 4

    losses = {event.step: event.loss for event in events_of(one) if isinstance(event, StepEvent)}
    steps = [event for event in events if isinstance(event, StepEvent)]
    assert steps[-1].step == steps[-1].total_steps == max(losses)
    assert {event.step: event.loss for event in steps} == pytest.approx({event.step: losses[event.step] for event in steps}, abs=2e-4)

    wanted, found = pd.read_parquet(one.predictions), pd.read_parquet(two.predictions)
    assert found["row"].tolist() == wanted["row"].tolist()
    for column in ("tuned", "majority", "zero_shot", "tfidf", "probe"):
        assert found[column].tolist() == wanted[column].tolist()
    assert found["tuned_confidence"].tolist() == pytest.approx(wanted["tuned_confidence"].tolist(), abs=1e-3)


def test_a_stop_is_agreed_on_and_slices_of_two_processes_go_on(make_run: MakeRun, tmp_path: Path) -> None:
    folder = make_run(frame=FRAME, processes=2, epochs=1)
    launch(folder, tmp_path, "--time-budget", "0")
    folder.stop.write_text("{}")
    launch(folder, tmp_path)
    assert isinstance(events_of(folder)[-1], StoppedEvent)
    folder.stop.unlink()
    assert launch(folder, tmp_path) == 0, (tmp_path / "console.log").read_text()
    assert isinstance(events_of(folder)[-1], FinishedEvent)


def test_a_fresh_process_goes_on_from_a_slice_of_another(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)
    whole, sliced = make_run("whole", epochs=1, lora_dropout=0.1), make_run("sliced", epochs=1, lora_dropout=0.1)
    train(whole.path)
    while not (reached := _step(sliced)):
        assert train(sliced.path, time_budget=0.0).ending == "paused"
    command = [sys.executable, "-m", "playground.training", str(sliced.path), "--time-budget", "0"]
    assert subprocess.run(command, stderr=subprocess.DEVNULL, timeout=120, check=False).returncode == 3
    assert _step(sliced) > reached
    assert train(sliced.path).ending == "finished"
    pd.testing.assert_frame_equal(pd.read_parquet(sliced.predictions), pd.read_parquet(whole.predictions))


def _step(folder: RunFolder) -> int:
    """The step of the newest checkpoint; 0 without one."""
    return max((int(path.name.removeprefix("step-")) for path in folder.checkpoints.glob("step-*")), default=0)
