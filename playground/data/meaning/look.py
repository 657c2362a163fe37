"""A table looked at for what it means: its columns, what their cells spell, a sample of its rows. Each question is answered once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from playground.data.meaning.describe import LONGEST_LABEL, sample_of
from playground.data.meaning.hints import SPLIT_NAMES, SPLIT_VALUES, plain_name
from playground.data.meaning.spelled import Form, form_of, separator_of, to_number
from playground.data.types import Column, ColumnChoice, Confidence, Finding, Table, TaskName
from playground.words import Fact

Reason = tuple[str, Mapping[str, Fact]]

#: Values looked at to tell what the cells of a column spell.
_SAMPLE: Final = 400
#: Columns looked at for lists, spans and messages; a table of more is no hand-made one.
_MOST_COLUMNS: Final = 100
_FLAGS: Final = frozenset({"0", "1", "0.0", "1.0", "true", "false"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a table's rows are for and which columns make them."""

    task: TaskName
    #: None when no columns could be proposed; then an error finding says so.
    choice: ColumnChoice | None
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()
    #: None where the person chose.
    confidence: Confidence | None = None


class Look:
    """The table and everything about its columns that proposals ask for, worked out when first asked."""

    def __init__(self, columns: tuple[Column, ...], stripped: pd.DataFrame, table: Table) -> None:
        self.columns = columns
        self.stripped = stripped
        self.table = table
        self._samples: dict[str, list[str]] = {}
        self._separators: dict[str, str | None] = {}

    @cached_property
    def split_column(self) -> str | None:
        """The column that says which split a row belongs to."""
        return split_column(self.stripped)

    @cached_property
    def forms(self) -> Mapping[str, Form]:
        """What the cells of each column spell."""
        looked_at = self.columns[:_MOST_COLUMNS]
        return {column.name: form_of(self.sample(column.name)) for column in looked_at}

    @cached_property
    def rows(self) -> pd.DataFrame:
        """A sample of whole rows."""
        return self.stripped.iloc[:: max(1, len(self.stripped) // _SAMPLE)]

    def column(self, name: str) -> Column:
        """By its name."""
        return next(column for column in self.columns if column.name == name)

    def of_form(self, *forms: Form) -> list[Column]:
        """The columns whose cells spell one of these."""
        return [column for column in self.columns if self.form(column) in forms]

    def form(self, column: Column) -> Form:
        """What the cells of a column spell."""
        return self.forms.get(column.name, "plain")

    def sample(self, name: str) -> list[str]:
        """Some of its non-empty values."""
        if name not in self._samples:
            values = self.stripped[name]
            self._samples[name] = sample_of(values[values != ""], _SAMPLE)
        return self._samples[name]

    def separator(self, column: Column) -> str | None:
        """What separates the labels of a cell that holds several."""
        if column.name not in self._separators:
            plain = self.form(column) == "plain" and column.mean_length <= 2 * LONGEST_LABEL and not self.numeric(column)
            self._separators[column.name] = separator_of(self.sample(column.name)) if plain else None
        return self._separators[column.name]

    def numeric(self, column: Column) -> bool:
        """Whether nearly all values are numbers."""
        numbers = [to_number(value) for value in self.sample(column.name)]
        return bool(numbers) and sum(not math.isnan(number) for number in numbers) >= 0.95 * len(numbers)

    def whole(self, column: Column) -> bool:
        """Whether its numbers are whole ones, however they are spelled."""
        numbers = [to_number(value) for value in self.sample(column.name)]
        return all(math.isnan(number) or number == round(number) for number in numbers)

    def flags(self, text: str) -> list[str]:
        """The columns beside the text that say yes or no with 0 and 1: several labels, one column each."""
        return flag_columns(self.stripped, text, [column.name for column in self.columns if 0 < column.distinct <= 2])


def flag_columns(stripped: pd.DataFrame, text: str, names: Sequence[str] | None = None) -> list[str]:
    """Columns of 0 and 1 (or of true and false), other than the text's, in order.

    :param names: the columns to look at; all when None.
    """
    return [str(name) for name in (stripped.columns if names is None else names) if name != text and _says_yes_or_no(stripped[name])]


def _says_yes_or_no(values: pd.Series[str]) -> bool:
    for part in (values.iloc[:1000], values):  # most columns are something else from the start
        if not {str(value).lower() for value in part.unique()} - {""} <= _FLAGS:
            return False
    return bool((values != "").any())


def split_column(stripped: pd.DataFrame) -> str | None:
    """The column whose values name splits, among them a training split, in every row."""
    for name in stripped.columns:
        if plain_name(str(name)) in SPLIT_NAMES:
            values = [plain_name(str(value)) for value in stripped[name].unique()[:20]]
            if len(values) <= 6 and all(value in SPLIT_VALUES for value in values) and "train" in {SPLIT_VALUES[value] for value in values}:
                return str(name)
    return None


def splits_named(values: pd.Series[str]) -> pd.Series[str]:
    """What a split column says, in our words."""
    return values.map({value: SPLIT_VALUES[plain_name(str(value))] for value in values.unique()})
