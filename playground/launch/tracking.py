"""The processes beside a run that keep its log for TensorBoard or trackio, and show it. Neither uses the network or holds a token."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from playground.launch.command import Command, python_path
from playground.recipe import Tracking
from playground.runs.folder import RunFolder

#: By these a tool would find a token, take this machine for a Space, or send what it is told somewhere else.
_LEFT_OUT: Final = ("HF_", "HUGGING", "SPACE_", "OAUTH_", "TRACKIO_")
_A_SPACE: Final = "SYSTEM"
#: Where trackio's server has its logos; "light" or "dark".
_LOGO: Final = "/static/trackio/trackio_logo_type_{}_transparent.png"


def keeper_command(folder: RunFolder) -> Command:
    """Follows the run and writes its log until standard input is closed."""
    return Command((sys.executable, "-m", "playground.tracking", str(folder.path)), _own_environment(folder.tracking))


def board_command(tool: Tracking, folder: RunFolder, socket: Path, base: str) -> Command:
    """Shows the log on a socket of its own until standard input is closed.

    :param base: the path under which a browser sees it, without a slash at the end.
    """
    argv = (sys.executable, "-m", "playground.tracking.board", tool, str(folder.tracking), str(socket), base)
    # trackio's own addresses of its logos are paths of this machine.
    logos = {f"TRACKIO_LOGO_{name.upper()}_URL": f"{base}{_LOGO.format(name)}" for name in ("light", "dark")}
    return Command(argv, {**_own_environment(Path()), **logos})


def start(command: Command, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start one of the two; closing its standard input ends it, and so does the end of this process.

    :param output: where it says what goes wrong; where this process does when None.
    :raises OSError: if it cannot be started.
    """
    inherited = {name: value for name, value in os.environ.items() if name != _A_SPACE and not name.startswith(_LEFT_OUT)}
    environment = inherited | dict(command.env)
    return subprocess.Popen(command.argv, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment)


def _own_environment(store: Path) -> Mapping[str, str]:
    return {
        "PYTHONPATH": python_path(), "PYTHONUTF8": "1", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
        "TRACKIO_DIR": str(store), "TRACKIO_STORAGE_MODE": "sqlite",
    }  # fmt: skip
