"""The Runs tab: a run as it goes, its curves, its log, and the list of all runs. Layout, then wiring.

Nothing here trains or waits: the page asks once a second how the chosen run stands and draws only what changed since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import gradio as gr

from playground.errors import PlaygroundError
from playground.ui.html import empty_html, note_html
from playground.ui.results import html_part
from playground.ui.run_words import RunView, status_line
from playground.ui.runs_charts import charts_html
from playground.ui.runs_list import list_html, log_html
from playground.ui.runs_tracking import Tracked, tracking_html
from playground.ui.runs_views import now_html
from playground.ui.session import QUIET, Page, Tone, go_to, status_html
from playground.ui.viewer import Viewer
from playground.words import Language, say

#: Seconds between looks while something runs, and while nothing does.
_BUSY_SECONDS: Final = 1.0
_IDLE_SECONDS: Final = 3.0
#: Looks never pile up and never wait for other visitors. They go through the queue: only there Gradio tells that a state changed.
_POLL: Final[Mapping[str, Any]] = {**QUIET, "trigger_mode": "once", "concurrency_limit": None}
_TONES: Final[Mapping[str, Tone]] = {"running": "busy", "waiting": "busy", "stopping": "busy", "failed": "attention", "finished": "done"}

#: What was drawn last, part by part; a part whose signature is the same is not drawn again.
Seen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RunsParts:
    """The components of the tab."""

    note: gr.HTML
    empty: gr.Column
    empty_text: gr.HTML
    empty_action: gr.Button
    body: gr.Column
    now: gr.HTML
    stop: gr.Button
    resume: gr.Button
    delete: gr.Button
    compare: gr.Button
    #: After a run on running text: labels are what its model is taught next.
    teach: gr.Button
    confirm: gr.Column
    confirm_text: gr.HTML
    confirm_yes: gr.Button
    confirm_no: gr.Button
    charts: gr.HTML
    #: The way to TensorBoard or trackio.
    tracking: gr.HTML
    log: gr.HTML
    #: A click in it is the event "pick" with the id of the run.
    runs: gr.HTML
    seen: gr.State
    #: Counts the looks that found something new. A look changes nothing else, so an idle page is not touched at all.
    news: gr.State


def build(page: Page) -> RunsParts:
    """Layout: how it stands, what can be done, curves, log, list."""
    note = html_part(elem_classes="results-collapse")
    with gr.Column(visible=False, elem_id="runs-empty") as empty:
        empty_text = html_part()
        empty_action = gr.Button(page.t("runs.empty.action"), variant="primary", elem_classes="pg-empty-action")
    with gr.Column(visible=False, elem_id="runs-body") as body:
        now = html_part("run-now")
        with gr.Row(elem_classes="run-actions"):
            delete = gr.Button(page.t("runs.delete"), visible=False, elem_id="run-delete", elem_classes="quiet-button", scale=0)
            resume = gr.Button(page.t("runs.resume"), variant="primary", visible=False, elem_id="run-resume", scale=0)
            stop = gr.Button(page.t("runs.stop"), visible=False, elem_id="run-stop", scale=0)
            compare = gr.Button(page.t("runs.compare"), variant="primary", visible=False, elem_id="run-compare", scale=0)
            teach = gr.Button(page.t("compare.next.go"), variant="primary", visible=False, elem_id="run-teach", scale=0)
        with gr.Column(visible=False, elem_id="run-confirm") as confirm:
            confirm_text = html_part()
            with gr.Row(elem_classes="run-actions"):
                confirm_no = gr.Button(page.t("runs.delete.no"), elem_id="run-delete-no", scale=0)
                confirm_yes = gr.Button(page.t("runs.delete.yes"), variant="stop", elem_id="run-delete-yes", scale=0)
        charts = html_part("run-charts")
        tracking = html_part("run-tracking", elem_classes="results-collapse")
        log = html_part("run-log", script="follow(element)")
        runs = html_part("run-list", script="clicks(element, trigger, 'pick')")
    return RunsParts(
        note, empty, empty_text, empty_action, body, now, stop, resume, delete, compare, teach,
        confirm, confirm_text, confirm_yes, confirm_no, charts, tracking, log, runs, gr.State({}), gr.State(0),
    )  # fmt: skip


def wire(page: Page, parts: RunsParts, all_parts: Mapping[str, Any]) -> None:
    """Every event of this tab."""
    drawing = _Drawing(page, parts)
    who = [page.run_id, page.visitor, page.language, parts.seen]
    what = drawing.outputs

    page.timer.tick(drawing.look, [*who, parts.news], parts.news, **_POLL)
    parts.news.change(drawing.draw, who, what, **QUIET, concurrency_limit=None)
    page.opened.then(drawing.draw, who, what, **QUIET, concurrency_limit=None)
    page.run_id.change(drawing.show, who, what, **QUIET, concurrency_limit=None)
    page.tabs["runs"].select(drawing.draw, who, what, **QUIET, concurrency_limit=None)

    parts.stop.click(drawing.doing(page.workbench.stop), who, what, **QUIET)
    parts.resume.click(drawing.doing(page.workbench.resume), who, what, **QUIET)
    parts.confirm_yes.click(drawing.doing(page.workbench.delete), who, what, **QUIET)
    parts.delete.click(drawing.ask, who, [parts.confirm, parts.confirm_text], **QUIET)
    parts.confirm_no.click(lambda: gr.Column(visible=False), None, parts.confirm, **QUIET)
    parts.compare.click(lambda: go_to("compare"), None, page.stepper, **QUIET)
    parts.teach.click(drawing.teach, who, [parts.note, page.base_id, page.stepper], **QUIET)
    parts.empty_action.click(lambda: go_to("data"), None, page.stepper, **QUIET)
    parts.runs.pick(_picked, None, page.run_id, **QUIET)


def _picked(event: gr.EventData) -> Any:
    run_id = event._data.get("run") if isinstance(event._data, dict) else None
    return run_id if isinstance(run_id, str) else gr.skip()


class _Drawing:
    """Draws the parts of the tab that changed since this page last saw them."""

    def __init__(self, page: Page, parts: RunsParts) -> None:
        self.page, self.parts = page, parts
        self.viewer = Viewer(page.workbench)
        self.outputs: list[Any] = [
            page.run_id, page.status["runs"], page.timer, parts.seen, parts.note, parts.empty, parts.empty_text, parts.body, parts.now,
            parts.stop, parts.resume, parts.delete, parts.compare, parts.teach, parts.confirm, parts.charts, parts.tracking,
            parts.log, parts.runs,
        ]  # fmt: skip

    def look(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen | None, news: int, request: gr.Request) -> Any:
        """Whether there is anything to draw."""
        return news + 1 if self._changes(run_id, visitor, language, seen, request) else gr.skip()

    def draw(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen | None, request: gr.Request) -> Any:
        """What changed since ``seen``; nothing at all on an idle page."""
        return self._changes(run_id, visitor, language, seen, request) or gr.skip()

    def _changes(
        self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen | None, request: gr.Request
    ) -> dict[Any, Any]:
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        seen = dict(seen or {})
        before = dict(seen)
        updates: dict[Any, Any] = {}
        rows = self.viewer.rows(owner)
        view = self.viewer.choose(run_id, owner, rows)
        chosen = view.run.id if view else None
        if chosen != run_id:
            updates[self.page.run_id] = chosen
        self._frame(updates, seen, view, rows, tongue)
        if view:
            self._run(updates, seen, view, tongue)
        if seen != before:
            updates[self.parts.seen] = seen
        return updates

    def show(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen | None, request: gr.Request) -> Any:
        """As ``draw``, for another run than before: what was said or asked about the last one goes."""
        updates = self._changes(run_id, visitor, language, seen, request)
        return updates | {self.parts.note: "", self.parts.confirm: gr.Column(visible=False)}

    def doing(self, deed: Callable[[str, str], None]) -> Callable[..., Any]:
        """A handler that does ``deed`` to the chosen run and draws what came of it, or why it could not be done."""

        def handler(run_id: str | None, visitor: str | None, language: str | None, seen: Seen | None, request: gr.Request) -> Any:
            note = ""
            try:
                deed(run_id or "", self.page.owner_of(request, visitor))
            except PlaygroundError as error:
                note = note_html(error, self.page.language_of(request, language))
            updates = self._changes(run_id, visitor, language, seen, request)
            return updates | {self.parts.note: note, self.parts.confirm: gr.Column(visible=False)}

        return handler

    def teach(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen | None, request: gr.Request) -> Any:
        """The run's model becomes the base model of what comes next, which is labelled data."""
        try:
            model = self.page.workbench.adopt(run_id or "", self.page.owner_of(request, visitor))
        except PlaygroundError as error:
            return note_html(error, self.page.language_of(request, language)), gr.skip(), gr.skip()
        return "", model.id, go_to("data")

    def ask(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen | None, request: gr.Request) -> Any:
        """The question before a run is deleted."""
        tongue = self.page.language_of(request, language)
        try:
            run = self.page.workbench.run(run_id or "", self.page.owner_of(request, visitor))
        except PlaygroundError:
            return gr.skip(), gr.skip()
        question = escape(say("runs.delete.ask", tongue, name=run.dataset_name))
        return gr.Column(visible=True), f'<p class="run-ask" role="alert">{question}</p>'

    def _frame(self, updates: dict[Any, Any], seen: Seen, view: RunView | None, rows: list[RunView], tongue: Language) -> None:
        parts = self.parts
        if _new(seen, "frame", (tongue, view is not None)):
            updates[parts.empty] = gr.Column(visible=view is None)
            updates[parts.body] = gr.Column(visible=view is not None)
            updates[parts.empty_text] = empty_html(say("runs.empty", tongue), say("runs.empty.line", tongue))
        seconds = _BUSY_SECONDS if any(row.active for row in rows) else _IDLE_SECONDS
        if _new(seen, "timer", seconds):
            updates[self.page.timer] = gr.Timer(seconds)
        status = status_line(view, tongue) if view else say("runs.tab.none", tongue)
        tone = _TONES.get(view.state.status, "") if view else ""
        if _new(seen, "status", (status, tone)):
            updates[self.page.status["runs"]] = status_html("runs", status, tone)
        chosen = view.run.id if view else None
        if _new(seen, "list", (tongue, chosen, [_row_signature(row) for row in rows])):
            updates[parts.runs] = list_html(rows, chosen, tongue)

    def _run(self, updates: dict[Any, Any], seen: Seen, view: RunView, tongue: Language) -> None:
        parts, run, state, trace = self.parts, view.run, view.state, view.trace
        who = (run.id, tongue)
        if _new(seen, "now", (*who, trace.offset, state.status, state.stage, state.position, int(state.seconds))):
            updates[parts.now] = now_html(view, tongue)
        if _new(seen, "actions", (run.id, state.status)):
            updates[parts.stop] = gr.Button(visible=state.status in ("waiting", "running"))
            updates[parts.resume] = gr.Button(visible=state.status in ("stopped", "failed", "prepared"))
            updates[parts.delete] = gr.Button(visible=not view.active)
            leads_on = run.recipe.task == "language-modeling"
            updates[parts.compare] = gr.Button(
                visible=state.status == "finished", variant="secondary" if leads_on else "primary"
            )  # fmt: skip
            updates[parts.teach] = gr.Button(visible=state.status == "finished" and leads_on)
        latest = trace.step.step if trace.step else 0
        if _new(seen, "charts", (*who, latest, len(trace.losses), len(trace.evaluations), len(trace.references))):
            updates[parts.charts] = charts_html(view, tongue)
        tracked = Tracked.of(view, self.page)
        if _new(seen, "tracking", (tongue, tracked)):
            updates[parts.tracking] = tracking_html(tracked, tongue)
        if _new(seen, "log", (*who, self.viewer.log_size(run), view.active)):
            updates[parts.log] = log_html(*self.viewer.log_end(run), tongue)


def _row_signature(row: RunView) -> tuple[Any, ...]:
    best, active = row.trace.best, row.active
    share = round(100 * row.share) if active and row.share is not None else None
    return (row.run.id, row.state.status, row.state.position, share, best.metric if best else None, int(row.state.seconds) if active else 0)


def _new(seen: Seen, part: str, signature: Any) -> bool:
    """Whether ``part`` is to be drawn; remembers that it is."""
    if seen.get(part) == signature:
        return False
    seen[part] = signature
    return True
