"""One attempt: the first event, the last one, and what failures are called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.runs.events import FailedEvent, StageEvent
from playground.training import Outcome, train
from playground.training.entry import explain, is_first_process
from playground.words import LANGUAGES, entries
from tests.training.conftest import MakeRun, events_of


def test_importing_the_room_does_not_import_torch() -> None:
    script = "import sys, playground.training, playground.predict; print('torch' in sys.modules, 'transformers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_first_event_is_there_before_anything_can_go_wrong(tmp_path: Path) -> None:
    assert train(tmp_path) == Outcome("failed")
    line = (tmp_path / "events.jsonl").read_text().splitlines()[0]
    assert '"stage": "preparing"' in line


def test_a_failure_becomes_the_last_event_and_a_traceback_in_the_log(make_run: MakeRun, capfd: pytest.CaptureFixture[str]) -> None:
    folder = make_run()
    folder.splits.write_bytes(b"not a table")
    assert train(folder.path).exit_code == 1
    first, *_, last = events_of(folder)
    assert isinstance(first, StageEvent)
    assert isinstance(last, FailedEvent)
    assert last.code == "training_crashed"
    assert "Traceback" in capfd.readouterr().err


def test_exit_codes_are_those_of_the_command_line() -> None:
    assert [Outcome(ending).exit_code for ending in ("finished", "failed", "paused", "stopped")] == [0, 1, 3, 130]


class OutOfMemoryError(RuntimeError):
    """Stands for torch's, which is known by name."""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "out_of_memory"),
        (OutOfMemoryError("CUDA out of memory"), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), "out_of_memory"),
        (OSError(28, "No space left on device"), "disk_full"),
        (ModelError("model_unknown", model="x", known=""), "model_unknown"),
        (ValueError("surprise"), "training_crashed"),
    ],
)
def test_failures_are_called_by_their_cause(error: Exception, code: str) -> None:
    assert explain(error)[0] == code


@pytest.mark.parametrize(
    "code", ["out_of_memory", "disk_full", "training_crashed", "prediction_crashed", "predict_memory", "loss_not_finite"]
)
def test_every_failure_has_its_words(code: str) -> None:
    for key in (f"error.{code}", f"error.{code}.remedy"):
        assert set(LANGUAGES) <= set(entries()[key])


def test_an_unexpected_failure_names_the_exception() -> None:
    assert explain(ZeroDivisionError("by zero"))[1] == {"exception": "ZeroDivisionError", "detail": "by zero"}


def test_only_rank_0_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_first_process()
    monkeypatch.setenv("RANK", "1")
    assert not is_first_process()
