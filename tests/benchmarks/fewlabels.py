"""Eight training rows a label: the frozen probe, plain LoRA and contrastive LoRA on the examples, by the playground's own training.

``python -m tests.benchmarks.fewlabels [--draws 10 11 ...] [--examples NAME ...] [--each 8] [--ways ...]`` prints a line for each run on
stderr and a Markdown table on stdout: macro-F1 on all rows that were not drawn, mean and standard deviation over the draws. Two further
rows a label are the validation split: all of them choose by it (the regularisation, the best checkpoint). Some minutes an example.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median, pstdev
from typing import Final

import numpy as np
import pandas as pd

from playground.data.infer import inspect
from playground.data.read import read_table
from playground.data.types import ColumnChoice
from playground.recipe import Recipe
from playground.runs.types import Result
from playground.tasks import get_task
from tests.benchmarks.making import EXAMPLES, MINILM

_E5: Final = "intfloat/multilingual-e5-small"
#: Examples and the base models recommended for them.
MODELS: Final = {"support_intents.csv": MINILM, "it_tickets.jsonl": MINILM, "product_reviews_zh.csv": _E5}
#: Not those on which the settings of the method were chosen (0 to 2).
DRAWS: Final = (10, 11, 12, 13, 14)
EACH: Final = 8
_VALIDATION_EACH: Final = 2
#: What the presets quick and balanced set for so few rows, and what they set where they choose the method by themselves.
WAYS: Final[dict[str, dict[str, object]]] = {
    "contrastive, balanced": {"method": "contrastive", "learning_rate": 5e-4, "batch_size": 32},
    "LoRA, balanced": {"epochs": 15, "learning_rate": 7e-4},
    "LoRA, quick": {"epochs": 8, "learning_rate": 1e-3},
}
_CONTRASTIVE_STEPS: Final = 60
_PROBE: Final = "probe"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way on one draw."""

    way: str
    #: On all rows that were not drawn.
    macro_f1: float
    #: Of training with its evaluations, and of everything from loading to the saved adapter, on the clock.
    training_seconds: float
    seconds: float
    #: Of the processor, all cores together: on two idle cores it took at least half of this.
    working_seconds: float


def draw(example: str, seed: int, each: int) -> pd.DataFrame:
    """The example's rows with a split: ``each`` rows a label to train on, two to validate, the rest to test."""
    path = EXAMPLES / example
    inspection = inspect(read_table(path.read_bytes(), path.name))
    choice = inspection.choice
    assert isinstance(choice, ColumnChoice)
    frame = inspection.table.frame[[choice.text, choice.label]].set_axis(["text", "label"], axis=1)
    frame = frame[(frame["text"].str.strip() != "") & (frame["label"].str.strip() != "")].drop_duplicates("text").reset_index(drop=True)
    shuffled = frame.iloc[np.random.default_rng(seed).permutation(len(frame))]
    place = shuffled.groupby("label").cumcount().sort_index()
    split = np.where(place < each, "train", np.where(place < each + _VALIDATION_EACH, "validation", "test"))
    return frame.assign(row=range(len(frame)), split=split)


def outcomes(example: str, seed: int, each: int, ways: Sequence[str]) -> Iterator[Outcome]:
    """Every way on one draw; the probe comes with the first, as its reference."""
    from playground.training import train

    frame = draw(example, seed, each)
    steps = -(-int((frame["split"] == "train").sum()) // 32)
    for number, way in enumerate(ways):
        settings = WAYS[way]
        fitted = {"epochs": min(100, round(_CONTRASTIVE_STEPS / steps))} if settings.get("method") else {}
        with tempfile.TemporaryDirectory() as scratch:
            run = Path(scratch) / "run"
            run.mkdir()
            recipe = Recipe(model=MODELS[example]).with_values({"max_length": 64, "seed": seed, **settings, **fitted})
            (run / "recipe.json").write_text(recipe.to_json(), encoding="utf-8")
            frame.to_parquet(run / "splits.parquet", index=False)
            clock, working = time.monotonic(), time.process_time()
            assert train(run).ending == "finished"
            seconds, worked = time.monotonic() - clock, time.process_time() - working
            answers = pd.read_parquet(run / "predictions.parquet")
            trained = Result.from_json((run / "result.json").read_text(encoding="utf-8")).training_seconds
        if not number:
            yield Outcome(_PROBE, _score(answers, "probe"), 0.0, 0.0, 0.0)
        yield Outcome(way, _score(answers, "tuned"), trained, seconds, worked)


def _score(answers: pd.DataFrame, column: str) -> float:
    return get_task("text-classification").score(answers["label"].tolist(), answers[column].tolist()).values["macro_f1"]


def table(examples: Sequence[str], draws: Sequence[int], each: int, ways: Sequence[str]) -> Iterator[str]:
    """The lines of the table."""
    yield f"| example, {each} rows a label | {' | '.join((_PROBE, *ways))} |"
    yield "|---" * (len(ways) + 2) + "|"
    for example in examples:
        found: list[Outcome] = []
        for seed in draws:
            for one in outcomes(example, seed, each, ways):
                found.append(one)
                sys.stderr.write(
                    f"{example} draw {seed} {one.way}: macro-F1 {one.macro_f1:.4f}, training {one.training_seconds:.1f} s, "
                    f"all {one.seconds:.1f} s, {one.working_seconds:.1f} s of the processor\n"
                )
        yield f"| {example} | {' | '.join(_cell([one for one in found if one.way == way]) for way in (_PROBE, *ways))} |"


def _cell(some: Sequence[Outcome]) -> str:
    scores = [one.macro_f1 for one in some]
    took = f", {median(one.training_seconds for one in some):.0f} s" if some[0].way != _PROBE else ""
    return f"{mean(scores):.3f} ± {pstdev(scores):.3f}{took}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", nargs="*", type=int, default=DRAWS)
    parser.add_argument("--examples", nargs="*", default=[*MODELS], choices=[*MODELS])
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--ways", nargs="*", default=[*WAYS], choices=[*WAYS])
    chosen = parser.parse_args()
    for line in table(chosen.examples, chosen.draws, chosen.each, chosen.ways):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
