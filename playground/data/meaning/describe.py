"""What each column of a table holds, as far as its values tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from playground.data.types import Column, ColumnKind

_NUMBER: Final = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:[eE][-+]?\d+)?%?")
#: One word of digits, hexadecimal, dashes, dots, slashes or colons: serial numbers, UUIDs, dates, times, addresses.
_CODE: Final = re.compile(r"(?:[A-Za-z]{0,6}[-_#]?\d[\w\-.:/ ]*|[0-9a-fA-F\-]{8,}|https?://\S+|\S+@\S+\.\S+)")
#: Values looked at to tell numbers and codes from words; taken evenly from the whole column.
SAMPLE: Final = 2000
#: A label is a name, not a sentence: characters on average.
LONGEST_LABEL: Final = 60.0
#: Labels repeat: at most this share of the values are different.
_LABEL_DISTINCT_SHARE: Final = 0.5
_MOST_LABELS: Final = 1000


def describe(name: str, values: pd.Series[str]) -> Column:
    """A column from its stripped values."""
    filled = values[values != ""]
    if filled.empty:
        return Column(name, "empty", 0, 0, 0.0)
    distinct, mean_length = int(filled.nunique()), float(filled.str.len().mean())
    return Column(name, _kind(sample_of(filled), distinct, len(filled), mean_length), distinct, len(filled), mean_length)


def sample_of(filled: pd.Series[str], size: int = SAMPLE) -> list[str]:
    """At most about ``size`` values, taken evenly."""
    return [str(value) for value in filled.iloc[:: max(1, len(filled) // size)]]


def listed_names(columns: Sequence[Column]) -> str:
    """The names of columns, the first six."""
    names = [column.name for column in columns]
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")


def _kind(sample: list[str], distinct: int, filled: int, mean_length: float) -> ColumnKind:
    short = mean_length <= LONGEST_LABEL
    numeric = _share(sample, _NUMBER) > 0.95
    if short and distinct <= min(max(2, _LABEL_DISTINCT_SHARE * filled), _MOST_LABELS) and not (numeric and distinct > 20):
        return "label"
    whole = not any("." in value or "," in value for value in sample)
    if numeric and not (whole and distinct == filled):
        return "number"
    return "identifier" if short and _share(sample, _CODE) > 0.9 else "text"


def _share(sample: list[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.fullmatch(value) is not None for value in sample) / len(sample)
