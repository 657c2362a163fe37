"""Whether the examples can be trained on at all; only what makes that impossible is an error."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from playground.data.findings.common import CLASSES, FEWEST_ROWS, SPLITTABLE_TEXTS, Examples
from playground.data.types import Finding

#: More labels than this, in more than half as many rows, are no labels.
_FEW_LABELS = 20


def check_enough(examples: Examples) -> Iterator[Finding]:
    """One label, labels that do not repeat, too few texts, labels too rare to be tested."""
    rows, counts = len(examples.usable), examples.counts
    if examples.task in CLASSES:
        if len(counts) == 1:
            yield Finding("one_label", "error", {"label": str(counts.index[0])})
            return
        if len(counts) > _FEW_LABELS and len(counts) > rows / 2:
            yield Finding("labels_do_not_repeat", "error", {"labels": len(counts), "rows": rows})
            return
    if examples.task == "multi-label-classification" and counts.empty:
        yield Finding("no_labels", "error")
        return
    different = len(examples.different)
    if different < FEWEST_ROWS:
        facts = {"count": different, "needed": FEWEST_ROWS}
        if examples.task == "language-modeling":
            yield Finding("too_few_texts", "error", facts)
        elif examples.task in CLASSES or examples.task == "multi-label-classification":
            yield Finding("too_few_rows", "error", facts)
        else:
            yield Finding("too_few_examples", "error", facts)
    elif examples.task in CLASSES and _learnable(examples) < 2:
        yield Finding("labels_too_rare", "error", {"needed": SPLITTABLE_TEXTS})


def _learnable(examples: Examples) -> int:
    """Labels with enough different texts to be trained and tested."""
    pairs = pd.DataFrame({"label": examples.labels, "key": examples.keys}).drop_duplicates()
    return int((pairs["label"].value_counts() >= SPLITTABLE_TEXTS).sum())
