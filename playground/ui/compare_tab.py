"""The Compare tab: the verdict, a person's own texts side by side, the references, where it goes wrong. Layout, then wiring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from playground.compare import Comparison
from playground.errors import PlaygroundError
from playground.runs.types import ACTIVE, Result, Run
from playground.ui import compare_forms, compare_try
from playground.ui.compare_forms import TryParts, form_of, tries_of
from playground.ui.compare_others import others_html, own_base_html
from playground.ui.compare_rows import ROW_KINDS, RowKind, rows_html
from playground.ui.compare_runs import ANSWERING, ComparedRuns
from playground.ui.compare_views import ladder_html, metrics_html, verdict_html, verdict_line
from playground.ui.html import empty_html, note_html
from playground.ui.results import html_part
from playground.ui.session import QUIET, Page, Tone, go_to, status_html
from playground.ui.tasks import view_of
from playground.words import Language, say

#: Looks never pile up and never wait for other visitors.
_POLL: Final[Mapping[str, Any]] = {**QUIET, "trigger_mode": "once", "concurrency_limit": None}

#: What was drawn last: (run id, base, language) or why nothing was.
Seen = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CompareParts:
    """The components of the tab."""

    choice: gr.Row
    run: gr.Dropdown
    base: gr.Radio
    empty: gr.Column
    empty_text: gr.HTML
    empty_action: gr.Button
    body: gr.Column
    verdict: gr.HTML
    trying: TryParts
    ladder: gr.HTML
    metrics: gr.HTML
    detail: gr.HTML
    rows: gr.HTML
    own_base: gr.HTML
    #: Starts the run that is missing for that comparison.
    own_base_go: gr.Button
    others: gr.HTML
    seen: gr.State
    #: Counts the looks that found something new.
    news: gr.State


def build(page: Page) -> CompareParts:
    """Layout: the verdict first, then the person's texts, then the held-out rows in ever more detail."""
    with gr.Row(visible=False, elem_classes="compare-choice") as choice:
        run = gr.Dropdown(label=page.t("compare.run"), choices=[], elem_id="compare-run", filterable=False, scale=3)
        base = gr.Radio(label=page.t("compare.base"), choices=[], elem_id="compare-base", scale=2)
    with gr.Column(visible=False, elem_id="compare-empty") as empty:
        empty_text = html_part()
        empty_action = gr.Button(page.t("compare.empty.action"), variant="primary", elem_classes="pg-empty-action")
    with gr.Column(visible=False, elem_id="compare-body") as body:
        verdict = html_part("compare-verdict")
        own_base = html_part("compare-own-base", elem_classes="results-collapse")
        with gr.Row(elem_classes="run-actions"):
            own_base_go = gr.Button("", visible=False, elem_id="compare-own-base-go", scale=0)
        trying = compare_forms.build(page)
        ladder = html_part("compare-ladder")
        metrics = html_part("compare-metrics", elem_classes="results-collapse")
        detail = html_part("compare-detail", elem_classes="results-collapse")
        rows = html_part("compare-rows", script="clicks(element, trigger, 'turn')")
        others = html_part("compare-others")
    return CompareParts(
        choice, run, base, empty, empty_text, empty_action, body,
        verdict, trying, ladder, metrics, detail, rows, own_base, own_base_go, others, gr.State(()), gr.State(0),
    )  # fmt: skip


def wire(page: Page, parts: CompareParts, all_parts: Mapping[str, Any]) -> None:
    """Every event of this tab."""
    drawing = _Drawing(page, parts)
    who = [page.run_id, page.visitor, page.language]
    what = drawing.outputs
    looks = [*who, parts.seen]

    page.timer.tick(drawing.look, [*looks, parts.news], parts.news, **_POLL)
    parts.news.change(drawing.draw, looks, what, **QUIET, concurrency_limit=None)
    page.opened.then(drawing.draw, looks, what, **QUIET, concurrency_limit=None)
    page.run_id.change(drawing.draw, looks, what, **QUIET, concurrency_limit=None)
    page.tabs["compare"].select(drawing.draw, looks, what, **QUIET, concurrency_limit=None)
    page.tabs["compare"].select(drawing.warm, who, None, **QUIET, concurrency_limit=None)

    parts.run.input(lambda run_id: run_id, parts.run, page.run_id, **QUIET)
    parts.base.input(drawing.rebase, [*who, parts.base], what, **QUIET)
    compare_try.wire(page, parts.trying, parts.base, drawing.runs)
    parts.rows.turn(drawing.turn, [*who, parts.base], parts.rows, **QUIET)
    parts.own_base_go.click(drawing.train_plain, who, [parts.own_base, page.run_id, page.stepper], **QUIET)
    parts.empty_action.click(lambda: go_to("runs"), None, page.stepper, **QUIET)


class _Drawing:
    """Draws the tab for one visitor's run; everything is asked of the workbench by owner."""

    def __init__(self, page: Page, parts: CompareParts) -> None:
        self.page, self.parts = page, parts
        self.bench = page.workbench
        self.outputs: list[Any] = [
            parts.choice, parts.run, parts.base, parts.empty, parts.empty_text, parts.body, parts.verdict, *parts.trying.shown,
            parts.ladder, parts.metrics, parts.detail, parts.rows, parts.own_base, parts.own_base_go, parts.others, parts.seen,
            page.status["compare"],
        ]  # fmt: skip
        self.runs = ComparedRuns(self.bench)

    def look(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen, news: int, request: gr.Request) -> Any:
        """Whether there is anything to draw."""
        return news + 1 if self.parts.seen in self.draw(run_id, visitor, language, seen, request) else gr.skip()

    def draw(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen, request: gr.Request) -> Any:
        """The chosen run's comparison, if it is not on screen yet."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        run = self.runs.find(run_id, owner)
        result = self.bench.result(run) if run else None
        if run is None or result is None:
            return self._draw_empty(run, owner, tongue, seen)
        if tuple(seen[:3]) == ("run", run.id, tongue):
            return gr.skip()
        return self._draw_run(run, owner, result, tongue)

    def rebase(self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, request: gr.Request) -> Any:
        """The same run against another reference."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        run = self.runs.find(run_id, owner)
        if run is None or base not in ANSWERING:
            return gr.skip()
        try:
            return self._findings(self.runs.comparison(run.id, owner, base), tongue)
        except PlaygroundError as error:
            return {self.parts.verdict: note_html(error, tongue)}

    def warm(self, run_id: str | None, visitor: str | None, language: str | None, request: gr.Request) -> None:
        """Load the model while the person reads the verdict."""
        owner = self.page.owner_of(request, visitor)
        run = self.runs.find(run_id, owner)
        result = self.bench.result(run) if run else None
        if run and result and tries_of(result.task, result.model) != "none":
            self.bench.warm(run.id, owner)

    def turn(
        self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, request: gr.Request, event: gr.EventData
    ) -> Any:
        """Another list of rows, or another page of it."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        wish = event._data if isinstance(event._data, dict) else {}
        kind, page = wish.get("kind"), wish.get("page")
        if kind not in ROW_KINDS or not isinstance(page, int):
            return gr.skip()
        try:
            return rows_html(self.runs.comparison(run_id or "", owner, base), kind, page, tongue)
        except PlaygroundError as error:
            return note_html(error, tongue)

    def train_plain(self, run_id: str | None, visitor: str | None, language: str | None, request: gr.Request) -> Any:
        """Start the same run without the pretraining of its base model, to see what that is worth."""
        owner = self.page.owner_of(request, visitor)
        try:
            run = self.bench.run(run_id or "", owner)
            plain = self.bench.without_pretraining(run, owner)
            if plain is None:
                return gr.skip()
            return gr.skip(), self.bench.start(run.dataset, plain, owner).id, go_to("runs")
        except PlaygroundError as error:
            return note_html(error, self.page.language_of(request, language)), gr.skip(), gr.skip()

    def _draw_empty(self, run: Run | None, owner: str, tongue: Language, seen: Seen) -> Any:
        status = self.bench.state(run).status if run else None
        key = "compare.empty" if status is None else "compare.empty.running" if status in ACTIVE else "compare.empty.unfinished"
        if tuple(seen) == (key, run.id if run else "", tongue):
            return gr.skip()
        finished = self.runs.choices(owner)
        return {
            self.parts.choice: gr.Row(visible=bool(finished)),
            self.parts.run: gr.Dropdown(choices=finished, value=None),
            self.parts.base: gr.Radio(visible=False),
            self.parts.empty: gr.Column(visible=True),
            self.parts.body: gr.Column(visible=False),
            self.parts.empty_text: empty_html(say(key, tongue), say(f"{key}.line", tongue)),
            self.parts.seen: (key, run.id if run else "", tongue),
            self.page.status["compare"]: status_html("compare", say(f"compare.status.{'running' if status in ACTIVE else 'none'}", tongue)),
        }

    def _draw_run(self, run: Run, owner: str, result: Result, tongue: Language) -> Any:
        bases = self.runs.bases(result, tongue)
        try:
            comparison = self.runs.comparison(run.id, owner, result.base)
            findings = self._findings(comparison, tongue) | self.parts.trying.forms(form_of(comparison, result.model))
            findings |= self._beside(run, owner, result.task, tongue)
        except PlaygroundError as error:
            findings = {self.parts.verdict: note_html(error, tongue)} | self.parts.trying.forms(tries_of(result.task, result.model))
        return findings | {
            self.parts.choice: gr.Row(visible=True),
            self.parts.empty: gr.Column(visible=False),
            self.parts.body: gr.Column(visible=True),
            self.parts.run: gr.Dropdown(choices=self.runs.choices(owner), value=run.id),
            self.parts.base: gr.Radio(choices=bases, value=result.base, visible=len(bases) > 1),
            self.parts.seen: ("run", run.id, tongue),
        }

    def _beside(self, run: Run, owner: str, task: str, tongue: Language) -> dict[Any, Any]:
        """What other runs on the same rows say about this one."""
        own = self.runs.own_base(run, owner)
        offered = own is not None and own.verdict is None
        return {
            self.parts.own_base: own_base_html(own, task, tongue),
            self.parts.own_base_go: gr.Button(say("compare.own_base.go", tongue, base=own.base if own else ""), visible=offered),
            self.parts.others: others_html(self.runs.others(run, owner), task, tongue),
        }

    def _findings(self, comparison: Comparison, tongue: Language) -> dict[Any, Any]:
        tone: Tone = "done" if comparison.verdict.outcome == "better" else "attention"
        kind: RowKind = next((name for name in ROW_KINDS if getattr(comparison, name)), "fixed")
        return {
            self.parts.verdict: verdict_html(comparison, tongue),
            self.parts.ladder: ladder_html(comparison, tongue),
            self.parts.metrics: metrics_html(comparison, tongue),
            self.parts.detail: view_of(comparison.task).detail(comparison, tongue),
            self.parts.rows: rows_html(comparison, kind, 0, tongue),
            self.page.status["compare"]: status_html("compare", verdict_line(comparison, tongue), tone),
        }
