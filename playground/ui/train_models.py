"""The base models of the Train tab: which are offered, and "use another model": look at one named by its id or folder, then take it in.

Views are pure: dataclasses in, HTML out. ``build`` and ``wire`` make the piece of the page that ``train_tab`` puts beside its list.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from playground.data.types import Dataset
from playground.devices import Device
from playground.errors import PlaygroundError
from playground.models import own
from playground.models.adopt import adopt
from playground.models.cache import cached
from playground.models.catalogue import CATALOGUE
from playground.models.examine import Seen
from playground.models.fit import free_disk_mb, misfits
from playground.models.look import folder_models, look_at_folder, look_up
from playground.models.types import Model
from playground.tasks import get_task
from playground.tasks.types import ModelKind
from playground.ui.format import count, parameters, size
from playground.ui.html import SIGNS, esc, note_html
from playground.ui.session import BUSY, QUIET, Page, block
from playground.ui.train_views import languages, licence
from playground.words import Language, say


@dataclass(frozen=True, slots=True)
class ModelParts:
    """The components of "use another model"."""

    id: gr.Textbox
    token: gr.Textbox
    folder: gr.Dropdown
    look: gr.Button
    use: gr.Button
    #: What was found.
    found: gr.HTML
    #: Id of the model taken in last; the tab shows it.
    chosen: gr.State


def offered(recommended: Model, kinds: Collection[ModelKind], owner: str | None) -> list[Model]:
    """Base models for a task: the proposed one, the owner's own, what this machine has or an index serves, then what only hubs serve."""
    models = [model for model in (*own.own_models(owner), *CATALOGUE) if model.kind in kinds]
    return sorted(models, key=lambda model: (model.id != recommended.id, model.origin == "catalogue", not _at_hand(model)))


def seen_html(seen: Seen, misfits: Sequence[PlaygroundError], device: Device, language: Language) -> str:
    """What was found out about a model, and whether it can be used; if not, every reason with its next step.

    :param misfits: why it does not fit this task and machine, beside the model's own reasons.
    """
    facts = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in _facts(seen, language))
    told = any(reason.code == "source_gated" for reason in seen.refusals)
    gated = _note("own.gated", language) if seen.published.gated and not told else ""
    return (
        f'<section class="pg-card pg-model" id="own-seen"><p class="pg-model-head"><b>{esc(seen.published.title)}</b>'
        f'<span class="pg-muted">{esc(seen.published.id)}</span></p>{gated}{_conclusion(seen, misfits, device, language)}'
        f'<dl class="pg-facts">{facts}</dl></section>'
    )


def better_html(model: Model | None, chosen: Model, language: Language) -> str:
    """A model that would suit the data better but has to come from a hub; "" if there is none, or if it is the chosen one."""
    if model is None or model.id == chosen.id:
        return ""
    line = say("own.better", language, model=model.title, size=size(model.download_mb))
    return f'<p class="pg-field-note" id="train-better">{SIGNS["info"]} {esc(line)}</p>'


def _facts(seen: Seen, language: Language) -> list[tuple[str, str]]:
    published, model = seen.published, seen.model
    served = (say("own.served", language), say(f"model.source.{published.source}", language))
    if model is None:
        return [served, (say("train.model.licence", language), published.licence or say("own.unknown", language))]
    return [
        (say("own.architecture", language), model.architecture),
        (say("own.kind", language), say(f"own.kind.{model.kind}", language)),
        (say("train.model.size", language), say("train.model.parameters", language, value=parameters(model.parameters, language))),
        (say("train.model.languages", language), languages(model, language)),
        (say("own.context", language), say("own.context.tokens", language, tokens=count(model.max_positions))),
        (say("own.size", language), size(model.download_mb)),
        (say("train.model.licence", language), licence(model, language)),
        served,
    ]


def _conclusion(seen: Seen, misfits: Sequence[PlaygroundError], device: Device, language: Language) -> str:
    problems = [*seen.refusals, *misfits]
    if not problems:
        tight = seen.model is not None and seen.model.memory_mb() > device.memory_mb
        return f"<p>{esc(say('own.usable', language))}</p>{_note('own.quantize', language) if tight else ''}"
    lines = "".join(
        f'<p>{SIGNS["error"]} {esc(one.message(language))} <span class="pg-muted">{esc(one.remedy(language))}</span></p>'
        for one in problems
    )
    return f'<div role="alert"><p>{esc(say("own.refused", language, count=len(problems)))}</p>{lines}</div>'


def _note(key: str, language: Language) -> str:
    return f'<p class="pg-field-note">{SIGNS["warning"]} {esc(say(key, language))}</p>'


def _at_hand(model: Model) -> bool:
    return model.package is not None or cached(model.id) is not None


def build(page: Page) -> ModelParts:
    """The layout, inside the fold of the other base models."""
    t = page.t
    with gr.Accordion(t("own.title"), open=False, elem_classes="pg-fold pg-boxed", elem_id="own-models"):
        gr.Markdown(t("own.line"), elem_classes="pg-muted")
        with gr.Row():
            name = gr.Textbox(label=t("own.id"), info=t("own.id.info"), placeholder=t("own.id.placeholder"), max_lines=1, elem_id="own-id")
            token = gr.Textbox(label=t("own.token"), info=t("own.token.info"), type="password", max_lines=1, elem_id="own-token")
        folder = gr.Dropdown([], value=None, label=t("own.folder"), visible=False, elem_id="own-folder")
        found = block("", visible=False)
        with gr.Row():
            look = gr.Button(t("own.check"), elem_id="own-look")
            use = gr.Button(t("own.use"), visible=False, elem_id="own-use")
    return ModelParts(name, token, folder, look, use, found, gr.State(None))


@dataclass(frozen=True, slots=True)
class Named:
    """What a person typed or chose: an id with perhaps a token, or a folder. The token is not shown when this is printed."""

    id: str | None
    token: str | None = field(default=None, repr=False)
    folder: str | None = None

    @property
    def given(self) -> str | None:
        """The token; None if there is none."""
        return (self.token or "").strip() or None

    def look(self) -> Seen:
        """:raises ModelError: if there is no such model."""
        return look_at_folder(self.folder) if self.folder else look_up(self.id or "", self.given)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks, for which of their datasets, in which language."""

    owner: str
    language: Language
    dataset_id: str | None


def wire(page: Page, parts: ModelParts, current: gr.Radio) -> Any:
    """What happens here; after the returned event ``parts.chosen`` is the id of the model to show.

    :param current: the model chosen now, which stays where nothing could be taken in.
    """
    asked: list[Any] = [page.language, page.visitor, page.dataset_id, parts.id, parts.token, parts.folder]
    found: list[Any] = [parts.found, parts.use]

    def visit(request: gr.Request, language: str | None, visitor: str | None, dataset_id: str | None) -> Visit:
        return Visit(page.owner_of(request, visitor), page.language_of(request, language), dataset_id)

    def look(request: gr.Request, language: str | None, visitor: str | None, dataset: str | None, *named: str | None) -> dict[Any, Any]:
        return looked(page, parts, visit(request, language, visitor, dataset), Named(*named))

    def use(
        request: gr.Request, language: str | None, visitor: str | None, dataset: str | None, shown: str | None, *named: str | None
    ) -> dict[Any, Any]:
        return used(page, parts, visit(request, language, visitor, dataset), Named(*named), shown)

    page.opened.then(lambda: _folders(parts), None, [parts.folder], **QUIET)
    gr.on([parts.look.click, parts.id.submit], look, asked, found, **BUSY)
    # What was looked at is not what is named now.
    parts.folder.input(lambda: {parts.id: "", parts.use: gr.Button(visible=False)}, None, [parts.id, parts.use], **QUIET)
    parts.id.input(lambda: {parts.folder: None, parts.use: gr.Button(visible=False)}, None, [parts.folder, parts.use], **QUIET)
    return parts.use.click(use, [*asked[:3], current, *asked[3:]], [*found, parts.token, parts.chosen], **BUSY)


def looked(page: Page, parts: ModelParts, visit: Visit, named: Named) -> dict[Any, Any]:
    """What the page shows of a model that was named."""
    try:
        dataset = page.workbench.dataset(visit.dataset_id or "", visit.owner)
        return _shown(page, parts, named.look(), dataset, visit.language)
    except PlaygroundError as error:
        return _told(parts, error, visit.language)


def used(page: Page, parts: ModelParts, visit: Visit, named: Named, shown: str | None) -> dict[Any, Any]:
    """What the page shows once a model was taken in, or why it was not. The token leaves the page either way."""
    kept = {parts.token: "", parts.chosen: shown}
    try:
        dataset = page.workbench.dataset(visit.dataset_id or "", visit.owner)
        seen = named.look()
        if seen.refusals or _misfits(page, seen, dataset):
            return {**_shown(page, parts, seen, dataset, visit.language), **kept}
        model = adopt(seen, visit.owner, token=named.given)
    except PlaygroundError as error:
        return {**_told(parts, error, visit.language), **kept}
    return {parts.found: gr.HTML("", visible=False), parts.use: gr.Button(visible=False), parts.token: "", parts.chosen: model.id}


def _folders(parts: ModelParts) -> dict[Any, Any]:
    names = list(folder_models())
    return {parts.folder: gr.Dropdown(choices=names, value=None, visible=bool(names))}


def _misfits(page: Page, seen: Seen, dataset: Dataset) -> tuple[PlaygroundError, ...]:
    if seen.model is None:
        return ()
    return misfits(seen.model, get_task(dataset.task).kinds, page.workbench.device, free_disk_mb(seen.model))


def _shown(page: Page, parts: ModelParts, seen: Seen, dataset: Dataset, language: Language) -> dict[Any, Any]:
    reasons = _misfits(page, seen, dataset)
    html = seen_html(seen, reasons, page.workbench.device, language)
    return {parts.found: gr.HTML(html, visible=True), parts.use: gr.Button(visible=not seen.refusals and not reasons)}


def _told(parts: ModelParts, error: PlaygroundError, language: Language) -> dict[Any, Any]:
    return {parts.found: gr.HTML(note_html(error, language), visible=True), parts.use: gr.Button(visible=False)}
