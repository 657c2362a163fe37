"""What a table means: what each column holds, which two make examples, and everything worth knowing before training."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

import pandas as pd

from playground.data.check import check_examples, sort_findings
from playground.data.hints import LABEL_NAMES, TEXT_NAMES, plain_name
from playground.data.types import Column, ColumnChoice, ColumnKind, Finding, Inspection, Table
from playground.errors import DatasetError
from playground.words import Fact

TASK: Final = "text-classification"
_NUMBER: Final = r"[-+]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:[eE][-+]?\d+)?%?"
#: One word of digits, hexadecimal, dashes, dots, slashes or colons: serial numbers, UUIDs, dates, times, addresses.
_CODE: Final = r"(?:[A-Za-z]{0,6}[-_#]?\d[\w\-.:/ ]*|[0-9a-fA-F\-]{8,}|https?://\S+|\S+@\S+\.\S+)"
_NUMBER_PATTERN: Final = re.compile(_NUMBER)
_CODE_PATTERN: Final = re.compile(_CODE)
#: Values looked at to tell numbers and codes from words; taken evenly from the whole column.
_SAMPLE: Final = 2000
#: A label is a name, not a sentence: characters on average.
_LONGEST_LABEL: Final = 60.0
#: Labels repeat: at most this share of the values are different.
_LABEL_DISTINCT_SHARE: Final = 0.5
_MOST_LABELS: Final = 1000

Reason = tuple[str, Mapping[str, Fact]]


def inspect(table: Table, choice: ColumnChoice | None = None) -> Inspection:
    """Understand a table.

    :param choice: the columns the person picked, instead of the proposed ones.
    :raises DatasetError: "column_missing" if a chosen column is not in the table, "column_twice" if both are the same.
    """
    stripped = table.frame.apply(lambda column: column.str.strip())
    columns = tuple(_describe(name, stripped[name]) for name in stripped.columns)
    if choice is None:
        choice, reasons, own = _propose(columns)
    else:
        reasons, own = _as_chosen(choice, columns), ()
    if choice is None:
        return Inspection(table, columns, None, (), TASK, 0, None, sort_findings((*table.findings, *own)))
    pairs = pd.DataFrame({"text": stripped[choice.text], "label": stripped[choice.label]})
    usable = pairs[(pairs["text"] != "") & (pairs["label"] != "")]
    counts = {str(label): int(count) for label, count in usable["label"].value_counts(sort=False).items()}
    labels = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    findings = sort_findings((*table.findings, *own, *check_examples(pairs)))
    return Inspection(table, columns, choice, reasons, TASK, len(usable), labels, findings)


def examples(inspection: Inspection) -> pd.DataFrame:
    """The usable rows as text and label, both stripped, numbered from 0 in file order.

    :raises DatasetError: "not_ready" if no columns are chosen or an error finding forbids training on this data.
    """
    if inspection.choice is None or inspection.blocked:
        raise DatasetError("not_ready", name=inspection.table.name)
    frame = inspection.table.frame
    text, label = frame[inspection.choice.text].str.strip(), frame[inspection.choice.label].str.strip()
    pairs = pd.DataFrame({"text": text, "label": label})
    return pairs[(text != "") & (label != "")].reset_index(drop=True)


def _describe(name: str, values: pd.Series[str]) -> Column:
    filled = values[values != ""]
    if filled.empty:
        return Column(name, "empty", 0, 0, 0.0)
    distinct, mean_length = int(filled.nunique()), float(filled.str.len().mean())
    sample = [str(value) for value in filled.iloc[:: max(1, len(filled) // _SAMPLE)]]
    return Column(name, _kind(sample, distinct, len(filled), mean_length), distinct, len(filled), mean_length)


def _kind(sample: list[str], distinct: int, filled: int, mean_length: float) -> ColumnKind:
    def share(pattern: re.Pattern[str]) -> float:
        return sum(pattern.fullmatch(value) is not None for value in sample) / len(sample)

    short = mean_length <= _LONGEST_LABEL
    numeric = share(_NUMBER_PATTERN) > 0.95
    if short and distinct <= min(max(2, _LABEL_DISTINCT_SHARE * filled), _MOST_LABELS) and not (numeric and distinct > 20):
        return "label"
    whole = not any("." in value for value in sample)
    if numeric and not (whole and distinct == filled):
        return "number"
    return "identifier" if short and share(_CODE_PATTERN) > 0.9 else "text"


def _propose(columns: tuple[Column, ...]) -> tuple[ColumnChoice | None, tuple[Reason, ...], tuple[Finding, ...]]:
    """The best pair with its reasons, or none with the finding that says why."""
    candidates = [column for column in columns if _may_be_text(column)]
    if not candidates:  # a few texts, repeated often: the most text-like of two columns that look like labels
        alike = [column for column in columns if column.kind == "label"]
        candidates = alike if len(alike) > 1 else []
    texts = sorted(candidates, key=_text_score, reverse=True)
    if not texts:
        return None, (), (Finding("no_text_column", "error", {"columns": _listed(columns)}),)
    text = texts[0]
    labels = sorted((column for column in columns if column != text and _may_be_label(column)), key=_label_score, reverse=True)
    if not labels:
        return None, (), (Finding("no_label_column", "error", {"columns": _listed(columns), "text": text.name}),)
    label = labels[0]
    others = [column for column in labels[1:] if column.kind == "label" and column.distinct > 1]
    also = (Finding("other_label_columns", "info", {"label": label.name, "columns": _listed(others)}),) if others else ()
    return ColumnChoice(text.name, label.name), (_text_reason(text), _label_reason(label)), also


def _may_be_text(column: Column) -> bool:
    # Few different texts in a pasted handful of rows look like labels; a telling name still makes them texts.
    return column.kind == "text" or (column.kind == "label" and plain_name(column.name) in TEXT_NAMES)


def _may_be_label(column: Column) -> bool:
    return column.kind == "label" or (column.kind in ("number", "text", "identifier") and plain_name(column.name) in LABEL_NAMES)


def _text_score(column: Column) -> float:
    """Long, varied, and called like a text."""
    varied = column.distinct / column.filled
    return math.log1p(column.mean_length) * (0.5 + varied) + _hint(column, TEXT_NAMES) * 3 - _hint(column, LABEL_NAMES) * 2


def _label_score(column: Column) -> float:
    """Called like a label, short, and few enough to be told apart."""
    repeats = 1 - column.distinct / column.filled
    constant = 3.0 if column.distinct < 2 else 0.0
    return _hint(column, LABEL_NAMES) * 4 + repeats - column.mean_length / _LONGEST_LABEL - constant - (column.kind != "label")


def _hint(column: Column, names: Mapping[str, int]) -> float:
    """1 for the most telling name, less further down the list, 0 for an unknown one."""
    rank = names.get(plain_name(column.name))
    return 0.0 if rank is None else 1 - 0.5 * rank / len(names)


def _text_reason(column: Column) -> Reason:
    key = "reason.text_named" if plain_name(column.name) in TEXT_NAMES else "reason.text_longest"
    return key, {"column": column.name, "characters": round(column.mean_length)}


def _label_reason(column: Column) -> Reason:
    key = "reason.label_named" if plain_name(column.name) in LABEL_NAMES else "reason.label_repeats"
    return key, {"column": column.name, "distinct": column.distinct, "rows": column.filled}


def _as_chosen(choice: ColumnChoice, columns: tuple[Column, ...]) -> tuple[Reason, ...]:
    known = {column.name for column in columns}
    for wanted in (choice.text, choice.label):
        if wanted not in known:
            raise DatasetError("column_missing", column=wanted, columns=_listed(columns))
    if choice.text == choice.label:
        raise DatasetError("column_twice", column=choice.text)
    return ("reason.text_chosen", {"column": choice.text}), ("reason.label_chosen", {"column": choice.label})


def _listed(columns: tuple[Column, ...] | list[Column]) -> str:
    names = [column.name for column in columns]
    return ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
