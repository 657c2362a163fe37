"""A store of its own for every test, and no process left behind after it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.launch.process import signal_group
from playground.runs.folder import RunFolder
from playground.runs.records import Launch, mark
from playground.runs.store import RunStore
from playground.runs.types import Run
from tests.runs.making import make_run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs")
    yield store
    for path in store.root.glob("*/launch.json"):
        folder = RunFolder(path.parent)
        launch = Launch.read(folder)
        if launch and launch.process:
            signal_group(launch.process, mark(folder, launch.attempt), signal.SIGKILL)


@pytest.fixture
def run(store: RunStore) -> Run:
    return make_run(store)
