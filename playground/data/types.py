"""The nouns of labelled text: what a file turned out to be, and the dataset a run trains on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from playground.words import Fact, Language, say

Severity = Literal["error", "warning", "info"]
#: What a column holds, as far as its values tell.
ColumnKind = Literal["text", "label", "number", "identifier", "empty"]
SplitName = Literal["train", "validation", "test"]

SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the data a person should know; its sentences are ``finding.<code>`` and ``finding.<code>.remedy``."""

    code: str
    severity: Severity
    #: What the sentences are filled in with.
    facts: Mapping[str, Fact] = field(default_factory=dict)
    #: Row numbers in the file as read, counted from 0 without the header; at most the first 1000.
    rows: tuple[int, ...] = ()

    def message(self, language: Language = "en") -> str:
        """What is the case, in one sentence."""
        return say(f"finding.{self.code}", language, **self.facts)

    def remedy(self, language: Language = "en") -> str:
        """What happens to these rows, or what the person can do."""
        return say(f"finding.{self.code}.remedy", language, **self.facts)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file and what its values look like."""

    name: str
    kind: ColumnKind
    #: Number of different non-empty values.
    distinct: int
    #: Number of non-empty values.
    filled: int
    #: Mean length of the non-empty values, in characters.
    mean_length: float


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """Which columns play which part."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read, before anybody asked what it means. Every cell is a string; an empty cell is ``""``."""

    #: File name as uploaded, shown to the person.
    name: str
    #: "csv", "json", "jsonl", "xlsx" or "parquet" (a TSV is a csv with a tab as delimiter; pasted rows are a csv too).
    format: str
    #: Python codec name for text formats, else None.
    encoding: str | None
    #: For csv, else None.
    delimiter: str | None
    #: One row per record, string dtype, unique column names.
    frame: pd.DataFrame
    #: What reading itself noticed (ragged rows, replaced bytes ...).
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file turned out to be: its table, the proposed columns and why, and every finding, worst first."""

    table: Table
    columns: tuple[Column, ...]
    #: None when no pair of columns could be proposed (then an error finding says so).
    choice: ColumnChoice | None
    #: Why these columns: a words key under ``reason.`` and its facts, for text and for label.
    reasons: tuple[tuple[str, Mapping[str, Fact]], ...]
    task: str
    #: Rows with both a text and a label, after whitespace is stripped.
    usable_rows: int
    #: Label name -> usable rows, most frequent first; None without a choice.
    labels: Mapping[str, int] | None
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> int:
        """Rows in the file, without the header."""
        return len(self.table.frame)

    @property
    def blocked(self) -> bool:
        """Whether a finding forbids training on this data."""
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Usable rows of an inspected file, stored under their fingerprint."""

    #: SHA-256 over task, labels and texts in order; the first 16 hexadecimal digits.
    fingerprint: str
    #: The file name its owner uploaded.
    name: str
    task: str
    rows: int
    #: Label name -> rows, most frequent first.
    labels: Mapping[str, int]
    #: Seconds since the epoch.
    added: float
    #: Mean characters a text.
    mean_characters: float
    #: 95th percentile of characters a text.
    long_characters: float
    #: Share of letters that are Chinese, Japanese or Korean, 0 to 1; decides which base model is proposed.
    cjk_share: float
    #: Share of letters outside ASCII that are not CJK (é, ü, и, ا ...), 0 to 1; tells English from most other languages.
    non_ascii_letter_share: float = 0.0
