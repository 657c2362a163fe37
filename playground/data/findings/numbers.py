"""Numbers to be predicted: cells that are none, and a quantity that never changes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from playground.data.findings.common import Examples, about_rows, drop_rows, named, where
from playground.data.meaning.rows import numbers
from playground.data.types import Finding


def check_numbers(examples: Examples) -> Iterator[Finding]:
    """For regression only."""
    if examples.task != "regression":
        return
    values = numbers(examples.rows["label"])
    wrong = where(examples.rows, np.isnan(values) & (examples.rows["label"] != "").to_numpy(dtype=bool))
    shown = named(dict.fromkeys(examples.rows["label"].loc[wrong[:100]]))
    yield from about_rows("not_numbers", "warning", wrong, drop_rows(wrong), values=shown)
    known = values[~np.isnan(values)]
    if len(known) > 1 and np.all(known == known[0]):
        yield Finding("one_value", "error", {"value": f"{known[0]:g}"})
