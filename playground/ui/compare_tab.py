"""The Compare tab: the verdict, a person's own texts side by side, the references, where it goes wrong. Layout, then wiring."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, Final

import gradio as gr

from playground.compare import Comparison
from playground.errors import PlaygroundError
from playground.runs.types import ACTIVE, Run
from playground.ui import format
from playground.ui.answers_views import MOST_TEXTS, ROW_KINDS, RowKind, answers_html, rows_html, texts_of
from playground.ui.compare_views import classes_html, ladder_html, verdict_html, verdict_line
from playground.ui.confusion_views import confusion_html
from playground.ui.html import empty_html, note_html
from playground.ui.results import html_part
from playground.ui.runs_views import model_title
from playground.ui.session import QUIET, Page, Tone, go_to, status_html
from playground.words import Language, say

#: The references that can answer a new text, and so can stand as base on both halves of the tab.
_BASES: Final = ("zero_shot", "probe")
#: Looks never pile up and never wait for other visitors.
_POLL: Final[Mapping[str, Any]] = {**QUIET, "trigger_mode": "once", "concurrency_limit": None}
#: Finished runs offered in the chooser.
_MOST_RUNS: Final = 100

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
    typed: gr.Textbox
    go: gr.Button
    answers: gr.HTML
    ladder: gr.HTML
    classes: gr.HTML
    confusion: gr.HTML
    rows: gr.HTML
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
        with gr.Column(elem_classes="compare-try"):
            typed = gr.Textbox(
                label=page.t("compare.try"), info=page.t("compare.try.line"), placeholder=page.t("compare.try.placeholder"),
                lines=3, max_lines=12, elem_id="compare-texts",
            )  # fmt: skip
            with gr.Row(elem_classes="run-actions"):
                go = gr.Button(page.t("compare.try.go"), variant="primary", elem_id="compare-go", scale=0)
            answers = html_part("compare-answers", elem_classes="results-collapse")
        ladder = html_part("compare-ladder")
        classes = html_part("compare-classes")
        confusion = html_part("compare-confusion")
        rows = html_part("compare-rows", script="clicks(element, trigger, 'turn')")
    return CompareParts(
        choice, run, base, empty, empty_text, empty_action, body,
        verdict, typed, go, answers, ladder, classes, confusion, rows, gr.State(()), gr.State(0),
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
    asked = {"fn": drawing.answer, "inputs": [*who, parts.base, parts.typed], "outputs": [parts.answers, parts.go], **QUIET}
    parts.go.click(**asked)
    parts.typed.submit(**asked)
    parts.base.input(**asked)
    parts.rows.turn(drawing.turn, [*who, parts.base], parts.rows, **QUIET)
    parts.empty_action.click(lambda: go_to("runs"), None, page.stepper, **QUIET)


class _Drawing:
    """Draws the tab for one visitor's run; everything is asked of the workbench by owner."""

    def __init__(self, page: Page, parts: CompareParts) -> None:
        self.page, self.parts = page, parts
        self.bench = page.workbench
        self.outputs: list[Any] = [
            parts.choice, parts.run, parts.base, parts.empty, parts.empty_text, parts.body, parts.verdict, parts.answers,
            parts.ladder, parts.classes, parts.confusion, parts.rows, parts.seen, page.status["compare"],
        ]  # fmt: skip
        # A finished run never changes, so its comparison (bootstrap included) is worked out once. The owner is part of the key.
        self._worked_out = lru_cache(maxsize=32)(self.bench.comparison)
        self._working = threading.Lock()

    def comparison(self, run_id: str, owner: str, base: str | None) -> Comparison:
        """One at a time: several events ask for the same at once, and the first one also imports the statistics."""
        with self._working:
            return self._worked_out(run_id, owner, base)

    def look(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen, news: int, request: gr.Request) -> Any:
        """Whether there is anything to draw."""
        return news + 1 if self.parts.seen in self.draw(run_id, visitor, language, seen, request) else gr.skip()

    def draw(self, run_id: str | None, visitor: str | None, language: str | None, seen: Seen, request: gr.Request) -> Any:
        """The chosen run's comparison, if it is not on screen yet."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        run = self._find(run_id, owner)
        result = self.bench.result(run) if run else None
        if run is None or result is None:
            return self._draw_empty(run, owner, tongue, seen)
        if tuple(seen[:3]) == ("run", run.id, tongue):
            return gr.skip()
        return self._draw_run(run, owner, result.base, result.references, tongue)

    def rebase(self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, request: gr.Request) -> Any:
        """The same run against another reference."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        run = self._find(run_id, owner)
        if run is None or base not in _BASES:
            return gr.skip()
        try:
            return self._findings(self.comparison(run.id, owner, base), tongue)
        except PlaygroundError as error:
            return {self.parts.verdict: note_html(error, tongue)}

    def warm(self, run_id: str | None, visitor: str | None, language: str | None, request: gr.Request) -> None:
        """Load the model while the person reads the verdict."""
        owner = self.page.owner_of(request, visitor)
        run = self._find(run_id, owner)
        if run and self.bench.result(run):
            self.bench.warm(run.id, owner)

    def answer(
        self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, typed: str | None, request: gr.Request
    ) -> Iterator[Any]:
        """Base and fine-tuned answers to what was typed; says what it is doing while the model loads."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        texts = texts_of(typed or "")
        if not texts:
            yield f'<p class="quiet">{escape(say("compare.try.nothing", tongue))}</p>', gr.Button(interactive=True)
            return
        asked = texts[:MOST_TEXTS]
        waiting = escape(say("compare.try.loading", tongue, count=len(asked)))
        yield f'<p class="working" role="status">{waiting}</p>', gr.Button(interactive=False)
        shown = base if base in _BASES else "zero_shot"
        try:
            predictions = self.bench.predict(run_id or "", owner, asked, shown)
            answers = answers_html(predictions, shown, tongue, cut=len(texts) > len(asked))
        except PlaygroundError as error:
            answers = note_html(error, tongue)
        yield answers, gr.Button(interactive=True)

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
            return rows_html(self.comparison(run_id or "", owner, base if base in _BASES else None), kind, page, tongue)
        except PlaygroundError as error:
            return note_html(error, tongue)

    def _find(self, run_id: str | None, owner: str) -> Run | None:
        """The run in view; without one, the newest finished one."""
        if run_id:
            try:
                return self.bench.run(run_id, owner)
            except PlaygroundError:
                return None
        return next((run for run in self.bench.my_runs(owner) if self.bench.result(run)), None)

    def _draw_empty(self, run: Run | None, owner: str, tongue: Language, seen: Seen) -> Any:
        status = self.bench.state(run).status if run else None
        key = "compare.empty" if status is None else "compare.empty.running" if status in ACTIVE else "compare.empty.unfinished"
        if tuple(seen) == (key, run.id if run else "", tongue):
            return gr.skip()
        finished = self._finished(owner)
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

    def _draw_run(self, run: Run, owner: str, base: str, references: tuple[str, ...], tongue: Language) -> Any:
        bases = [(say(f"compare.base.{name}", tongue), name) for name in _BASES if name in references]
        try:
            findings = self._findings(self.comparison(run.id, owner, base), tongue)
        except PlaygroundError as error:
            findings = {self.parts.verdict: note_html(error, tongue)}
        return findings | {
            self.parts.choice: gr.Row(visible=True),
            self.parts.empty: gr.Column(visible=False),
            self.parts.body: gr.Column(visible=True),
            self.parts.run: gr.Dropdown(choices=self._finished(owner), value=run.id),
            self.parts.base: gr.Radio(choices=bases, value=base, visible=len(bases) > 1),
            self.parts.answers: "",
            self.parts.seen: ("run", run.id, tongue),
        }

    def _findings(self, comparison: Comparison, tongue: Language) -> dict[Any, Any]:
        tone: Tone = "done" if comparison.verdict.outcome == "better" else "attention"
        kind: RowKind = next((name for name in ROW_KINDS if getattr(comparison, name)), "fixed")
        return {
            self.parts.verdict: verdict_html(comparison, tongue),
            self.parts.ladder: ladder_html(comparison, tongue),
            self.parts.classes: classes_html(comparison, tongue),
            self.parts.confusion: confusion_html(comparison, tongue),
            self.parts.rows: rows_html(comparison, kind, 0, tongue),
            self.page.status["compare"]: status_html("compare", verdict_line(comparison, tongue), tone),
        }

    def _finished(self, owner: str) -> list[tuple[str, str]]:
        """Finished runs as choices: what it was trained on, with which model, when."""
        runs = [run for run in self.bench.my_runs(owner) if self.bench.result(run)][:_MOST_RUNS]
        return [(f"{run.dataset_name} · {model_title(run.recipe.model)} · {format.moment(run.created)}", run.id) for run in runs]
