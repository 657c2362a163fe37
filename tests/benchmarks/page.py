"""The page and the prediction worker, from nothing to their first answer."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from tests.benchmarks.making import make_run, splits

ROOT = Path(__file__).parents[2]


def cold_start(rounds: int = 3) -> tuple[float, float]:
    """Seconds until the page answers, and megabytes the app holds then: medians."""
    found = [_start_once() for _ in range(rounds)]
    return median(seconds for seconds, _ in found), median(megabytes for _, megabytes in found)


def _start_once() -> tuple[float, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "PLAYGROUND_HOME": home, "GRADIO_SERVER_PORT": str(port)}
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/", process)
            return time.monotonic() - started, psutil.Process(process.pid).memory_info().rss / 1e6
        finally:
            process.terminate()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                answer.read()
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"the app ended with exit code {process.returncode}")


def worker(questions: int = 15) -> tuple[float, float]:
    """Seconds from starting the worker to its first answer, and for one text after that (median)."""
    with tempfile.TemporaryDirectory() as scratch:
        run = make_run(Path(scratch) / "run", splits(0), epochs=1, max_length=64)
        subprocess.run([sys.executable, "-m", "playground.training", str(run)], stderr=subprocess.DEVNULL, check=True)
        started = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "playground.predict"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        _ask(process, run)
        first = time.monotonic() - started
        warm = []
        for _ in range(questions):
            asked = time.monotonic()
            _ask(process, run)
            warm.append(time.monotonic() - asked)
        process.communicate()
    return first, median(warm)


def _ask(process: subprocess.Popen[str], run: Path) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps({"id": 1, "run": str(run), "texts": ["where is my order"], "base": None}) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    assert "predictions" in answer, answer
    return answer
