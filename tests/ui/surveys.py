"""A survey that no model made, of as many texts as asked for."""

from __future__ import annotations

import numpy as np

from playground.data.survey import Survey, Suspect, Trial


def survey_of(
    count: int = 60, labels: tuple[str, ...] = ("billing", "delivery"), suspects: tuple[Suspect, ...] = (), outliers: tuple[int, ...] = ()
) -> Survey:
    """Row n has the text "text n" and the n-th label, round and round."""
    places = np.linspace(-1, 1, count, dtype=np.float32)
    return Survey(
        rows=np.arange(count), lengths=(np.arange(count) % 40 + 3).astype(np.int32), positions=np.stack([places, places[::-1]], axis=1),
        labels=tuple(labels[n % len(labels)] for n in range(count)), excerpts=tuple(f"text {n}" for n in range(count)),
        model="sentence-transformers/all-MiniLM-L6-v2", task="text-classification", limit_tokens=512, total_rows=count,
        suspects=suspects, judged_rows=count, agreement=0.9, trial=Trial(0.05, 0.9, 0.8), outliers=outliers,
        telling={label: ((f"{label} word", 1.0), ("other", 0.5)) for label in labels}, seconds=3.0,
    )  # fmt: skip


def suspect(row: int, label: str, suggested: str = "delivery") -> Suspect:
    """A doubtful row."""
    return Suspect(row, label, suggested, 0.93)
