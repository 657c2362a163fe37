"""Two real processes on the CPU write one correct run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from playground.runs.events import StepEvent
from playground.tasks.generation import Written
from playground.training import train, watch
from tests.training.answers.conftest import MakeRun, dialogues, splits
from tests.training.conftest import events_of
from tests.training.test_two_processes import launch

#: 18 training rows, 5 test rows: neither can be shared evenly.
FRAME = splits(dialogues(29))


def test_two_processes_write_what_one_writes(make_run: MakeRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "STEP_EVENT_SECONDS", 0.0)
    two = make_run("two", frame=FRAME, epochs=2, processes=2, batch_size=4)
    one = make_run("one", frame=FRAME, epochs=2, processes=1, batch_size=8)
    assert launch(two, tmp_path) == 0, (tmp_path / "console.log").read_text()
    assert train(one.path).ending == "finished"

    losses, told = ({event.step: event.loss for event in events_of(run) if isinstance(event, StepEvent)} for run in (one, two))
    assert max(told) == max(losses)
    assert told == pytest.approx({step: losses[step] for step in told}, rel=1e-3)
    wanted, found = pd.read_parquet(one.predictions), pd.read_parquet(two.predictions)
    for column in ("tuned", "untuned"):
        pairs = zip(map(Written.of, wanted[column]), map(Written.of, found[column]), strict=True)
        assert all(
            mine.text == theirs.text and mine.likelihood and theirs.likelihood
            and mine.likelihood.nll == pytest.approx(theirs.likelihood.nll, rel=1e-2) for mine, theirs in pairs
        )  # fmt: skip
