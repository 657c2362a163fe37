"""The Data tab: a file, pasted rows or an example; what we found in it; on to the model. Layout, then wiring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import gradio as gr

from playground.data.examples import EXAMPLES
from playground.data.types import ColumnChoice
from playground.ui.data_look import DataParts, look, show_kept, source_of
from playground.ui.session import BUSY, QUIET, Page, block, go_to

FILE_TYPES: Final = [".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls", ".parquet"]


def build(page: Page) -> DataParts:
    """The layout, top to bottom as it is read."""
    t = page.t
    source = gr.State(None)
    with gr.Accordion(t("data.source.open"), open=True, elem_classes="pg-fold", elem_id="data-source") as fold:
        gr.Markdown(t("data.intro"), elem_classes="pg-muted")
        with gr.Row(elem_classes="pg-sources"):
            with gr.Column(scale=3, min_width=280):
                file = gr.File(show_label=False, file_types=FILE_TYPES, type="filepath", height=220, elem_id="data-file")
            with gr.Column(scale=3, min_width=280):
                pasted = gr.Textbox(
                    label=t("data.paste"), placeholder=t("data.paste.placeholder"), lines=5, max_lines=5, elem_id="data-paste"
                )
                use_pasted = gr.Button(t("data.paste.use"), size="sm", elem_id="data-paste-use")
        gr.Markdown(t("data.examples"), elem_classes="pg-title")
        with gr.Row(equal_height=True):
            examples = {
                example.id: gr.Button(
                    t(f"example.{example.id}.card"), elem_classes="pg-example", elem_id=f"data-example-{example.id}", min_width=240
                )
                for example in EXAMPLES
            }
    message = block("", elem_id="data-message", visible=False)
    sentence = block(visible=False)
    change, choices = _build_change(page)
    with gr.Column(visible=False, elem_id="data-results") as found:
        findings = block()
        with gr.Row(elem_classes="pg-two"):
            with gr.Column(scale=2, min_width=280) as beside:
                labels = block()
            with gr.Column(scale=3, min_width=300):
                rows = block()
        with gr.Row(elem_classes="pg-actions"):
            following = gr.Button(t("data.next"), variant="primary", elem_classes="pg-primary", elem_id="data-next")
    return DataParts(
        source, fold, file, pasted, use_pasted, examples, message, sentence, change, *choices,
        found, findings, beside, labels, rows, following,
    )  # fmt: skip


def _build_change(page: Page) -> tuple[gr.Accordion, tuple[gr.Dropdown, gr.Dropdown, gr.Dropdown, gr.Dropdown]]:
    t = page.t
    with (
        gr.Accordion(t("data.change"), open=False, visible=False, elem_classes="pg-fold pg-boxed", elem_id="data-change") as change,
        gr.Row(),
    ):
        text_column = gr.Dropdown([], label=t("data.change.text"), elem_id="data-text-column", min_width=180)
        label_column = gr.Dropdown([], label=t("data.change.label"), elem_id="data-label-column", min_width=180)
        encoding = gr.Dropdown([], label=t("data.change.encoding"), elem_id="data-encoding", min_width=140)
        delimiter = gr.Dropdown([], label=t("data.change.delimiter"), elem_id="data-delimiter", min_width=140)
    return change, (text_column, label_column, encoding, delimiter)


def wire(page: Page, parts: DataParts, all_parts: Mapping[str, Any]) -> None:
    """What happens on every action of this tab."""
    shown: list[Any] = [
        parts.source, parts.fold, parts.message, parts.sentence, parts.change, parts.text_column, parts.label_column, parts.encoding,
        parts.delimiter, parts.found, parts.findings, parts.beside, parts.labels, parts.rows, parts.next,
        page.dataset_id, page.status["data"],
    ]  # fmt: skip
    who: list[Any] = [page.language, page.visitor]

    def fresh(
        kind: str, path: str | None, pasted: str | None, language: str | None, visitor: str | None, request: gr.Request
    ) -> dict[Any, Any]:
        tongue = page.language_of(request, language)
        return look(page, parts, kind, lambda: source_of(kind, path, pasted, tongue), tongue, page.owner_of(request, visitor))

    def from_file(path: str | None, language: str | None, visitor: str | None, request: gr.Request) -> dict[Any, Any]:
        return fresh("file", path, None, language, visitor, request)

    def from_paste(pasted: str | None, language: str | None, visitor: str | None, request: gr.Request) -> dict[Any, Any]:
        return fresh("paste", None, pasted, language, visitor, request)

    parts.file.upload(from_file, [parts.file, *who], shown, **BUSY)
    parts.use_pasted.click(from_paste, [parts.pasted, *who], shown, **BUSY)
    for example, button in parts.examples.items():

        def from_example(language: str | None, visitor: str | None, request: gr.Request, example: str = example) -> dict[Any, Any]:
            return fresh(example, None, None, language, visitor, request)

        button.click(from_example, who, shown, **BUSY)

    def again(
        kind: str | None, path: str | None, pasted: str | None, text: str | None, label: str | None,
        encoding: str | None, delimiter: str | None, language: str | None, visitor: str | None, request: gr.Request,
    ) -> dict[Any, Any]:  # fmt: skip
        tongue = page.language_of(request, language)
        choice = ColumnChoice(text, label) if text and label else None
        return look(
            page, parts, kind, lambda: source_of(kind, path, pasted, tongue), tongue, page.owner_of(request, visitor),
            choice=choice, encoding=encoding or None, delimiter=delimiter or None,
        )  # fmt: skip

    def reread(
        kind: str | None, path: str | None, pasted: str | None, encoding: str | None, delimiter: str | None,
        language: str | None, visitor: str | None, request: gr.Request,
    ) -> dict[Any, Any]:  # fmt: skip
        return again(kind, path, pasted, None, None, encoding, delimiter, language, visitor, request)

    origin = [parts.source, parts.file, parts.pasted]
    reading = [parts.encoding, parts.delimiter]
    gr.on(
        [parts.text_column.input, parts.label_column.input],
        again,
        [*origin, parts.text_column, parts.label_column, *reading, *who],
        shown,
        **BUSY,
    )
    gr.on([parts.encoding.input, parts.delimiter.input], reread, [*origin, *reading, *who], shown, **BUSY)

    def restore(dataset_id: str | None, language: str | None, visitor: str | None, request: gr.Request) -> dict[Any, Any]:
        return show_kept(page, parts, dataset_id, page.language_of(request, language), page.owner_of(request, visitor))

    page.opened.then(restore, [page.dataset_id, *who], shown, **QUIET)
    parts.next.click(lambda: go_to("train"), None, page.stepper, **QUIET)
