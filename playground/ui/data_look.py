"""Looking at a file for the Data tab: inspect it, keep it when it can be trained on, and say what changes on the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr

from playground.data.examples import EXAMPLES
from playground.data.types import ColumnChoice, Dataset, Inspection
from playground.errors import DatasetError, PlaygroundError
from playground.ui import data_views as views
from playground.ui.html import note_html
from playground.ui.session import Page, status_html
from playground.words import Language, say

#: Offered under "change"; a file's own detected encoding need not be among them.
ENCODINGS: Final = ("utf-8", "gb18030", "big5", "utf-16", "shift_jis", "euc_kr", "cp1252", "cp1251", "iso8859-1")
DELIMITERS: Final = (",", "\t", ";", "|")
#: What the encoding and delimiter lists hold for "as detected".
AUTO: Final = ""
#: Kept rows up to this number are looked at again when the page is reloaded, so that their findings are shown.
_LOOK_AGAIN_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class DataParts:
    """The components of this tab."""

    #: "file", "paste" or an example's id; None before anything was chosen.
    source: gr.State
    fold: gr.Accordion
    file: gr.File
    pasted: gr.Textbox
    use_pasted: gr.Button
    examples: Mapping[str, gr.Button]
    message: gr.HTML
    sentence: gr.HTML
    change: gr.Accordion
    text_column: gr.Dropdown
    label_column: gr.Dropdown
    encoding: gr.Dropdown
    delimiter: gr.Dropdown
    found: gr.Column
    findings: gr.HTML
    beside: gr.Column
    labels: gr.HTML
    rows: gr.HTML
    next: gr.Button


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to inspect and the name they go by."""

    data: bytes
    name: str


def look(
    page: Page, parts: DataParts, kind: str | None, source: Callable[[], Source], language: Language, owner: str, *,
    choice: ColumnChoice | None = None, encoding: str | None = None, delimiter: str | None = None,
) -> dict[Any, Any]:  # fmt: skip
    """Inspect what ``source()`` gives, keep it when it can be trained on, and show it; an error leaves what was shown as it was."""
    try:
        given = source()
        inspection = page.workbench.inspect(given.data, given.name, encoding=encoding, delimiter=delimiter, choice=choice)
        dataset = None if inspection.blocked else page.workbench.keep(inspection, owner)
    except PlaygroundError as error:
        return _refused(parts, error, kind, encoding, language)
    return {
        parts.source: kind,
        page.dataset_id: dataset.fingerprint if dataset else None,
        parts.encoding: _choices(ENCODINGS, encoding, language, inspection.table.encoding is not None),
        parts.delimiter: _delimiters(delimiter, language, inspection.table.delimiter is not None),
        **_shown(page, parts, inspection, dataset, language),
    }


def _refused(parts: DataParts, error: PlaygroundError, kind: str | None, encoding: str | None, language: Language) -> dict[Any, Any]:
    """Say what is wrong. Another encoding may help a file, so that choice stands open beside the message."""
    refused: dict[Any, Any] = {parts.source: kind, parts.message: gr.HTML(note_html(error, language), visible=True)}
    if kind != "file":
        return refused
    return refused | {
        parts.change: gr.Accordion(visible=True, open=True),
        parts.text_column: gr.Dropdown(visible=False),
        parts.label_column: gr.Dropdown(visible=False),
        parts.encoding: _choices(ENCODINGS, encoding, language, True),
        parts.delimiter: gr.Dropdown(visible=False),
    }


def show_kept(page: Page, parts: DataParts, dataset_id: str | None, language: Language, owner: str) -> dict[Any, Any]:
    """The dataset in use, after a reload: from the store, since the file it came from is gone."""
    if dataset_id is None:
        return {page.status["data"]: status_html("data", say("data.status.empty", language))}
    try:
        dataset = page.workbench.dataset(dataset_id, owner)
        examples = page.workbench.datasets.examples(dataset_id)
        looked_at = examples.head(_LOOK_AGAIN_ROWS)
        data = looked_at.to_csv(index=False).encode()
        inspection = page.workbench.inspect(data, f"{Path(dataset.name).stem}.csv", choice=ColumnChoice("text", "label"))
    except PlaygroundError as error:
        return {parts.message: gr.HTML(note_html(error, language), visible=True)}
    updates = _shown(page, parts, inspection, dataset, language, kept=True)
    return {**updates, parts.rows: views.rows_html(examples, ColumnChoice("text", "label"), language)}


def _shown(
    page: Page, parts: DataParts, inspection: Inspection, dataset: Dataset | None, language: Language, *, kept: bool = False
) -> dict[Any, Any]:
    choice, frame = inspection.choice, inspection.table.frame
    labels = dataset.labels if dataset else inspection.labels or {}
    columns = [str(column) for column in frame.columns]
    status = (
        status_html("data", views.status_line(dataset.rows, len(dataset.labels), language))
        if dataset
        else status_html("data", say("data.status.blocked", language), "attention")
    )
    return {
        parts.fold: gr.Accordion(open=False, label=page.t("data.source.change")),
        parts.message: gr.HTML("", visible=False),
        parts.found: gr.Column(visible=True),
        parts.sentence: gr.HTML(
            views.kept_html(dataset, language) if kept and dataset else views.found_html(inspection, language), visible=True
        ),
        # When the columns could not be told, the fold that asks for them is open; kept rows have nothing left to change.
        parts.change: gr.Accordion(visible=not kept, open=True) if choice is None else gr.Accordion(visible=not kept),
        parts.text_column: gr.Dropdown(choices=columns, value=choice.text if choice else None, visible=True),
        parts.label_column: gr.Dropdown(choices=columns, value=choice.label if choice else None, visible=True),
        parts.findings: views.findings_html(inspection, language),
        parts.beside: gr.Column(visible=bool(labels)),
        parts.labels: views.labels_html(labels, language),
        parts.rows: views.rows_html(frame, choice, language),
        parts.next: gr.Button(interactive=dataset is not None),
        page.status["data"]: status,
    }


def source_of(kind: str | None, path: str | None, pasted: str | None, language: Language) -> Source:
    """What to inspect. The path comes from Gradio's own upload folder (it refuses any other).

    :raises DatasetError: if there is nothing to read.
    """
    for example in EXAMPLES:
        if kind == example.id:
            return Source(example.path.read_bytes(), example.path.name)
    if kind == "paste":
        if not pasted or not pasted.strip():
            raise DatasetError("nothing_pasted")
        return Source(pasted.encode(), f"{say('data.pasted_name', language)}.csv")
    if path is None or not Path(path).is_file():
        raise DatasetError("upload_gone")
    return Source(Path(path).read_bytes(), Path(path).name)


def _choices(names: tuple[str, ...], value: str | None, language: Language, usable: bool) -> Any:
    auto = (say("data.change.auto", language), AUTO)
    return gr.Dropdown(choices=[auto, *((name.upper(), name) for name in names)], value=value or AUTO, visible=usable)


def _delimiters(value: str | None, language: Language, usable: bool) -> Any:
    auto = (say("data.change.auto", language), AUTO)
    return gr.Dropdown(
        choices=[auto, *((views.delimiter_name(mark, language), mark) for mark in DELIMITERS)], value=value or AUTO, visible=usable
    )
