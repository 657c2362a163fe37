"""The Data tab: a file, pasted rows or an example; what we found in it and what to do about it; on to the model. Layout, then wiring."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import gradio as gr

from playground.data.types import Reading
from playground.ui import data_change, data_reading, data_sources, next_base
from playground.ui.data_look import ALL_ROWS, Asked, DataParts
from playground.ui.data_part import data_part
from playground.ui.data_reading import Visiting, reading
from playground.ui.data_wire import Deeds, Visit, clicked
from playground.ui.session import QUIET, Page, block, go_to

#: The list of filters is made anew for each draft, which an app that was started again does not know of; what comes is checked here.
_RAW: Final[Mapping[str, Any]] = {**QUIET, "preprocess": False}


def build(page: Page) -> DataParts:
    """The layout, top to bottom as it is read."""
    t = page.t
    base = next_base.build()
    sources = data_sources.build(page)
    message = block("", elem_id="data-message", visible=False)
    sentence = block(visible=False)
    change = data_change.build(page)
    with gr.Column(visible=False, elem_id="data-results") as found:
        findings = data_part()
        steps = data_part(elem_classes="pg-vanish")
        with gr.Row(elem_classes="pg-two"):
            with gr.Column(scale=2, min_width=280) as beside:
                labels = data_part()
            with gr.Column(scale=3, min_width=300, elem_classes="pg-card pg-rows"):
                gr.Markdown(t("data.table"), elem_classes="pg-title")
                with gr.Row(elem_classes="pg-ask"):
                    filtered = gr.Dropdown(
                        [], label=t("data.table.filter"), show_label=False, elem_id="data-filter", min_width=160, filterable=False
                    )
                    search = gr.Textbox(
                        show_label=False, label=t("data.table.search"), placeholder=t("data.table.search.placeholder"),
                        max_lines=1, elem_id="data-search", min_width=160,
                    )  # fmt: skip
                rows = data_part()
        splits = data_part(elem_classes="pg-vanish")
        survey = _build_survey(page)
        with gr.Row(elem_classes="pg-actions"):
            following = gr.Button(t("data.next"), variant="primary", elem_classes="pg-primary", elem_id="data-next")
    return DataParts(
        base, sources, message, sentence, change, gr.State(None), found, findings, steps, beside, labels, filtered, search, rows, splits,
        *survey, gr.Timer(1.0, active=False), gr.State(None), following,
    )  # fmt: skip


def _build_survey(page: Page) -> tuple[gr.Button, gr.HTML, gr.HTML, gr.HTML, gr.HTML, gr.HTML]:
    with gr.Row(elem_classes="pg-survey-ask"):
        start = gr.Button(page.t("data.survey.start"), elem_id="data-survey-start", size="sm", scale=0, min_width=200, visible=False)
        state = data_part(elem_id="data-survey-state")
    found = data_part(elem_classes="pg-vanish")
    with gr.Row(elem_classes="pg-two pg-vanish"):
        with gr.Column(scale=3, min_width=300):
            drawn = data_part()
        with gr.Column(scale=2, min_width=280):
            suspects = data_part()
    more = data_part(elem_classes="pg-vanish")
    return start, state, found, drawn, suspects, more


def wire(page: Page, parts: DataParts, all_parts: Mapping[str, Any]) -> None:
    """What happens on every action of this tab."""
    deeds = Deeds(page, parts)
    everything, who = deeds.drawing.outputs, [page.draft_id, page.dataset_id, page.language, page.visitor]

    def visit(given: tuple[Any, ...], request: gr.Request) -> Visit:
        draft_id, dataset_id, language, visitor = (one if isinstance(one, str) else None for one in given)
        return Visit(page.owner_of(request, visitor), page.language_of(request, language), draft_id, dataset_id)

    next_base.wire(page, parts.base)
    data_reading.wire(page, parts, deeds, visit, who)
    _wire_change(page, parts, deeds, visit, who)
    asked = [parts.filter, parts.search]

    def restore(draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        return deeds.restore(visit((draft, dataset, language, visitor), request))

    def act(
        filtered: Any, search: Any, draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request,
        event: gr.EventData,
    ) -> Any:  # fmt: skip
        click = clicked(event)
        if click is None:
            return gr.skip()
        want = asked_for(filtered, search, click.number("page") or 0)
        return deeds.act(visit((draft, dataset, language, visitor), request), click, want) or gr.skip()

    def ask(filtered: Any, search: Any, draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        return deeds.ask(visit((draft, dataset, language, visitor), request), asked_for(filtered, search))

    def survey(draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        return deeds.start_survey(visit((draft, dataset, language, visitor), request))

    def look(seen: list[Any] | None, draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        return deeds.look_at_survey(visit((draft, dataset, language, visitor), request), seen) or gr.skip()

    page.opened.then(restore, who, everything, **QUIET)
    clickable = (
        parts.findings, parts.steps, parts.labels, parts.rows, parts.survey_state, parts.survey, parts.map, parts.suspects,
    )  # fmt: skip
    for part in clickable:
        part.act(act, [*asked, *who], everything, **_RAW)
    gr.on([parts.filter.input, parts.search.submit], ask, [*asked, *who], [parts.rows, parts.message], **_RAW)
    polled = [*deeds.drawing.survey_outputs, parts.filter]
    parts.survey_start.click(survey, who, [*polled, parts.message], **QUIET)
    parts.survey_timer.tick(look, [parts.survey_seen, *who], polled, trigger_mode="once", **QUIET)
    parts.next.click(lambda: go_to("train"), None, page.stepper, **QUIET)


def asked_for(filtered: Any, search: Any, page: int = 0) -> Asked:
    """What is asked of the table, whatever the browser sent."""
    return Asked(filtered if isinstance(filtered, str) else ALL_ROWS, search if isinstance(search, str) else "", page)


def _wire_change(page: Page, parts: DataParts, deeds: Deeds, visit: Visiting, who: list[Any]) -> None:
    change, everything = parts.change, deeds.drawing.outputs

    def columns(
        text: str | None, pair: str | None, label: str | None, pending: str | None, draft: Any, dataset: Any, language: Any, visitor: Any,
        request: gr.Request,
    ) -> Any:  # fmt: skip
        def other(reading: Reading) -> Reading:
            return data_change.with_columns(reading, text, pair, label)

        return deeds.reread(visit((draft, dataset, language, visitor), request), pending, other)

    def task(wanted: str | None, pending: str | None, draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        def other(reading: Reading) -> Reading:
            return data_change.with_task(reading, wanted)

        return deeds.reread(visit((draft, dataset, language, visitor), request), pending, other)

    def spelled(
        encoding: str | None, delimiter: str | None, sheet: str | None, pending: str | None, draft: Any, dataset: Any, language: Any,
        visitor: Any, request: gr.Request,
    ) -> Any:  # fmt: skip
        def other(reading: Reading) -> Reading:
            return data_change.with_bytes(reading, encoding, delimiter, sheet)

        return deeds.reread(visit((draft, dataset, language, visitor), request), pending, other)

    where = [parts.pending, *who]
    read = partial(reading, page, parts, outputs=everything)
    read([field.input for field in change.columns], columns, [*change.columns, *where])
    read([change.task.input], task, [change.task, *where])
    spelling = [change.encoding, change.delimiter, change.sheet]
    read([field.input for field in spelling], spelled, [*spelling, *where])
