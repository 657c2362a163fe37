"""How a file is read, as its owner may want it instead: task, columns, encoding, delimiter, sheet. Layout, choices, and what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

import gradio as gr

from playground.data.plain import plain
from playground.data.text.encoding import candidates, sample
from playground.data.types import ColumnChoice, Inspection, Reading, TaskName
from playground.errors import DatasetError
from playground.ui import data_views as views
from playground.ui.data_cells import short
from playground.ui.session import Page
from playground.words import Language, say

DELIMITERS: Final = (",", "\t", ";", "|", " ")
#: What the lists hold for "as detected", and for "no such column".
AUTO: Final = ""
#: Offered where the bytes themselves tell nothing.
_USUAL_ENCODINGS: Final = ("utf-8", "gb18030", "big5", "utf-16", "shift_jis", "euc_kr", "cp1252", "cp1251", "iso8859-1")
#: Packed bytes say nothing about the encoding of what is inside.
_PACKED: Final = (b"\x1f\x8b", b"PK", b"PAR1", b"ARROW1")
#: Characters of a line beside its encoding.
_SAMPLE: Final = 44
#: Columns offered; a table of more is told by its first.
_MOST_COLUMNS: Final = 200
_TASKS: Final[tuple[TaskName, ...]] = get_args(TaskName)
#: What a refused file may need; for anything else another way of reading does not help.
READING_ERRORS: Final = frozenset(
    {
        "encoding_not_found", "unknown_encoding", "file_has_nul", "cell_too_long", "too_many_columns", "rows_all_too_wide", "bad_delimiter",
        "no_rows", "column_missing", "column_twice", "sheet_missing", "no_such_sheet",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeParts:
    """The fold that asks how to read the file."""

    fold: gr.Accordion
    task: gr.Dropdown
    text: gr.Dropdown
    text_pair: gr.Dropdown
    label: gr.Dropdown
    sheet: gr.Dropdown
    encoding: gr.Dropdown
    delimiter: gr.Dropdown

    @property
    def columns(self) -> list[gr.Dropdown]:
        """The fields for columns."""
        return [self.text, self.text_pair, self.label]

    @property
    def everything(self) -> list[Any]:
        """All components, as outputs."""
        return [self.fold, self.task, *self.columns, self.sheet, self.encoding, self.delimiter]


def build(page: Page) -> ChangeParts:
    """The layout."""
    t = page.t
    with gr.Accordion(t("data.change"), open=False, visible=False, elem_classes="pg-fold pg-boxed", elem_id="data-change") as fold:
        with gr.Row():
            task = gr.Dropdown([], label=t("data.change.task"), elem_id="data-task", min_width=180)
            text = gr.Dropdown([], label=t("data.change.text"), elem_id="data-text-column", min_width=150)
            pair = gr.Dropdown([], label=t("data.change.text_pair"), elem_id="data-pair-column", min_width=150)
            label = gr.Dropdown([], label=t("data.change.label"), elem_id="data-label-column", min_width=150)
        with gr.Row():
            sheet = gr.Dropdown([], label=t("data.change.sheet"), elem_id="data-sheet", min_width=180)
            encoding = gr.Dropdown([], label=t("data.change.encoding"), elem_id="data-encoding", min_width=260)
            delimiter = gr.Dropdown([], label=t("data.change.delimiter"), elem_id="data-delimiter", min_width=140)
        gr.Markdown(t("data.change.draft"), elem_classes="pg-muted pg-hint")
    return ChangeParts(fold, task, text, pair, label, sheet, encoding, delimiter)


def drawn(
    parts: ChangeParts, inspection: Inspection, reading: Reading, data: bytes, language: Language, *, opened: bool | None = None
) -> dict[Any, Any]:
    """Every field with its choices; what does not apply to this file is not shown.

    :param opened: whether the fold stands open; None leaves it as it is. Where columns could not be told, it is open in any case.
    """
    table, choice = inspection.table, inspection.choice
    names = [str(column) for column in table.frame.columns[:_MOST_COLUMNS]]
    columns = [(short(name), name) for name in names]
    none = (say("data.change.none", language), AUTO)
    auto = (say("data.change.auto", language), AUTO)
    tasks = [auto, *((say(f"data.task.{task}", language), task) for task in _TASKS)]
    sheets = [(short(name), name) for name in table.sheets]
    conversation = choice is not None and not choice.label and inspection.task == "generation"
    # Nothing chosen is None; chosen to have no such column is "".
    label = choice.label if choice else None
    unlabelled = reading.task == "language-modeling"  # as asked for; where nobody asked, naming a label column makes it something else
    opened = True if choice is None else opened
    return {
        parts.fold: gr.Accordion(visible=True) if opened is None else gr.Accordion(visible=True, open=opened),
        parts.task: gr.Dropdown(choices=tasks, value=reading.task or AUTO, visible=True),
        parts.text: gr.Dropdown(choices=columns, value=choice.text if choice else None, visible=True),
        parts.text_pair: gr.Dropdown(
            choices=[none, *columns],
            value=(choice.text_pair if choice else None) or AUTO,
            visible=len(names) > 2 and not conversation and inspection.task != "language-modeling",
        ),
        parts.label: gr.Dropdown(
            choices=[none, *columns] if label == AUTO else columns, value=label, visible=not conversation and not unlabelled
        ),
        parts.sheet: gr.Dropdown(choices=sheets, value=table.sheet, visible=len(sheets) > 1),
        parts.encoding: _encodings(data, reading.encoding, language, visible=table.encoding is not None),
        parts.delimiter: _delimiters(reading.delimiter, language, visible=table.format == "csv"),
    }


def refused(parts: ChangeParts, error: DatasetError, reading: Reading, data: bytes, language: Language) -> dict[Any, Any]:
    """For a file that could not be read: what may help, open beside the message, if anything may."""
    if error.code not in READING_ERRORS:
        return {}
    return {
        parts.fold: gr.Accordion(visible=True, open=True),
        **{field: gr.Dropdown(visible=False) for field in (parts.task, *parts.columns, parts.sheet)},
        parts.encoding: _encodings(data, reading.encoding, language, visible=True),
        parts.delimiter: _delimiters(reading.delimiter, language, visible=True),
    }


def with_columns(reading: Reading, text: str | None, pair: str | None, label: str | None) -> Reading:
    """The reading with these columns; the task stays as chosen.

    :param label: "" for none (a conversation, or a column for each label); None while it was not chosen, then nothing is.
    """
    choice = ColumnChoice(text, label, pair or None) if text and label is not None else None
    return replace(reading, choice=choice)


def with_task(reading: Reading, task: str | None) -> Reading:
    """The reading for another task, whose columns are proposed anew."""
    chosen = next((known for known in _TASKS if known == task), None)
    return replace(reading, task=chosen, choice=None)


def with_bytes(reading: Reading, encoding: str | None, delimiter: str | None, sheet: str | None) -> Reading:
    """The reading of the same bytes another way; columns are proposed anew."""
    return replace(reading, encoding=encoding or None, delimiter=delimiter or None, sheet=sheet or None, choice=None)


def _encodings(data: bytes, value: str | None, language: Language, *, visible: bool) -> Any:
    """Each encoding with how a telling line of the file reads in it, so that one can be chosen by eye."""
    if not visible:
        return gr.Dropdown(visible=False)
    known: Sequence[str] = _USUAL_ENCODINGS if data.startswith(_PACKED) else candidates(data)
    names = list(dict.fromkeys([*known, *([value] if value else [])]))
    shown = [(_with_sample(name, "" if data.startswith(_PACKED) else _sample(data, name)), name) for name in names]
    return gr.Dropdown(choices=[(say("data.change.auto", language), AUTO), *shown], value=value or AUTO, visible=True)


def _with_sample(name: str, line: str) -> str:
    flat = " ".join(plain(line).split())
    cut = flat if len(flat) <= _SAMPLE else flat[: _SAMPLE - 1] + "…"
    return f"{views.encoding_name(name)} · {cut}" if cut else views.encoding_name(name)


def _sample(data: bytes, encoding: str) -> str:
    try:
        return sample(data, encoding)
    except DatasetError:
        return ""


def _delimiters(value: str | None, language: Language, *, visible: bool) -> Any:
    names: Mapping[str, str] = {mark: views.delimiter_name(mark, language) for mark in DELIMITERS}
    if value and value not in names:
        names = {**names, value: views.delimiter_name(value, language)}
    auto = (say("data.change.auto", language), AUTO)
    return gr.Dropdown(choices=[auto, *((shown, mark) for mark, shown in names.items())], value=value or AUTO, visible=visible)
