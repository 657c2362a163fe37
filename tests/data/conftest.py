"""Small files made in memory, and the shortest ways to read them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from playground.data.read import read_table
from playground.data.types import ColumnChoice, Inspection, Table

Pairs = list[tuple[str, str]]

ENGLISH: Pairs = [
    (f"{words} number {number}", label)
    for number in range(6)
    for words, label in (("where is my parcel", "delivery"), ("please pay me back", "refund"), ("the cup is broken", "damage"))
]


def table_of(columns: dict[str, list[str]]) -> Table:
    """A table as reading would leave it."""
    return Table("made.csv", "csv", "utf-8", ",", pd.DataFrame(columns, dtype="str"))


def pairs_table(pairs: Pairs) -> Table:
    """A table of these texts and labels."""
    return table_of({"text": [text for text, _ in pairs], "label": [label for _, label in pairs]})


@pytest.fixture
def inspected() -> Callable[..., Inspection]:
    """Inspect pairs of text and label."""
    from playground.data.infer import inspect

    def of(pairs: Pairs, choice: ColumnChoice | None = None) -> Inspection:
        return inspect(pairs_table(pairs), choice or ColumnChoice("text", "label"))

    return of


@pytest.fixture
def read_csv() -> Callable[..., Table]:
    """Read a CSV given as text."""

    def of(text: str, delimiter: str | None = None) -> Table:
        return read_table(text.encode(), "made.csv", delimiter=delimiter)

    return of
