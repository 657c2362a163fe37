"""What the page says before Start against what the run then took, for recipes of every kind."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playground.data.types import Dataset
from playground.estimate import Estimate
from playground.recipe import Recipe
from playground.runs.types import ACTIVE
from playground.workbench import Workbench
from tests.benchmarks.making import EXAMPLES, MINILM, lengthened

_E5: Final = "intfloat/multilingual-e5-small"
_OWNER: Final = "benchmark"
#: Texts of this many words fill the longer limits.
_WORDS: Final = {64: 60, 128: 140, 256: 260}
_POLL_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Case:
    """One recipe on one example file."""

    name: str
    file: str
    settings: dict[str, object] = field(default_factory=dict)
    model: str = MINILM
    #: Tokens the texts are lengthened to; 0 leaves them.
    length: int = 0
    #: Rows taken from the file where they are lengthened.
    rows: int = 300


CASES: Final = (
    Case("LoRA, short texts", "support_intents.csv", {"method": "lora", "epochs": 4, "batch_size": 16}),
    Case("LoRA on nf4, batch 32", "support_intents.csv", {"method": "lora", "quantization": "nf4", "epochs": 4, "batch_size": 32}),
    Case("LoRA on int8, 64 tokens", "support_intents.csv", {"method": "lora", "quantization": "int8", "epochs": 2}, length=64),
    Case("LoRA, 128 tokens, batch 32", "support_intents.csv", {"method": "lora", "epochs": 2, "batch_size": 32}, length=128),
    Case("full, 64 tokens", "support_intents.csv", {"method": "full", "learning_rate": 1e-4, "epochs": 2}, length=64),
    Case("last layers, 128 tokens", "support_intents.csv", {"method": "last-layers", "learning_rate": 1e-4, "epochs": 2}, length=128),
    Case("head, 256 tokens", "support_intents.csv", {"method": "head", "epochs": 2}, length=256, rows=150),
    Case("checkpointing, 256 tokens, batch 8", "support_intents.csv",
         {"method": "lora", "gradient_checkpointing": True, "epochs": 2, "batch_size": 8}, length=256, rows=150),
    Case("contrastive", "support_intents.csv", {"method": "contrastive", "epochs": 4, "batch_size": 32}),
    Case("E5, LoRA, Chinese", "product_reviews_zh.csv", {"method": "lora", "epochs": 2}, _E5),
    Case("regression, DoRA", "workshop_hours.csv", {"method": "dora", "epochs": 2}),
    Case("several labels, IA3", "leisure_centre_complaints.csv", {"method": "ia3", "epochs": 2}),
    Case("pairs, LoRA", "handover_claims.csv", {"method": "lora", "epochs": 2}),
    Case("entities, LoRA", "bakery_orders.conll", {"method": "lora", "epochs": 2}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said before, without and with measured steps, and what came."""

    case: Case
    formula: Estimate
    measured: Estimate
    seconds: float
    memory_mb: float

    def off(self, said: Estimate) -> tuple[float, float]:
        """Shares by which memory and time were off; above 0 said too much."""
        return said.memory_mb / self.memory_mb - 1, said.seconds / self.seconds - 1


def outcomes() -> Iterator[Outcome]:
    """Each case in a workspace of its own, so that nothing but its own steps corrects its estimate."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as home:
            outcome = _outcome(Workbench(Path(home)), case)
        memory, seconds = outcome.off(outcome.measured)
        sys.stderr.write(
            f"{case.name}: memory {memory:+.0%} of {outcome.memory_mb:.0f} MB, time {seconds:+.0%} of {outcome.seconds:.0f} s\n"
        )
        yield outcome


def _outcome(bench: Workbench, case: Case) -> Outcome:
    dataset = _dataset(bench, case)
    recipe = bench.preset("quick", dataset, case.model).with_values({"early_stopping_patience": 0, **case.settings})
    formula = bench.estimate(recipe, dataset)
    bench.trials.ask(recipe, dataset.fingerprint, bench.datasets.root / dataset.fingerprint / "data.parquet", _OWNER)
    while bench.trials.state(recipe, dataset.fingerprint).status in ("waiting", "running"):
        bench.tick()
        time.sleep(_POLL_SECONDS)
    measured = bench.estimate(recipe, dataset)
    if measured.ground != "measured":
        raise SystemExit(f"{case.name}: the trial failed: {bench.trials.state(recipe, dataset.fingerprint).error}")
    return Outcome(case, formula, measured, *_trained(bench, dataset, recipe))


def _dataset(bench: Workbench, case: Case) -> Dataset:
    """An example file as it is, or its first rows lengthened."""
    path = EXAMPLES / case.file
    look = bench.understand(bench.inspect(path.read_bytes(), path.name).table)
    if not case.length:
        return bench.keep(look, _OWNER)
    assert look.mended is not None
    rows = look.mended[["text", "label"]]
    rows = lengthened(rows[(rows["text"].str.strip() != "") & (rows["label"].str.strip() != "")].head(case.rows), _WORDS[case.length])
    return bench.keep(bench.inspect(rows.to_csv(index=False).encode(), "rows.csv"), _OWNER)


def _trained(bench: Workbench, dataset: Dataset, recipe: Recipe) -> tuple[float, float]:
    """Seconds from start to result, and megabytes at the peak."""
    run = bench.start(dataset.fingerprint, recipe, _OWNER)
    while bench.state(run).status in ACTIVE:
        bench.tick()
        time.sleep(_POLL_SECONDS)
    result = bench.result(run)
    if result is None:
        raise SystemExit(f"the run failed: {bench.state(run).cause}")
    return bench.state(run).seconds, result.peak_memory_mb
