"""The uniform examples of a task, made from the columns of a table: all strings, indexed by row number of the file.

============================  =====================================================================================
text-classification           text, label
text-pair-classification      text, text_pair, label
regression                    text[, text_pair], label: the number as spelled
multi-label-classification    text, label: JSON list of labels, sorted, each once; "" where nobody labelled
token-classification          text: JSON list of tokens, label: JSON list of their tags (BIO)
generation                    text: JSON list of {"role", "content"} up to the last user turn, label: the answer to it
language-modeling             text, label: always ""
============================  =====================================================================================

A "split" column is added where the file brings its own splits. A cell that cannot be read as its task needs it becomes "".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from playground.data.meaning.cells import list_cell, listed
from playground.data.meaning.describe import sample_of
from playground.data.meaning.look import flag_columns, split_column, splits_named
from playground.data.meaning.messages import messages_cell
from playground.data.meaning.spans import Span
from playground.data.meaning.spelled import any_separator, as_list, form_of, looks_tagged, parts_of, separator_of, spans_of, to_number
from playground.data.meaning.unlabelled import running_text
from playground.data.types import ColumnChoice, Table, TaskName

Mask = np.ndarray[Any, np.dtype[np.bool_]]

#: Chinese, Japanese and Korean characters are tokens of their own; other letters and digits run together; signs stand alone.
_TOKEN: Final = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]|[^\W\u3040-\u9fff\uac00-\ud7af]+|\S"
)
_YES: Final = frozenset({"1", "1.0", "true"})
_SAMPLE: Final = 400


def example_rows(table: Table, task: TaskName, choice: ColumnChoice, stripped: pd.DataFrame | None = None) -> pd.DataFrame:
    """Every row of the file as an example of the task, usable or not.

    :param stripped: the table's cells without whitespace around them, if somebody has them already.
    """
    names = [name for name in (choice.text, choice.text_pair, choice.label) if name]
    if stripped is None:
        stripped = table.frame.apply(lambda column: column.str.strip()) if not choice.label else _stripped(table.frame, names)
    text, label = stripped[choice.text], stripped[choice.label] if choice.label else None
    pair = stripped[choice.text_pair] if choice.text_pair else None
    if task == "language-modeling":
        rows = pd.DataFrame({"text": running_text(text), "label": ""}, dtype="str")
    elif task == "generation":
        rows = _generation(text, pair, label)
    elif task == "token-classification":
        rows = _tokens(text, label if label is not None else text)
    else:
        rows = pd.DataFrame({"text": text})
        if pair is not None:
            rows["text_pair"] = pair
        if task == "multi-label-classification":
            rows["label"] = _flags(stripped, choice.text) if label is None else _several(label)
        else:
            rows["label"] = label if label is not None else ""
    splits = _splits(table, stripped, task)
    return rows if splits is None else rows.assign(split=splits).astype({"split": "str"})


def usable(rows: pd.DataFrame, task: TaskName) -> Mask:
    """Which examples can be trained on: nothing missing, no label damaged, as many tags as tokens, a number where one is wanted."""
    mask = (rows["text"] != "").to_numpy(dtype=bool, copy=True)
    if task == "language-modeling":
        return mask
    mask &= (rows["label"] != "").to_numpy(dtype=bool)
    if "text_pair" in rows and task != "generation":
        mask &= (rows["text_pair"] != "").to_numpy(dtype=bool)
    if task not in ("generation", "token-classification"):
        mask &= ~damaged(rows["label"])
    if task == "regression":
        mask &= ~np.isnan(numbers(rows["label"]))
    if task == "token-classification":
        mask &= np.fromiter((0 < len(listed(text) or []) == len(listed(tags) or []) for text, tags in _pairs(rows)), bool, len(rows))
    return mask


def damaged(labels: pd.Series[str]) -> Mask:
    """Which labels hold a character that could not be read; such a label would count as one more."""
    return labels.str.contains("\ufffd", regex=False).to_numpy(dtype=bool)


def numbers(labels: pd.Series[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The numbers the labels of a regression spell, NaN where they spell none."""
    codes, cells = pd.factorize(labels.to_numpy(dtype=object))
    spelled = np.array([to_number(str(cell)) for cell in cells], dtype=np.float64)
    return spelled[codes] if len(cells) else np.full(len(labels), np.nan)


def tokens_and_places(text: str) -> list[tuple[str, int, int]]:
    """The tokens of a running text, each with its start and end in characters."""
    return [(match[0], *match.span()) for match in _TOKEN.finditer(text)]


def bio_tags(places: Sequence[tuple[str, int, int]], spans: Sequence[Span]) -> list[str]:
    """A tag for each token: B- where an entity begins, I- inside; where entities overlap the first one stands."""
    tags = ["O"] * len(places)
    for start, end, label, _ in sorted(spans, key=lambda span: (span[0], -span[1])):
        covered = [number for number, (_, begin, stop) in enumerate(places) if begin < end and stop > start]
        if covered and all(tags[number] == "O" for number in covered):
            for number in covered:
                tags[number] = f"{'B' if number == covered[0] else 'I'}-{label}"
    return tags


def split_cells(cell: str) -> list[str]:
    """The strings of a cell that holds a list, or words with spaces between them."""
    values = as_list(cell)
    return cell.split() if values is None else values


def _stripped(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    held = split_column(frame)
    return pd.DataFrame({name: frame[name].str.strip() for name in dict.fromkeys([*names, *([held] if held else [])])})


def _splits(table: Table, stripped: pd.DataFrame, task: TaskName) -> pd.Series[str] | None:
    if table.splits is not None:
        return pd.Series(list(table.splits), index=stripped.index, dtype="str")
    column = split_column(stripped)
    return None if column is None else splits_named(stripped[column])


def _mapped(cells: pd.Series[str], change: Callable[[str], str]) -> pd.Series[str]:
    """Each different cell changed once."""
    codes, different = pd.factorize(cells.to_numpy(dtype=object))
    changed = np.array([change(str(cell)) for cell in different], dtype=object)
    return pd.Series(changed[codes] if len(different) else [], index=cells.index, dtype="str")


def _several(labels: pd.Series[str]) -> pd.Series[str]:
    filled = labels[labels != ""]
    sample = sample_of(filled, _SAMPLE)
    mark = None if form_of(sample) == "list" else separator_of(sample) or any_separator(sample)

    def change(cell: str) -> str:
        values = as_list(cell)
        if values is None:
            values = parts_of(cell, mark) if mark else [cell]
        return list_cell(sorted({value for value in values if value})) if cell else ""

    return _mapped(labels, change)


def _flags(stripped: pd.DataFrame, text: str) -> pd.Series[str]:
    names = sorted(flag_columns(stripped, text))
    if not names:
        return pd.Series("", index=stripped.index, dtype="str")
    flags = stripped[names].apply(lambda column: column.str.lower().isin(_YES)).to_numpy(dtype=bool)
    packed = np.array([row.tobytes() for row in np.packbits(flags, axis=1)], dtype=object)
    codes, _ = pd.factorize(packed)  # the same number for the same flags, counted up as they first occur
    first = np.flatnonzero(~pd.Series(codes).duplicated())
    cells = np.array([list_cell([name for name, on in zip(names, flags[row], strict=True) if on]) for row in first], dtype=object)
    return pd.Series(cells[codes], index=stripped.index, dtype="str")


def _tokens(texts: pd.Series[str], tags: pd.Series[str]) -> pd.DataFrame:
    sample = sample_of(tags[tags != ""], _SAMPLE)
    if form_of(sample) == "spans":
        both = [_spanned(text, marks) for text, marks in zip(texts, tags, strict=True)]
    else:  # b-per is B-PER, unless the tags are no BIO tags at all
        low = not looks_tagged(sample) and looks_tagged([cell.upper() for cell in sample])
        both = [_tagged(text, marks, low) for text, marks in zip(texts, tags, strict=True)]
    return pd.DataFrame({"text": [text for text, _ in both], "label": [marks for _, marks in both]}, index=texts.index, dtype="str")


def _tagged(text: str, tags: str, low: bool) -> tuple[str, str]:
    marks = split_cells(tags) if tags else []
    marks = [f"{mark[:1].upper()}{mark[1:]}" for mark in marks] if low else marks
    tokens = split_cells(text) if text else []
    if len(tokens) != len(marks) and as_list(text) is None and len("".join(text.split())) == len(marks):
        tokens = list("".join(text.split()))  # Chinese without spaces: a tag for each character
    return list_cell(tokens) if tokens else "", list_cell(marks) if marks else ""


def _spanned(text: str, cell: str) -> tuple[str, str]:
    """A row whose spans cannot be read has no tags; one without spans has no entities."""
    spans = spans_of(cell)
    places = tokens_and_places(text)
    if not places:
        return "", ""
    tokens = list_cell([token for token, _, _ in places])
    return tokens, list_cell(bio_tags(places, spans)) if spans is not None else ""


def _generation(texts: pd.Series[str], more: pd.Series[str] | None, answers: pd.Series[str] | None) -> pd.DataFrame:
    added = more if more is not None else pd.Series("", index=texts.index, dtype="str")
    given: pd.Series[str] | list[None] = answers if answers is not None else [None] * len(texts)
    both = [messages_cell(text, extra, answer) for text, extra, answer in zip(texts, added, given, strict=True)]
    return pd.DataFrame({"text": [text for text, _ in both], "label": [answer for _, answer in both]}, index=texts.index, dtype="str")


def _pairs(rows: pd.DataFrame) -> Any:
    return zip(rows["text"], rows["label"], strict=True)
