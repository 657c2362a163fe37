"""Boards: the dashboards of tracked runs, each a child of its own, started when somebody looks and ended when nobody does any more."""

from __future__ import annotations

import hmac
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from playground.launch.tracking import board_command, start
from playground.runs.folder import RunFolder
from playground.runs.types import Run

#: Boards alive at once; the one that nobody looked at for longest makes way for another.
_MOST: Final = 4

Status = Literal["starting", "ready", "broken"]


@dataclass(slots=True)
class _Board:
    process: subprocess.Popen[bytes]
    socket: Path
    used: float = field(default_factory=time.monotonic)

    @property
    def status(self) -> Status:
        if self.process.poll() is not None:
            return "broken"
        return "ready" if self.socket.exists() else "starting"

    def end(self) -> None:
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.socket.unlink(missing_ok=True)


class Boards:
    """The boards of one app. Safe to use from any thread.

    :param home: the workspace; what the boards complain of goes to a file in it.
    :param idle: seconds without a look after which ``end_idle`` ends a board.
    """

    def __init__(self, home: Path, *, idle: float = 900.0) -> None:
        self._log = home / "boards.log"
        self._idle = idle
        self._secret = secrets.token_bytes(32)
        self._places: Path | None = None
        self._boards: dict[str, _Board] = {}
        self._lock = threading.Lock()

    def key(self, run_id: str) -> str:
        """What whoever looks at a run's board has to know: only those whose run it is are told. New after every start of the app."""
        return hmac.new(self._secret, run_id.encode(), "sha256").hexdigest()[:40]

    def fits(self, run_id: str, key: str) -> bool:
        """Whether ``key`` is that of the run."""
        return hmac.compare_digest(self.key(run_id), key)

    def look(self, run: Run, base: str) -> tuple[Status, Path]:
        """How the board of a run stands, and its socket; one that is not there is started. A broken one is told once, then tried again.

        :param base: the path under which a browser sees it, without a slash at the end.
        :raises OSError: if it cannot be started.
        """
        with self._lock:
            board = self._boards.get(run.id)
            if board is None:
                while len(self._boards) >= _MOST:
                    self._end(min(self._boards, key=lambda other: self._boards[other].used))
                board = self._boards[run.id] = self._start(run, base)
            board.used = time.monotonic()
            if board.status == "broken":
                self._end(run.id)
                return "broken", board.socket
            return board.status, board.socket

    def forget(self, run_id: str) -> None:
        """End the board of a run, so that its folder can be removed."""
        with self._lock:
            self._end(run_id)

    def end_idle(self) -> None:
        """End the boards that nobody looked at for long."""
        with self._lock:
            for run_id in [name for name, board in self._boards.items() if time.monotonic() - board.used >= self._idle]:
                self._end(run_id)

    def close(self) -> None:
        """End all boards."""
        with self._lock:
            for run_id in [*self._boards]:
                self._end(run_id)
            if self._places is not None:
                shutil.rmtree(self._places, ignore_errors=True)
                self._places = None

    def _start(self, run: Run, base: str) -> _Board:
        # The name of a socket may have about 100 characters, so it cannot be in the workspace; this folder is its owner's alone.
        self._places = self._places or Path(tempfile.mkdtemp(prefix="playground-"))
        socket = self._places / run.id
        with self._log.open("ab") as log:
            return _Board(start(board_command(run.recipe.tracking, RunFolder(run.folder), socket, base), log), socket)

    def _end(self, run_id: str) -> None:
        board = self._boards.pop(run_id, None)
        if board is not None:
            board.end()
