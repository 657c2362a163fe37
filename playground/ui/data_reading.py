"""Reading data: from any of the sources, or the same another way. Wiring only."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import gradio as gr

from playground.ui.data_look import DataParts
from playground.ui.data_wire import Deeds, Source, Visit, sources_of
from playground.ui.session import BUSY, QUIET, Page

#: Shuts a button at once, without asking the server.
_SHUT_JS: Final = "() => ({ __type__: 'update', interactive: false })"
#: The same, and puts the files of a field where they are read from.
_TAKE_JS: Final = "(files) => [{ __type__: 'update', interactive: false }, files, null]"

Visiting = Callable[[tuple[Any, ...], gr.Request], Visit]


def wire(page: Page, parts: DataParts, deeds: Deeds, visit: Visiting, who: list[Any]) -> None:
    """What happens on every way to bring data."""
    everything, ways = deeds.drawing.outputs, parts.sources

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

    taken = ways.file.upload(None, ways.file, [parts.next, ways.given, ways.file], js=_TAKE_JS, trigger_mode="multiple", **QUIET)
    _read_after(taken, page, parts, from_file, [ways.given, *who], everything)
    read = partial(reading, page, parts, outputs=everything)
    read([ways.use_hub.click, ways.hub.submit], from_hub, [ways.hub, *who])
    read([ways.use_pasted.click], from_paste, [ways.pasted, *who])
    for example, button in ways.examples.items():

        def from_example(draft: Any, dataset: Any, language: Any, visitor: Any, request: gr.Request, example: str = example) -> Any:
            return opened(example, None, None, (draft, dataset, language, visitor), request)

        read([button.click], from_example, who)


def reading(page: Page, parts: DataParts, triggers: list[Any], handler: Callable[..., Any], inputs: list[Any], outputs: list[Any]) -> None:
    """Read other data, or the same another way. Meanwhile nothing leads on to the data that was there before."""
    begun = gr.on(triggers, None, None, parts.next, js=_SHUT_JS, **QUIET)
    _read_after(begun, page, parts, handler, inputs, outputs)


def _read_after(begun: Any, page: Page, parts: DataParts, handler: Callable[..., Any], inputs: list[Any], outputs: list[Any]) -> None:
    """Read what ``inputs`` hold; what comes while that goes on is read afterwards."""

    def leads_on(dataset: Any) -> Any:
        return gr.Button(interactive=isinstance(dataset, str))

    read = begun.then(handler, inputs, outputs, trigger_mode="always_last", **BUSY)
    read.then(leads_on, page.dataset_id, parts.next, trigger_mode="always_last", **QUIET)
