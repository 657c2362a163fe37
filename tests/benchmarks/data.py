"""``inspect`` on large files, through the command line in a process of its own: seconds and the most memory it took.

``python -m tests.benchmarks.data ROWS`` writes such a file, large.csv, for a look by hand.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Rows of the files, the last as many as are read at all.
SIZES: Final = (100_000, 300_000, 1_000_000)
_LABELS: Final = ("delivery", "refund", "damage", "invoice", "password", "praise", "complaint", "other")
#: Words a row has on average, so that a million rows are about 150 MB.
_WORDS: Final = (14, 28)
_CHUNK: Final = 10_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one inspection took."""

    rows: int
    megabytes: float
    seconds: float
    #: Of the processor, all cores together: what is left of the time when the machine has other things to do.
    working_seconds: float
    peak_megabytes: float
    findings: tuple[str, ...]


def costs(sizes: tuple[int, ...] = SIZES) -> Iterator[Cost]:
    """Inspect a file of each size."""
    for rows in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "large.csv"
            write(path, rows)
            yield _inspected(path, Path(scratch) / "home", rows)


def write(path: Path, rows: int) -> None:
    """A CSV of random words, the same for the same number of rows: some quoted, some Chinese, an emoji, a few e-mail addresses."""
    chance = random.Random(7)
    words = ["".join(chance.choices("aeiounrtslmdkgpbv", k=chance.randint(2, 9))) for _ in range(20_000)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("id,text,label\n")
        for start in range(0, rows, _CHUNK):
            file.writelines(_row(place, words, chance) for place in range(start, min(rows, start + _CHUNK)))


def _row(place: int, words: list[str], chance: random.Random) -> str:
    text = " ".join(chance.choices(words, k=chance.randint(*_WORDS)))
    if place % 10 == 0:
        text = f'"{text}, ""as they say"", and more"'
    elif place % 50 == 7:
        text = f"{text} 物流很快，包装得很仔细"
    elif place % 997 == 5:
        text = f"{text} \N{GRINNING FACE} someone{place}@example.org"
    return f"{place},{text},{_LABELS[place % len(_LABELS)]}\n"


def _inspected(path: Path, home: Path, rows: int) -> Cost:
    command = [sys.executable, "-m", "playground", "inspect", str(path), "--json", "--home", str(home)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")
    assert process.stdout
    answer = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, answer["findings"]
    assert answer["rows"] == rows, answer["rows"]
    findings = tuple(finding["code"] for finding in answer["findings"])
    return Cost(rows, path.stat().st_size / 1e6, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, findings)


if __name__ == "__main__":
    write(Path("large.csv"), int(sys.argv[1]))
