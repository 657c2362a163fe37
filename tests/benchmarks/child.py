"""Trains one run folder in a process of its own, either as the playground does or as a stock script would, and says how fast it went.

``python -m tests.benchmarks.child fast|stock RUN_FOLDER`` -> ``{"samples_per_second", "macro_f1"}`` as the last line on stdout.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from playground.models import fetch
from playground.recipe import Recipe
from playground.runs.events import EvaluationEvent, StepEvent, decode
from playground.tasks import get_task

#: First steps left out of the rate: libraries set themselves up in them.
_WARM_UP = 4


def fast(run: Path) -> dict[str, float]:
    """The playground's own door; the rate is that of all epochs, from one of its events to the next where no evaluation lies between."""
    from playground.training import train

    assert train(run).ending == "finished"
    lines = (run / "events.jsonl").read_text(encoding="utf-8").splitlines()
    told = [event for line in lines if isinstance(event := decode(line), StepEvent | EvaluationEvent)]
    rows = pd.read_parquet(run / "splits.parquet")["split"].eq("train").sum()
    epochs = seconds = 0.0
    for before, after in pairwise(told):
        if isinstance(before, StepEvent) and isinstance(after, StepEvent) and before.step >= _WARM_UP:
            epochs, seconds = epochs + after.epoch - before.epoch, seconds + after.time - before.time
    frame = pd.read_parquet(run / "predictions.parquet")
    return {"samples_per_second": float(rows * epochs / seconds), "macro_f1": _score(frame["label"].tolist(), frame["tuned"].tolist())}


def stock(run: Path) -> dict[str, float]:
    """Trainer and PEFT as their guides have it: float32, the model's dropout, sdpa, random order, padding to the longest of a batch.

    Its threads wait as ours do: on a busy machine the default would make it several times slower still, which is no merit of the path.
    """
    from playground.training.before_torch import prepare_process

    prepare_process()
    import torch
    from datasets import Dataset
    from peft import LoraConfig, TaskType, get_peft_model
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainerCallback,
        TrainingArguments,
        set_seed,
    )

    recipe = Recipe.from_json((run / "recipe.json").read_text(encoding="utf-8"))
    frame = pd.read_parquet(run / "splits.parquet")
    labels = sorted(frame["label"].unique())
    path = fetch(recipe.model).path
    set_seed(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(path)
    model = AutoModelForSequenceClassification.from_pretrained(path, num_labels=len(labels))
    config = LoraConfig(
        r=recipe.lora_r,
        lora_alpha=recipe.lora_alpha,
        target_modules=["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"],
        modules_to_save=["pooler"],
        task_type=TaskType.SEQ_CLS,
    )
    model = get_peft_model(model, config)

    def tokens(split: str) -> Dataset:
        rows = frame[frame["split"] == split]
        table = Dataset.from_dict({"text": rows["text"].tolist(), "labels": [labels.index(label) for label in rows["label"]]})
        encode = lambda batch: tokenizer(batch["text"], truncation=True, max_length=recipe.max_length)  # noqa: E731
        return table.map(encode, batched=True, remove_columns="text")

    ends: list[float] = []

    class Watch(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            ends.append(time.monotonic())

    arguments = TrainingArguments(
        output_dir=str(run / "stock"),
        use_cpu=not torch.cuda.is_available(),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup_ratio,
        weight_decay=recipe.weight_decay,
        seed=recipe.seed,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
    )
    train_rows = tokens("train")
    trainer = Trainer(model, arguments, DataCollatorWithPadding(tokenizer), train_rows, callbacks=[Watch()])
    trainer.train()
    measured = ends[_WARM_UP - 1 :]
    rows_a_step = len(train_rows) * recipe.epochs / len(ends)
    rate = rows_a_step * (len(measured) - 1) / (measured[-1] - measured[0])
    answers = [labels[place] for place in trainer.predict(tokens("test")).predictions.argmax(-1)]
    return {"samples_per_second": rate, "macro_f1": _score(frame[frame["split"] == "test"]["label"].tolist(), answers)}


def _score(expected: list[str], answers: list[str]) -> float:
    return get_task("text-classification").score(expected, answers).values["macro_f1"]


if __name__ == "__main__":
    way = fast if sys.argv[1] == "fast" else stock
    sys.stdout.write("\n" + json.dumps(way(Path(sys.argv[2]))) + "\n")
