"""``python -m playground.training``: what its exit code tells whoever started it."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.runs.process import MARK
from playground.training import __main__ as command
from playground.training.entry import Ending, Outcome


@pytest.fixture(params=["finished", "failed", "paused", "stopped"])
def ending(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ending:
    """How the run ends that the command line names."""
    monkeypatch.setattr(command, "train", lambda folder, budget: Outcome(request.param))
    monkeypatch.setattr("sys.argv", ["playground.training", str(tmp_path)])
    monkeypatch.delenv(MARK, raising=False)
    return request.param  # type: ignore[no-any-return]


def test_by_itself_it_tells_every_ending_apart(ending: Ending) -> None:
    assert command.main() == Outcome(ending).exit_code


def test_under_our_launcher_only_a_failure_is_a_fault(ending: Ending, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, "run:1")
    assert command.main() == (1 if ending == "failed" else 0)
