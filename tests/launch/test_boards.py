"""Boards come when somebody looks, go when nobody does, and tell nobody else's key."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.launch import boards as module
from playground.launch.boards import Boards
from playground.launch.command import Command
from playground.recipe import Recipe
from playground.runs.types import Run

#: Makes its socket's file, then waits to be told to end.
STANDS = "import sys; from pathlib import Path; Path(sys.argv[1]).touch(); sys.stdin.read()"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run("20261122-101530-4f2a00000000", tmp_path, "local", "data", "a.csv", 0.0, Recipe(model="any", tracking="tensorboard"))


@pytest.fixture
def boards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Boards]:
    """Boards whose children only stand there."""
    monkeypatch.setattr(
        module, "board_command", lambda tool, folder, socket, base: Command((sys.executable, "-c", STANDS, str(socket)), {})
    )
    made = Boards(tmp_path, idle=60.0)
    yield made
    made.close()


def ready(boards: Boards, run: Run) -> Path:
    while (found := boards.look(run, "/base"))[0] == "starting":
        time.sleep(0.02)
    assert found[0] == "ready"
    return found[1]


def test_the_key_of_a_run_fits_that_run_alone(boards: Boards) -> None:
    assert boards.fits("a", boards.key("a"))
    assert not boards.fits("b", boards.key("a"))
    assert not boards.fits("a", "")


def test_every_app_has_keys_of_its_own(tmp_path: Path) -> None:
    assert not Boards(tmp_path).fits("a", Boards(tmp_path).key("a"))


def test_a_board_starts_once_and_is_then_ready(boards: Boards, run: Run) -> None:
    assert ready(boards, run) == ready(boards, run)


def test_only_its_owner_can_reach_the_socket(boards: Boards, run: Run) -> None:
    assert ready(boards, run).parent.stat().st_mode & 0o077 == 0


def test_nothing_is_left_of_a_board_that_is_forgotten(boards: Boards, run: Run) -> None:
    socket = ready(boards, run)
    boards.forget(run.id)
    assert not socket.exists()


def test_nothing_is_left_when_the_app_ends(boards: Boards, run: Run) -> None:
    places = ready(boards, run).parent
    boards.close()
    assert not places.exists()


def test_a_board_nobody_looks_at_ends(tmp_path: Path, boards: Boards, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = ready(boards, run)
    boards.end_idle()
    assert socket.exists()
    later = time.monotonic() + 61.0
    monkeypatch.setattr("playground.launch.boards.time.monotonic", lambda: later)
    boards.end_idle()
    assert not socket.exists()


def test_the_board_looked_at_longest_ago_makes_way(boards: Boards, run: Run) -> None:
    sockets = [ready(boards, replace(run, id=f"run-{number}")) for number in range(4)]
    ready(boards, replace(run, id="run-0"))
    ready(boards, replace(run, id="one-more"))
    assert [socket.exists() for socket in sockets] == [True, False, True, True]


def test_a_board_that_cannot_stand_is_told_once_and_tried_again(boards: Boards, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []

    def falls(*asked: Any) -> Command:
        made.append(asked)
        return Command((sys.executable, "-c", "raise SystemExit('no such library')"), {})

    monkeypatch.setattr(module, "board_command", falls)
    for _ in range(2):
        while (status := boards.look(run, "/base")[0]) == "starting":
            time.sleep(0.02)
        assert status == "broken"
    assert len(made) == 2
    assert "no such library" in (run.folder / "boards.log").read_text()
