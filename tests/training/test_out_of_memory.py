"""A real run on a tiny model runs out of memory, goes on with a smaller plan, says so, and learns the same steps."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from playground.launch.again import try_again_smaller
from playground.recipe import Recipe
from playground.runs.events import CheckpointEvent, FailedEvent, SmallerPlanEvent, StepEvent
from playground.runs.folder import RunFolder
from playground.runs.lines import event_line
from playground.runs.process import MARK
from playground.runs.records import Launch
from playground.training import train, watch
from playground.training.loop import FineTuner
from tests.training.conftest import MakeRun, events_of


@pytest.fixture
def small_gpu(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A device that takes so many rows at once, from so many optimizer steps on."""
    limits = {"rows": 2, "from_step": 0}
    step = FineTuner.training_step

    def training_step(self: FineTuner, model: Any, inputs: dict[str, Any], num_items_in_batch: Any = None) -> torch.Tensor:
        if self.state.global_step >= limits["from_step"] and len(inputs["weights"]) > limits["rows"]:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return step(self, model, inputs, num_items_in_batch)

    monkeypatch.setattr(FineTuner, "training_step", training_step)
    return limits


def attempts(folder: RunFolder, capfd: pytest.CaptureFixture[str]) -> int:
    """Train as the launcher would, trying again as long as it does; how many attempts it took."""
    for attempt in range(1, 10):
        offset = folder.events.stat().st_size if folder.events.exists() else 0
        outcome = train(folder.path)
        folder.log.write_text(capfd.readouterr().err)
        launch = Launch((), attempt, offset, 0, "cuda", 0.0, 0.0, None, None)
        if not try_again_smaller(folder, launch, outcome.exit_code, kernel_killed=False):
            return attempt
    raise AssertionError("it never ended")


@pytest.mark.usefixtures("small_gpu")
def test_it_goes_on_with_fewer_rows_at_once_and_says_so(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    monkeypatch.setenv(MARK, "run:1")
    folder = make_run(batch_size=8, epochs=1)
    assert attempts(folder, capfd) == 3
    events = events_of(folder)
    assert not [event for event in events if isinstance(event, FailedEvent)]
    said = [event for event in events if isinstance(event, SmallerPlanEvent)]
    assert [(event.asked_batch_size, event.batch_size, event.gradient_accumulation) for event in said] == [(8, 4, 2), (8, 2, 4)]
    assert event_line(said[-1]) == "  memory ran out with batches of 8: trying again with batches of 2 x 4"
    assert Recipe.from_json(folder.recipe.read_text()).batch_size == 2
    assert folder.result.exists()


def test_it_goes_on_from_its_checkpoint(
    small_gpu: dict[str, int], make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    monkeypatch.setenv(MARK, "run:1")
    monkeypatch.setattr(watch, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)
    small_gpu.update(rows=4, from_step=3)
    folder = make_run(batch_size=8, epochs=2)
    assert attempts(folder, capfd) == 2
    steps = [event for event in events_of(folder) if isinstance(event, StepEvent)]
    assert [event.step for event in steps] == list(range(1, steps[-1].total_steps + 1))
    assert [event.step for event in events_of(folder) if isinstance(event, CheckpointEvent)][2] == 3
    assert folder.result.exists()


@pytest.mark.usefixtures("small_gpu")
def test_where_nobody_tries_again_it_is_the_last_word(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MARK, raising=False)
    folder = make_run(batch_size=8, epochs=1)
    assert train(folder.path).ending == "failed"
    last = events_of(folder)[-1]
    assert isinstance(last, FailedEvent)
    assert last.code == "out_of_memory"


def test_the_smallest_plan_has_the_last_word(small_gpu: dict[str, int], make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, "run:1")
    small_gpu["rows"] = 0
    folder = make_run(batch_size=1, gradient_checkpointing=True, epochs=1)
    assert train(folder.path).ending == "failed"
    assert isinstance(events_of(folder)[-1], FailedEvent)
