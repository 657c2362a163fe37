"""``python -m tests.benchmarks [NAME ...]``: every measurement, or those named; a Markdown table on stdout, progress on stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.benchmarks import data, estimate, page, speed


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    what: str
    measured: str
    target: str


def training_speed() -> Iterator[Line]:
    """The fast path against the stock Trainer, in turns."""
    for length, target in ((128, 3.0), (0, 2.2)):
        name = f"{length}-token texts" if length else "short texts"
        fast, stock = speed.in_turns([("fast", "none"), ("stock", "none")], length=length)
        line = f"{fast:.0f} against {stock:.0f} samples/s, {fast / stock:.1f} x"
        yield Line(f"training on {name}, fast path against stock Trainer + PEFT", line, f"at least {target} x")


def quantization_cost() -> Iterator[Line]:
    """Quantized training against bf16, in turns."""
    ways = ["none", "nf4", "int8"]
    rates = speed.in_turns([("fast", way) for way in ways], length=128)
    for way, rate in list(zip(ways, rates, strict=True))[1:]:
        target = "at most 1.4 x" if way == "nf4" else ""
        yield Line(f"time of a step with {way} against bf16, 128-token texts", f"{rates[0] / rate:.2f} x", target)


def quality() -> Iterator[Line]:
    """Macro-F1 after the same epochs on the same splits."""
    fast, stock = speed.quality()
    yield Line("macro-F1 on the test split, mean of 3 seeds, fast path against stock", f"{fast:.3f} against {stock:.3f}", "not lower")


def quick_presets() -> Iterator[Line]:
    """The three examples through the command line."""
    for name, training, total in speed.quick_presets():
        yield Line(f"quick preset on {name}", f"{training:.0f} s of training, {total:.0f} s in all", "at most 90 s of training")


def first_page() -> Iterator[Line]:
    """``python app.py`` until the page answers."""
    seconds, megabytes = page.cold_start()
    yield Line("cold start to the first page answer (median of 3)", f"{seconds:.1f} s, {megabytes:.0f} MB", "at most 5 s, 350 MB")


def answers() -> Iterator[Line]:
    """A prediction worker from nothing."""
    first, warm = page.worker()
    yield Line(
        "prediction worker: process start to first answer, then one text", f"{first:.1f} s, {warm * 1000:.0f} ms", "at most 6 s, 150 ms"
    )


def large_files() -> Iterator[Line]:
    """Files of growing size through ``inspect``."""
    for cost in data.costs():
        measured = f"{cost.seconds:.1f} s ({cost.working_seconds:.1f} s of a processor), {cost.peak_megabytes:,.0f} MB"
        target = "at most 20 s, 2,000 MB" if cost.rows == max(data.SIZES) else "grows with the rows"
        yield Line(f"inspecting {cost.rows:,} rows, {cost.megabytes:.0f} MB of CSV: time, most memory", measured, target)


def estimates() -> Iterator[Line]:
    """What is said before Start against what the run took."""
    worst = {"formula": [0.0, 0.0], "measured": [0.0, 0.0]}
    for outcome in estimate.outcomes():
        memory, seconds = outcome.off(outcome.measured)
        for ground, said in (("formula", outcome.formula), ("measured", outcome.measured)):
            worst[ground] = [max(old, abs(new)) for old, new in zip(worst[ground], outcome.off(said), strict=True)]
        line = f"{outcome.measured.memory_mb:.0f} MB ({memory:+.0%}), {outcome.measured.seconds:.0f} s ({seconds:+.0%})"
        alone = f"formula alone {outcome.formula.memory_mb:.0f} MB, {outcome.formula.seconds:.0f} s"
        took = f"took {outcome.memory_mb:.0f} MB, {outcome.seconds:.0f} s"
        yield Line(f"estimate of {outcome.case.name}", f"{line}; {alone}; {took}", "within 20 %, 30 %")
    for ground, (memory, seconds) in worst.items():
        what = "after measured steps" if ground == "measured" else "by the formula alone"
        yield Line(f"estimates {what}, worst of {len(estimate.CASES)} recipes", f"memory off by {memory:.0%}, time by {seconds:.0%}", "")


MEASUREMENTS: Final[dict[str, Callable[[], Iterator[Line]]]] = {
    function.__name__: function
    for function in (first_page, answers, large_files, quick_presets, training_speed, quantization_cost, quality, estimates)
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(MEASUREMENTS))
    names: list[str] = parser.parse_args().names or list(MEASUREMENTS)
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        parser.error(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
    sys.stdout.write("| what | measured | target |\n|---|---|---|\n")
    for name in names:
        for line in MEASUREMENTS[name]():
            sys.stdout.write(f"| {line.what} | {line.measured} | {line.target} |\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
