"""The base model that a person pretrained and wants to teach labels next: remembered by the browser until they choose another one.

Runs and Compare offer it once a run on running text has finished (``take``), Data says that it will be used, Train begins with it.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

from playground.errors import PlaygroundError
from playground.models.own import own_models
from playground.models.types import Model
from playground.tasks import get_task
from playground.ui.html import SIGNS, esc
from playground.ui.names import task_name
from playground.ui.session import QUIET, Page, block
from playground.words import Language, say


def remembered(base_id: str | None, owner: str) -> Model | None:
    """The model of that id, if it is one this owner pretrained."""
    return next((model for model in own_models(owner) if model.id == base_id and model.origin == "run"), None)


def chosen_for(model: Model | None, task: str) -> str | None:
    """The id of the model to begin with for data of this task: of the one remembered, unless it cannot be taught this.

    For more running text it is not meant either: what it is to learn next is labels.
    """
    return model.id if model and task != "language-modeling" and model.kind in get_task(task).kinds else None


def line_html(model: Model | None, task: str | None, language: Language) -> str:
    """What will become of the model with the data in view; "" without one.

    :param task: of the data in view; None if there is none.
    """
    if model is None:
        return ""
    if task in (None, "language-modeling"):
        said = say("next_base.bring", language, name=model.title)
    elif chosen_for(model, str(task)):
        said = say("next_base.used", language, name=model.title)
    else:
        said = say("next_base.cannot", language, name=model.title, task=task_name(str(task), language))
    return f'<p class="pg-next-base">{SIGNS["info"]} {esc(said)}</p>'


def build() -> gr.HTML:
    """The line on the Data tab."""
    return block("", elem_id="data-base", visible=False)


def wire(page: Page, line: gr.HTML) -> None:
    """Draw the line whenever the model or the data is another one."""

    def draw(base_id: str | None, dataset_id: str | None, visitor: str | None, language: str | None, request: gr.Request) -> Any:
        owner, tongue = page.owner_of(request, visitor), page.language_of(request, language)
        html = line_html(remembered(base_id, owner), _task(page, dataset_id, owner), tongue)
        return gr.HTML(html, visible=bool(html))

    who = [page.base_id, page.dataset_id, page.visitor, page.language]
    page.opened.then(draw, who, line, **QUIET)
    gr.on([page.base_id.change, page.dataset_id.change], draw, who, line, **QUIET)


def _task(page: Page, dataset_id: str | None, owner: str) -> str | None:
    try:
        return page.workbench.dataset(dataset_id, owner).task if dataset_id else None
    except PlaygroundError:
        return None  # deleted, or another visitor's: the same as none
