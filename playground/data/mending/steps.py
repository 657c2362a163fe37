"""Recorded changes applied to the examples of a file. Pure: the same rows and steps give the same rows, and row numbers never change."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from playground.data.meaning.cells import TAG, list_cell, listed, messages_of, tokens_of
from playground.data.meaning.personal import mask
from playground.data.meaning.spelled import to_number
from playground.data.mending.clean import clean_text, shorten_messages, shorten_text, with_last_message
from playground.data.mending.recorded import check_steps, personal_kinds, step_sentence, steps_from_json, steps_to_json
from playground.data.normal import normalise
from playground.data.types import Step, StepKind, TaskName
from playground.errors import DatasetError

__all__ = ["apply_steps", "step_sentence", "steps_from_json", "steps_to_json"]

#: Tasks whose labels are no names: answers in full, or nothing at all.
_WITHOUT_LABELS: Final[frozenset[TaskName]] = frozenset({"generation", "language-modeling"})
Mask: TypeAlias = np.ndarray[Any, np.dtype[np.bool_]]


def apply_steps(rows: pd.DataFrame, steps: Sequence[Step], task: TaskName = "text-classification") -> pd.DataFrame:
    """The examples after every step, in order; the rows passed in stay as they are.

    Rows a step names that are gone already are passed over: dropping twice is dropping once.

    :param rows: the uniform examples of a task (``data.rows``), indexed by row number of the file.
    :param task: what the cells hold: token-classification and generation keep lists in them, multi-label its labels.
    :raises DatasetError: if a step is unknown or incomplete, or does not fit these rows.
    """
    check_steps(steps)
    for place, step in enumerate(steps, 1):
        rows = _APPLY[step.kind](rows, step, task, place)
    return rows


def _drop_rows(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    return rows[~_named(rows, step)]


def _set_text(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    column = step.facts.get("column", "text")
    if column not in rows:
        raise DatasetError("step_not_for_task", place=place, kind=step.kind, task=task)
    text = step.facts["text"].strip()
    row = step.rows[0]
    if row not in rows.index:
        return rows
    if task == "token-classification":
        text = list_cell(tokens_of(text))
        _check_tags(row, text, str(rows.at[row, "label"]), place)
    elif task == "generation" and not messages_of(text):
        text = with_last_message(str(rows.at[row, "text"]), text)
    return _with(rows, column, _named(rows, step), text)


def _set_label(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    if task == "language-modeling":
        raise DatasetError("step_not_for_task", place=place, kind=step.kind, task=task)
    label = step.facts["to"].strip()
    named = _named(rows, step)
    if label and task == "multi-label-classification":
        several = listed(label)
        label = list_cell(sorted({label} if several is None else set(several)))
    elif label and task == "regression" and math.isnan(to_number(label)):
        raise DatasetError("step_not_a_number", place=place, value=label[:60])
    elif label and task == "token-classification":
        label = list_cell(tokens_of(label))
        for row in rows.index[named]:
            _check_tags(int(row), str(rows.at[row, "text"]), label, place)
    return _with(rows, "label", named, label)


def _rename_labels(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    return _map_labels(rows, task, place, step, lambda label: step.facts.get(label, label).strip())


def _drop_labels(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    return _map_labels(rows, task, place, step, lambda label: None if label in step.facts else label)


def _drop_duplicates(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    """The first of identical texts stays; each given split is looked at by itself, for a leak is another matter with its own fix."""
    keys = pd.DataFrame({name: normalise(rows[name]) for name in ("text", "text_pair") if name in rows}, index=rows.index)
    if step.facts.get("labels") == "same":
        keys["label"] = rows["label"]
    if "split" in rows:
        keys["split"] = rows["split"]
    # What has no text or no label is no example, so it cannot stand for one.
    whole = rows["text"] != ""
    if task != "language-modeling":
        whole &= rows["label"] != ""
    copies = keys[whole].duplicated(keep="first")
    return rows.drop(index=copies.index[copies])


def _mask_personal(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    kinds = personal_kinds(step)
    return _change_texts(rows, task, lambda text: mask(text, kinds))


def _clean_characters(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    rows = _change_texts(rows, task, clean_text)
    return rows if task in _WITHOUT_LABELS else _map_labels(rows, task, place, step, clean_text)


def _shorten(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    characters = int(step.facts["characters"])
    if task == "token-classification":
        return _shorten_tokens(rows, characters)
    if task == "generation":
        return rows.assign(text=_cells(rows, [shorten_messages(text, characters) for text in rows["text"]]))
    return _change_texts(rows, task, lambda text: shorten_text(text, characters))


def _move_to_train(rows: pd.DataFrame, step: Step, task: TaskName, place: int) -> pd.DataFrame:
    if "split" not in rows:
        raise DatasetError("step_needs_splits", place=place)
    return _with(rows, "split", _named(rows, step), "train")


_APPLY: Final[dict[StepKind, Callable[[pd.DataFrame, Step, TaskName, int], pd.DataFrame]]] = {
    "drop_rows": _drop_rows,
    "set_text": _set_text,
    "set_label": _set_label,
    "rename_labels": _rename_labels,
    "drop_labels": _drop_labels,
    "drop_duplicates": _drop_duplicates,
    "mask_personal": _mask_personal,
    "clean_characters": _clean_characters,
    "shorten": _shorten,
    "move_to_train": _move_to_train,
}


def _named(rows: pd.DataFrame, step: Step) -> Mask:
    found: Mask = rows.index.isin(np.asarray(step.rows, dtype=np.int64))
    return found


def _with(rows: pd.DataFrame, column: str, named: Mask, value: str) -> pd.DataFrame:
    return rows.assign(**{column: rows[column].mask(named, value)})


def _cells(rows: pd.DataFrame, values: list[str]) -> pd.Series[str]:
    return pd.Series(values, index=rows.index, dtype="str")


def _change_texts(rows: pd.DataFrame, task: TaskName, change: Callable[[str], str]) -> pd.DataFrame:
    """Every text of every example changed; in a generation task the answer is a text too, in token classification every token is."""
    if task == "token-classification":
        return _change_tokens(rows, change)
    if task == "generation":
        texts = [_changed_messages(text, change) for text in rows["text"]]
        return rows.assign(text=_cells(rows, texts), label=_cells(rows, [change(answer) for answer in rows["label"]]))
    columns = [name for name in ("text", "text_pair") if name in rows]
    return rows.assign(**{name: _cells(rows, [change(text) for text in rows[name]]) for name in columns})


def _change_tokens(rows: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    """A token that nothing is left of goes, and its tag with it."""
    texts, labels = rows["text"].tolist(), rows["label"].tolist()
    for place, (text, label) in enumerate(zip(texts, labels, strict=True)):
        tokens, tags = listed(text) or [], listed(label) or []
        changed = [change(token) for token in tokens]
        if changed == tokens:
            continue
        left = [number for number, token in enumerate(changed) if token]
        texts[place] = list_cell([changed[number] for number in left])
        labels[place] = list_cell([tags[number] for number in left] if len(tags) == len(tokens) else tags)
    return rows.assign(text=_cells(rows, texts), label=_cells(rows, labels))


def _shorten_tokens(rows: pd.DataFrame, characters: int) -> pd.DataFrame:
    """As many whole tokens as fit with a space between them, at least one."""
    texts, labels = rows["text"].tolist(), rows["label"].tolist()
    for place, (text, label) in enumerate(zip(texts, labels, strict=True)):
        tokens, tags = listed(text) or [], listed(label) or []
        ends = np.cumsum([len(token) + 1 for token in tokens]) - 1
        kept = max(1, int(np.searchsorted(ends, characters, side="right")))
        if kept < len(tokens):
            texts[place] = list_cell(tokens[:kept])
            labels[place] = list_cell(tags[:kept] if len(tags) == len(tokens) else tags)
    return rows.assign(text=_cells(rows, texts), label=_cells(rows, labels))


def _map_labels(rows: pd.DataFrame, task: TaskName, place: int, step: Step, change: Callable[[str], str | None]) -> pd.DataFrame:
    """Every label changed; None takes it out, and with it the rows that have no other."""
    if task in _WITHOUT_LABELS:
        raise DatasetError("step_not_for_task", place=place, kind=step.kind, task=task)
    codes, cells = pd.factorize(rows["label"].to_numpy(dtype=object))
    changed = [_changed_label(str(cell), task, change) for cell in cells]
    if not changed:
        return rows
    gone = np.array([cell is None for cell in changed], dtype=bool)[codes]
    labels = np.array([cell or "" for cell in changed], dtype=object)[codes]
    return rows.assign(label=_cells(rows, labels.tolist()))[~gone]


def _changed_label(cell: str, task: TaskName, change: Callable[[str], str | None]) -> str | None:
    if not cell:
        return cell
    if task == "multi-label-classification":
        kept = {new for label in listed(cell) or [] if (new := change(label))}
        return list_cell(sorted(kept)) if kept or not listed(cell) else None
    if task == "token-classification":
        return list_cell([_changed_tag(tag, change) for tag in listed(cell) or []])
    return change(cell)


def _changed_tag(tag: str, change: Callable[[str], str | None]) -> str:
    """A tag renamed by itself ("B-PER") or by its entity ("PER"); one taken out leaves an O."""
    whole = change(tag)
    parts = TAG.fullmatch(tag)
    if whole != tag or parts is None:
        return whole or "O"
    named = change(parts["entity"])
    return f"{tag[:2]}{named}" if named else "O"


def _changed_messages(cell: str, change: Callable[[str], str]) -> str:
    messages = messages_of(cell)
    if not messages:
        return change(cell)
    return json.dumps([{**message, "content": change(message["content"])} for message in messages], ensure_ascii=False)


def _check_tags(row: int, text: str, label: str, place: int) -> None:
    """:raises DatasetError: "step_tags_differ" if a row would have more tokens than tags, or fewer."""
    tokens, tags = len(listed(text) or []), len(listed(label) or [])
    if label and tokens != tags:
        raise DatasetError("step_tags_differ", place=place, row=row + 1, tokens=tokens, tags=tags)
