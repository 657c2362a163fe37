"""Training measured in child processes that take turns, so that whatever else the machine does falls on all of them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from typing import Final

from tests.benchmarks.making import EXAMPLES, fewer, lengthened, make_run, splits

ROUNDS: Final = 3
#: Words that make about 128 tokens of the example's English.
_LONG_WORDS: Final = 140
#: Training rows a rate is taken over.
_LONG_ROWS, _SHORT_ROWS = 192, 400
#: Epochs a rate is taken over, and those of the comparison of quality; the same for both ways.
_SPEED_EPOCHS: Final = 3
_EPOCHS: Final = 6


def in_turns(ways: Sequence[tuple[str, str]], *, length: int) -> list[float]:
    """Samples a second of each way ("fast" or "stock", and its quantization): the median of rounds in which they take turns.

    :param length: tokens a text, or 0 for the example's own short texts.
    """
    frame = splits(0)
    frame = fewer(lengthened(frame, _LONG_WORDS) if length else frame, _LONG_ROWS if length else _SHORT_ROWS)
    rates: list[list[float]] = [[] for _ in ways]
    for number in range(ROUNDS):
        for place, (way, quantization) in enumerate(ways):
            with tempfile.TemporaryDirectory() as scratch:
                run = make_run(Path(scratch) / "run", frame, epochs=_SPEED_EPOCHS, max_length=length or 64, quantization=quantization)
                rates[place].append(_child(way, run)["samples_per_second"])
            _progress(f"round {number + 1} {way} {quantization} {length or 'short'}: {rates[place][-1]:.0f} samples/s")
    return [median(each) for each in rates]


def quality() -> tuple[float, float]:
    """Mean macro-F1 on the test split over three seeds: fast path, stock."""
    scores: dict[str, list[float]] = {"fast": [], "stock": []}
    for seed in range(3):
        for way, found in scores.items():
            with tempfile.TemporaryDirectory() as scratch:
                run = make_run(Path(scratch) / "run", splits(seed), epochs=_EPOCHS, max_length=64, seed=seed)
                found.append(_child(way, run)["macro_f1"])
            _progress(f"seed {seed} {way}: macro-F1 {found[-1]:.3f}")
    return mean(scores["fast"]), mean(scores["stock"])


def quick_presets() -> Iterator[tuple[str, float, float]]:
    """Each example file, with its seconds of training and in all, through the command line."""
    for path in sorted(EXAMPLES.iterdir()):
        if path.suffix not in (".csv", ".jsonl", ".tsv", ".xlsx"):
            continue
        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-m", "playground", "train", str(path), "--preset", "quick", "--json", "--home", home]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = json.loads(done.stdout)["seconds"]
        yield path.name, seconds["training"], seconds["total"]


def _child(way: str, run: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.child", way, str(run)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise SystemExit(f"{way} failed")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _progress(line: str) -> None:
    sys.stderr.write(line + "\n")
