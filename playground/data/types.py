"""The nouns of labelled text: what a file turned out to be, and the dataset a run trains on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from playground.words import Fact, Language, say

if TYPE_CHECKING:  # processes that only read workbooks name findings too, and do not need to wait for pandas
    import pandas as pd

Severity = Literal["error", "warning", "info"]
#: What a column holds, as far as its values tell.
ColumnKind = Literal["text", "label", "number", "identifier", "empty"]
#: How sure a proposal is: names or values leave no doubt, speak for it, or hardly tell.
Confidence = Literal["clear", "likely", "unsure"]
#: What a file's examples are for.
TaskName = Literal[
    "text-classification", "text-pair-classification", "multi-label-classification", "regression", "token-classification", "generation",
    "language-modeling",
]  # fmt: skip
StepKind = Literal[
    "drop_rows", "set_text", "set_label", "rename_labels", "drop_labels", "drop_duplicates", "mask_personal", "clean_characters",
    "shorten", "move_to_train",
]  # fmt: skip
SplitName = Literal["train", "validation", "test"]

SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded change to the examples of a file. The same file and steps give the same dataset."""

    kind: StepKind
    #: Row numbers in the file as read, counted from 0 without the header; they never change, whatever is dropped.
    rows: tuple[int, ...] = ()
    #: What the kind needs: ``{"to": label}``, ``{"from": "to", ...}`` for rename_labels, ``{"text": ...}`` ...
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fix:
    """A one-click remedy; its button says ``fix.<code>``."""

    code: str
    steps: tuple[Step, ...]
    #: What the button's words are filled in with.
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def label(self, language: Language = "en") -> str:
        """What the button says."""
        return say(f"fix.{self.code}", language, **self.facts)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the data a person should know; its sentences are ``finding.<code>`` and ``finding.<code>.remedy``."""

    code: str
    severity: Severity
    #: What the sentences are filled in with.
    facts: Mapping[str, Fact] = field(default_factory=dict)
    #: Row numbers in the file as read, counted from 0 without the header; at most the first 1000.
    rows: tuple[int, ...] = ()
    #: What can be done about it with a click, the gentlest first.
    fixes: tuple[Fix, ...] = ()

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
    """Which columns play which part: text and label; tokens and tags; prompt and response (or the column of messages, and no label)."""

    text: str
    label: str
    #: The second text of a pair.
    text_pair: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the person decided about a file instead of what was detected or proposed; None leaves it to us."""

    #: A Python codec name.
    encoding: str | None = None
    #: One character, or a usual pair such as ``||``.
    delimiter: str | None = None
    #: Name of a workbook's sheet.
    sheet: str | None = None
    task: TaskName | None = None
    choice: ColumnChoice | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read, before anybody asked what it means. Every cell is a string; an empty cell is ``""``."""

    #: File name as uploaded, shown to the person.
    name: str
    #: "csv" (a TSV is one with a tab as delimiter; pasted rows are one too), "json", "jsonl", "xlsx", "xlsb", "xls", "ods", "parquet",
    #: "arrow", "txt" (one text a line), "fasttext", "conll" or "zip" (folders of texts); of several files together "csv + jsonl".
    format: str
    #: Python codec name for text formats, else None.
    encoding: str | None
    #: For csv, else None.
    delimiter: str | None
    #: One row per record, string dtype, unique column names.
    frame: pd.DataFrame
    #: What reading itself noticed (ragged rows, replaced bytes ...).
    findings: tuple[Finding, ...] = ()
    #: Names of the sheets of a workbook, in order; ``sheet`` is the one that was read.
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    #: The split each row came in, for files that bring their own (train.csv, test.csv ...); else None.
    splits: tuple[SplitName, ...] | None = None
    #: What the format itself says its rows are for (CoNLL, chat messages); None leaves it to the columns.
    task: TaskName | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file turned out to be: its table, the proposed columns and why, and every finding, worst first."""

    table: Table
    columns: tuple[Column, ...]
    #: None when no pair of columns could be proposed (then an error finding says so).
    choice: ColumnChoice | None
    #: Why these columns: a words key under ``reason.`` and its facts, for text and for label.
    reasons: tuple[tuple[str, Mapping[str, Fact]], ...]
    task: TaskName
    #: Rows with both a text and a label, after whitespace is stripped.
    usable_rows: int
    #: Label name -> usable rows, most frequent first; None without a choice.
    labels: Mapping[str, int] | None
    findings: tuple[Finding, ...]
    #: Changes made to the examples, in order; counts and findings are of what they leave.
    steps: tuple[Step, ...] = ()
    #: How sure the proposed task and columns are; None where the person chose them.
    confidence: Confidence | None = None
    #: The uniform examples of the task after the steps, indexed by row number of the file, unusable ones included; None without a choice.
    mended: pd.DataFrame | None = field(default=None, repr=False, compare=False)

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
    task: TaskName
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
    #: How its owner mended the file, in order.
    steps: tuple[Step, ...] = ()
    #: Id of the draft its owner made it of, if the file was kept.
    draft: str | None = None
    #: Rows of each split the data brings itself; runs use them as they are. Empty where runs divide the rows.
    splits: Mapping[str, int] = field(default_factory=dict)
    #: ISO 639-1 code -> share of the texts that tell their language, the largest first; empty where hardly any does.
    languages: Mapping[str, float] = field(default_factory=dict)
