"""The Data tab: a file, pasted rows or an example; what we found in it and what to do about it; on to the model. Layout, then wiring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import gradio as gr

from playground.data.examples import EXAMPLES, MORE_EXAMPLES, ExampleFile
from playground.data.types import Reading
from playground.ui import data_change
from playground.ui.data_look import ALL_ROWS, Asked, DataParts
from playground.ui.data_part import data_part
from playground.ui.data_wire import Deeds, Source, Visit, clicked, sources_of
from playground.ui.session import BUSY, QUIET, Page, block, go_to

#: Shuts a button at once, without asking the server.
_SHUT_JS: Final = "() => ({ __type__: 'update', interactive: false })"
#: The list of filters is made anew for each draft, which an app that was started again does not know of; what comes is checked here.
_RAW: Final[Mapping[str, Any]] = {**QUIET, "preprocess": False}


def build(page: Page) -> DataParts:
    """The layout, top to bottom as it is read."""
    t = page.t
    fold, file, pasted, use_pasted, hub, use_hub, examples = _build_source(page)
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
        fold, file, pasted, use_pasted, hub, use_hub, examples, message, sentence, change, gr.State(None), found, findings, steps, beside,
        labels, filtered, search, rows, splits, *survey, gr.Timer(1.0, active=False), gr.State(None), following,
    )  # fmt: skip


def _build_source(page: Page) -> tuple[gr.Accordion, gr.File, gr.Textbox, gr.Button, gr.Textbox, gr.Button, dict[str, gr.Button]]:
    t = page.t
    with gr.Accordion(t("data.source.open"), open=True, elem_classes="pg-fold", elem_id="data-source") as fold:
        gr.Markdown(t("data.intro"), elem_classes="pg-muted")
        with gr.Row(elem_classes="pg-sources"):
            with gr.Column(scale=3, min_width=280):
                # Any name is taken: what cannot be read says so itself, with the cause and what to do.
                file = gr.File(show_label=False, file_count="multiple", type="filepath", height=200, elem_id="data-file")
                gr.Markdown(t("data.limits.line"), elem_classes="pg-muted pg-hint")
            with gr.Column(scale=3, min_width=280):
                pasted = gr.Textbox(
                    label=t("data.paste"), placeholder=t("data.paste.placeholder"), lines=5, max_lines=5, elem_id="data-paste"
                )
                use_pasted = gr.Button(t("data.paste.use"), size="sm", elem_id="data-paste-use")
                with gr.Row(elem_classes="pg-ask"):
                    hub = gr.Textbox(
                        label=t("data.hub"), show_label=False, placeholder=t("data.hub.placeholder"), max_lines=1, elem_id="data-hub",
                        min_width=160,
                    )  # fmt: skip
                    use_hub = gr.Button(t("data.hub.use"), size="sm", elem_id="data-hub-use", scale=0, min_width=100)
        gr.Markdown(t("data.examples"), elem_classes="pg-title")
        with gr.Row(equal_height=True):
            examples = _build_examples(page, EXAMPLES)
        more = gr.Accordion(t("data.examples.more"), open=False, elem_classes="pg-fold", elem_id="data-more-examples")
        with more, gr.Row(equal_height=True, elem_classes="pg-more-examples"):
            examples |= _build_examples(page, MORE_EXAMPLES)
    return fold, file, pasted, use_pasted, hub, use_hub, examples


def _build_examples(page: Page, examples: Sequence[ExampleFile]) -> dict[str, gr.Button]:
    return {
        example.id: gr.Button(
            page.t(f"example.{example.id}.card"), elem_classes="pg-example", elem_id=f"data-example-{example.id}", min_width=240
        )
        for example in examples
    }


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

    _wire_sources(page, parts, deeds, visit, who)
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


Visiting = Callable[[tuple[Any, ...], gr.Request], Visit]


def _wire_sources(page: Page, parts: DataParts, deeds: Deeds, visit: Visiting, who: list[Any]) -> None:
    everything = deeds.drawing.outputs

    def opened(kind: str, paths: list[str] | None, pasted: str | None, given: tuple[Any, ...], request: gr.Request) -> Any:
        now = visit(given, request)

        def sources() -> list[Source]:
            return sources_of(kind, paths, pasted, now.language)

        return deeds.open(now, sources)

    def from_file(paths: list[str] | None, draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        return opened("file", paths, None, (draft, dataset, language, visitor), request)

    def from_paste(pasted: str | None, draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        return opened("paste", None, pasted, (draft, dataset, language, visitor), request)

    def from_hub(name: str | None, draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request) -> Any:
        def sources() -> list[Source]:
            return [Source(data, file) for data, file in deeds.page.workbench.fetch((name or "").strip())]

        return deeds.open(visit((draft, dataset, language, visitor), request), sources)

    read = partial(_reading, page, parts, outputs=everything)
    read([parts.use_hub.click, parts.hub.submit], from_hub, [parts.hub, *who])
    read([parts.file.upload], from_file, [parts.file, *who])
    read([parts.use_pasted.click], from_paste, [parts.pasted, *who])
    for example, button in parts.examples.items():

        def from_example(draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request, example: str = example) -> Any:
            return opened(example, None, None, (draft, dataset, language, visitor), request)

        read([button.click], from_example, who)


def _reading(page: Page, parts: DataParts, triggers: list[Any], handler: Callable[..., Any], inputs: list[Any], outputs: list[Any]) -> None:
    """Read other data, or the same another way. Meanwhile nothing leads on to the data that was there before.

    Files that were read leave their field: what is dropped there next is other data, not more of the same.
    """

    def leads_on(dataset: Any) -> Any:
        return gr.Button(interactive=isinstance(dataset, str)), None

    begun = gr.on(triggers, None, None, parts.next, js=_SHUT_JS, **QUIET)
    begun.then(handler, inputs, outputs, **BUSY).then(leads_on, page.dataset_id, [parts.next, parts.file], **QUIET)


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
    read = partial(_reading, page, parts, outputs=everything)
    read([field.input for field in change.columns], columns, [*change.columns, *where])
    read([change.task.input], task, [change.task, *where])
    spelling = [change.encoding, change.delimiter, change.sheet]
    read([field.input for field in spelling], spelled, [*spelling, *where])
