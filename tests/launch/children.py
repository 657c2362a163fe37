"""Small Python programs in the place of training: real processes, no torch.

Each gets the run folder as its first argument, writes events as training does, and honours ``stop.json`` unless it is told not to.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playground.devices import Device
from playground.launch.command import Command
from playground.recipe import Recipe

CPU = Device("cpu", "CPU", 1, 2, 8_000, bf16=True)
GPU = Device("cuda", "Some GPU", 1, 8, 24_000, bf16=True)

_PREFACE = """
import json, os, pathlib, signal, subprocess, sys, time
folder = pathlib.Path(sys.argv[1])

def event(kind, **facts):
    with (folder / "events.jsonl").open("a") as file:
        file.write(json.dumps({"kind": kind, "time": time.time(), **facts}) + "\\n")

def wait_for(name):
    while not (folder / name).exists():
        time.sleep(0.01)

event("stage", stage="training")
print("pid", os.getpid(), flush=True)
"""

FINISHES = "event('finished')"
#: Goes on until the test puts a file called "go" into the folder.
FINISHES_ON_GO = "wait_for('go'); event('finished')"
HONOURS_STOP = "wait_for('stop.json'); (folder / 'checkpoints' / 'checkpoint-1').mkdir(parents=True); event('stopped', step=1)"
IGNORES_STOP = "wait_for('never')"
IGNORES_SIGTERM = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); wait_for('never')"
CRASHES = "raise ValueError('the rows are odd')"
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"
SILENT = "sys.exit(7)"
LOUD = "sys.stderr.write('x' * 79 + '\\n') and [sys.stderr.write('x' * 79 + '\\n') for _ in range(13200)]; event('finished')"
#: Like accelerate: a leader that starts the one who works. Killed alone, it leaves the other behind.
LEADER = """
deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
child = subprocess.Popen([sys.executable, "-c", deaf])
print("worker", child.pid, flush=True)
child.wait()
"""


class Child:
    """Stands in for ``launch_command``; the program can be changed between attempts."""

    def __init__(self, folder: Path, program: str) -> None:
        self._script = folder / "child.py"
        self.becomes(program)

    def becomes(self, program: str) -> None:
        self._script.write_text(f"{_PREFACE}\n{program}\n", encoding="utf-8")

    def __call__(self, folder: Path, recipe: Recipe, device: Device) -> Command:
        return Command((sys.executable, str(self._script), str(folder)), {"PYTHONUNBUFFERED": "1"})
