"""On the Train tab: find good settings by trying. A learning-rate range test as a quick first step, then a search within a time.

Layout, then wiring; ``search_desk`` does what is asked. Nothing here tries anything: the page asks how search and test stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import gradio as gr

from playground.ui.results import html_part
from playground.ui.search_desk import Desk, SearchParts
from playground.ui.session import BUSY, QUIET, Page, block

__all__ = ["SearchParts", "build", "wire"]

_POLL: Final[Mapping[str, Any]] = {**QUIET, "trigger_mode": "once", "concurrency_limit": None}
#: Minutes a search takes unless somebody says otherwise.
_MINUTES: Final = "5"


def build(page: Page) -> SearchParts:
    """The fold: the quick test, then the search and its trials."""
    t = page.t
    with gr.Accordion(t("search"), open=False, elem_classes="pg-fold pg-boxed", elem_id="train-search"):
        gr.Markdown(t("rates"), elem_classes="pg-title")
        gr.Markdown(t("rates.line"), elem_classes="pg-muted")
        rates = html_part("search-rates")
        with gr.Row(elem_classes="search-actions"):
            use_rate = gr.Button("", visible=False, elem_id="rates-use", scale=0)
            test = gr.Button(t("rates.start"), elem_id="rates-start", scale=0)
        gr.Markdown(t("search.title"), elem_classes="pg-title search-title")
        gr.Markdown(t("search.line"), elem_classes="pg-muted")
        with gr.Row(elem_classes="search-options"):
            minutes = gr.Textbox(_MINUTES, label=t("search.minutes"), info=t("search.minutes.info"), elem_id="search-minutes", max_lines=1)
            over = gr.CheckboxGroup([], label=t("search.over"), elem_id="search-over")
        plan, message = block(), block("", visible=False, elem_id="search-message")
        with gr.Row(elem_classes="search-actions"):
            start = gr.Button(t("search.start"), elem_id="search-start", scale=0)
            stop = gr.Button(t("search.stop"), visible=False, elem_id="search-stop", scale=0)
        found = html_part("search-trials", script="clicks(element, trigger, 'pick')")
    return SearchParts(
        test, use_rate, rates, minutes, over, plan, start, stop, message, found, gr.State(None), gr.State({}), gr.State(0)
    )  # fmt: skip


def wire(page: Page, parts: SearchParts, model: gr.Radio, inputs: Sequence[Any]) -> None:
    """What happens here; ``parts.chosen`` changes when the form is to show another recipe.

    :param model: the base model of the form, and ``inputs`` its settings.
    """
    desk = Desk(page, parts)
    form = [page.language, page.visitor, page.dataset_id, parts.seen, parts.minutes, parts.over, parts.chosen, model, *inputs]
    drawn = parts.drawn

    asked = [page.language, page.visitor, page.dataset_id, parts.seen, parts.news]
    page.timer.tick(desk.look, asked, parts.news, **_POLL)
    settled = [
        parts.news.change,
        page.dataset_id.change,
        page.tabs["train"].select,
        parts.minutes.change,
        model.change,
        *(one.change for one in inputs),
    ]
    gr.on(settled, desk.doing(None), form, drawn, trigger_mode="always_last", **QUIET)
    parts.start.click(desk.doing(desk.start), form, drawn, **BUSY)
    parts.stop.click(desk.doing(desk.stop), form, drawn, **BUSY)
    parts.test.click(desk.doing(desk.test), form, drawn, **BUSY)
    parts.use_rate.click(desk.doing(desk.use_rate), form, drawn, **QUIET)
    parts.found.pick(_picked(desk), form, drawn, **QUIET)


def _picked(desk: Desk) -> Callable[..., Any]:
    """The handler of a click on "use" beside a trial."""

    def handler(event: gr.EventData, request: gr.Request, *values: Any) -> Any:
        number = event._data.get("run") if isinstance(event._data, dict) else None
        if not isinstance(number, str) or not number.isdigit():
            return gr.skip()
        return desk.doing(lambda asked: desk.use_trial(asked, int(number)))(request, *values)

    return handler
