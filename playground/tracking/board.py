"""``python -m playground.tracking.board TOOL FOLDER SOCKET BASE``: show one log on a socket of its own until standard input is closed.

A socket in a folder of this user's, no port: nobody else on the machine can reach it, and the page passes on only what its visitor may see.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.tracking.follow import over_when_closed

#: Seconds between two looks of TensorBoard at a log that grows.
_RELOAD = 2


def show_tensorboard(socket: Path) -> None:
    """TensorBoard with the parts that a log of ours has something for; it looks neither at other folders nor at this machine."""
    from tensorboard import program
    from tensorboard.plugins.core import core_plugin
    from tensorboard.plugins.hparams import hparams_plugin
    from tensorboard.plugins.metrics import metrics_plugin
    from tensorboard.plugins.scalar import scalars_plugin
    from tensorboard.plugins.text import text_plugin

    shown = [
        core_plugin.CorePluginLoader(), metrics_plugin.MetricsPlugin, scalars_plugin.ScalarsPlugin, text_plugin.TextPlugin,
        hparams_plugin.HParamsPlugin,
    ]  # fmt: skip
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else it notes every request
    board = program.TensorBoard(plugins=shown, server_class=_on_socket(socket))
    board.configure(logdir=".", load_fast="false", reload_interval=_RELOAD)
    board.launch()


def _on_socket(socket: Path) -> Callable[[Any, Any], Any]:
    """What makes TensorBoard's server, as it asks for one."""
    from werkzeug.serving import ThreadedWSGIServer

    class Server(ThreadedWSGIServer):
        daemon_threads = True

        def __init__(self, wsgi_app: Any, flags: Any) -> None:
            super().__init__(f"unix://{socket}", 0, wsgi_app)

        def get_url(self) -> str:
            return str(socket)

    return Server


def show_trackio(socket: Path, base: str) -> None:
    """trackio's dashboard of the store that ``TRACKIO_DIR`` names, for reading only: the token that may write is told to nobody."""
    import uvicorn
    from trackio.server import build_starlette_app_only

    app, _ = build_starlette_app_only()
    server = uvicorn.Server(uvicorn.Config(app, uds=str(socket), root_path=base, log_level="warning", ws="none"))
    threading.Thread(target=server.run, name="trackio", daemon=True).start()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m playground.tracking.board", description="Show a log of TensorBoard or trackio.")
    parser.add_argument("tool", choices=("tensorboard", "trackio"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("socket", type=Path)
    parser.add_argument("base", help="path under which a browser sees it, without a slash at the end")
    options = parser.parse_args()
    over = over_when_closed(sys.stdin.buffer)
    os.chdir(options.folder)  # what is shown is called ".", so that no page tells where it is on this machine
    if options.tool == "tensorboard":
        show_tensorboard(options.socket)
    else:
        show_trackio(options.socket, options.base)
    over.wait()


if __name__ == "__main__":
    main()
