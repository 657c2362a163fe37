"""How the processes beside a run are started: with the log's place, and without what could lead out of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from playground.launch.command import Command
from playground.launch.tracking import board_command, keeper_command, start
from playground.runs.folder import RunFolder

#: Tells its environment as "NAME=value" lines, then waits to be told to end.
TELL = "import os, sys; print(*[f'{name}={value}' for name, value in os.environ.items()], sep='\\n', flush=True); sys.stdin.read()"


def test_a_child_has_no_token_and_thinks_of_no_space(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "SPACE_ID",
        "SYSTEM",
        "TRACKIO_SPACE_ID",
        "TRACKIO_SERVER_URL",
        "OAUTH_CLIENT_SECRET",
    ):
        monkeypatch.setenv(name, "Rumpelstiltskin")
    monkeypatch.setenv("KEPT", "as it was")
    command = keeper_command(RunFolder(tmp_path))
    with (tmp_path / "told").open("wb") as file:
        start(Command((sys.executable, "-c", TELL), command.env), file).communicate()
    told = (tmp_path / "told").read_text(encoding="utf-8")
    assert "Rumpelstiltskin" not in told
    assert "KEPT=as it was" in told
    assert f"TRACKIO_DIR={tmp_path / 'tracking'}\n" in told
    assert "HF_HUB_OFFLINE=1" in told


def test_a_keeper_follows_the_run_and_a_board_shows_its_log(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert keeper_command(folder).argv[1:] == ("-m", "playground.tracking", str(tmp_path))
    board = board_command("trackio", folder, tmp_path / "socket", "/tracking/x")
    assert board.argv[3:] == ("trackio", str(folder.tracking), str(tmp_path / "socket"), "/tracking/x")
