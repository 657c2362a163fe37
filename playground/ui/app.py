"""The page as a whole: header, four tabs, and the server that shows them."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

import gradio as gr
from starlette.middleware import Middleware

from playground.data.limits import LIMITS
from playground.errors import PlaygroundError
from playground.runs.types import ACTIVE
from playground.ui import compare_tab, data_tab, header, runs_tab, train_tab
from playground.ui.first import HeadFirst
from playground.ui.session import QUIET, STEPS, Page, Step, block, go_to, new_visitor, status_html
from playground.ui.texts import text, translations
from playground.ui.theme import head, theme
from playground.ui.tracking_door import TrackingDoor
from playground.words import LANGUAGES, say
from playground.workbench import Workbench

_TABS: Final[Mapping[Step, ModuleType]] = {"data": data_tab, "train": train_tab, "runs": runs_tab, "compare": compare_tab}
#: What the browser keeps is scrambled with this, which is no secret (the page itself holds it) but must not change between starts.
_SCRAMBLE: Final = "fine-tuning-playground"
#: Uploaded files are looked for every hour and removed after a day, both in seconds.
_FORGET_UPLOADS: Final = (3_600, 86_400)
#: The browser knows the language and the tab in the address; the ids it kept come along. Afterwards page.js hears that all is in place.
_OPEN_JS: Final = "(tongue, visitor, dataset, run, place) => [window.playground.language, visitor, dataset, run, location.hash.slice(1)]"
_OPENED_JS: Final = "() => { window.playground.open(); }"


def build_app(workbench: Workbench, shared: bool = False) -> gr.Blocks:
    """The page for a workspace.

    :param shared: whether several people use it; then each sees only what is theirs.
    """
    demo: gr.Blocks
    with gr.Blocks(analytics_enabled=False, title=say("ui.title"), fill_width=True, delete_cache=_FORGET_UPLOADS) as demo:
        bar = header.build(workbench.device, len(workbench.queue.waiting()))
        page = _page(demo, workbench, shared)
        parts: dict[str, Any] = {}
        for step in STEPS:
            with page.tabs[step]:
                parts[step] = _TABS[step].build(page)
        for step in STEPS:
            _TABS[step].wire(page, parts[step], parts)
        header.wire(page, bar)
    return demo


def _page(demo: gr.Blocks, workbench: Workbench, shared: bool) -> Page:
    kept = {
        name: gr.BrowserState(None, storage_key=f"playground-{name}", secret=_SCRAMBLE)
        for name in ("tongue", "visitor", "draft", "dataset", "run", "base", "place")
    }
    with gr.Column(elem_classes="pg-hidden"):  # page.js copies these lines under the tabs' titles
        status: dict[Step, gr.HTML] = {step: block(status_html(step, "")) for step in STEPS}
    with gr.Tabs(elem_id="steps", overflow_behavior="wrap") as stepper:
        tabs: dict[Step, gr.Tab] = {step: gr.Tab(text(f"ui.tab.{step}"), id=step, elem_id=f"tab-{step}") for step in STEPS}
    known = [kept["tongue"], kept["visitor"], kept["dataset"], kept["run"]]

    def on_open(
        language: str | None, visitor: str | None, dataset: str | None, run: str | None, place: str | None, request: gr.Request
    ) -> tuple[Any, ...]:
        mine = visitor or new_visitor()
        dataset, run, step = _where(page, page.owner_of(request, mine), dataset, run, place)
        return language if language in LANGUAGES else None, mine, dataset, run, go_to(step)

    opened = demo.load(on_open, [*known, kept["place"]], [*known, stepper], js=_OPEN_JS, **QUIET)
    page = Page(
        workbench, shared, kept["tongue"], kept["visitor"], kept["draft"], kept["dataset"], kept["run"], kept["base"], stepper, tabs,
        status, gr.Timer(1.0), opened,
    )  # fmt: skip
    opened.then(None, None, None, js=_OPENED_JS, **QUIET)
    return page


def _where(page: Page, owner: str, dataset: str | None, run: str | None, place: str | None) -> tuple[str | None, str | None, Step]:
    """The dataset, run and tab to show when the page opens: what the browser remembers if it is still there, else the latest."""
    bench = page.workbench
    runs = bench.my_runs(owner)
    now = next((mine for mine in runs if mine.id == run), None) or next(iter(runs), None)
    try:
        here = bench.dataset(dataset, owner).fingerprint if dataset else None
    except PlaygroundError:
        here = None
    if here is None:
        mine = [kept.fingerprint for kept in bench.my_datasets(owner)]
        here = now.dataset if now and now.dataset in mine else next(iter(mine), None)
    active = now is not None and bench.state(now).status in ACTIVE
    step: Step = next((known for known in STEPS if known == place), "runs" if active else "data")
    return here, now.id if now else None, step


def serve(
    workbench: Workbench, host: str | None = None, port: int | None = None, shared: bool = False, demo: gr.Blocks | None = None
) -> None:
    """Show the page until the process is told to end; runs go on without it.

    :param host: address to listen on; ``GRADIO_SERVER_NAME``, else 127.0.0.1 (only this machine) when None.
    :param port: ``GRADIO_SERVER_PORT``, else the first free one from 7860 on when None.
    :param demo: the page, if it was already built.
    """
    demo = demo or build_app(workbench, shared)
    stop = threading.Event()
    workbench.keep_house(stop)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _, address, _ = demo.queue(default_concurrency_limit=8).launch(
            server_name=host,
            server_port=port,
            share=False,
            inbrowser=False,
            quiet=True,
            prevent_thread_lock=True,
            ssr_mode=False,
            theme=theme(),
            app_kwargs={"middleware": [Middleware(TrackingDoor, bench=workbench), Middleware(HeadFirst, head=head())]},
            i18n=translations(),
            footer_links=[],
            run_history=False,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
            max_file_size=LIMITS.file_bytes,
            show_error=False,
        )
        sys.stdout.write(f"{say('ui.title')}: {address}\n")
        sys.stdout.flush()
        threading.Event().wait()
    except KeyboardInterrupt:
        pass  # Ctrl-C is how a person ends it
    finally:
        stop.set()
        demo.close(verbose=False)
        workbench.close()
