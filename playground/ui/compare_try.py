"""Trying a finished run on one's own texts: both answers to each text or pair, and to a question as they are being written."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

import gradio as gr

from playground.errors import PlaygroundError
from playground.runs.types import Prediction
from playground.runs.writing import StreamPart, WritingOptions
from playground.ui.compare_forms import TEMPERATURE, TryParts
from playground.ui.compare_runs import ComparedRuns
from playground.ui.html import note_html
from playground.ui.session import QUIET, Page, go_to
from playground.ui.tasks import Context, view_of
from playground.ui.tasks.generation import answer_html, writing_html
from playground.words import Language, say

#: Texts answered at once.
MOST_TEXTS: Final = 50


def wire(page: Page, parts: TryParts, base: gr.Radio, runs: ComparedRuns) -> None:
    """Every event of the forms.

    :param base: which reference stands as base.
    """
    trying = Trying(page, parts, runs)
    who = [page.run_id, page.visitor, page.language]
    typed = {"fn": trying.answer, "inputs": [*who, base, parts.typed], "outputs": [parts.answers, parts.go], **QUIET}
    parts.go.click(**typed)
    parts.typed.submit(**typed)
    filled = {"fn": trying.answer, "inputs": [*who, base, parts.sentence], "outputs": [parts.answers, parts.fill], **QUIET}
    parts.fill.click(**filled)
    parts.sentence.submit(**filled)
    parts.go_pair.click(trying.answer_pair, [*who, base, parts.first, parts.second], [parts.answers, parts.go_pair], **QUIET)
    # A base chosen anew answers again what still stands in the form.
    base.input(trying.answer_again, [*who, base, parts.typed, parts.first, parts.second], [parts.answers, parts.go], **QUIET)

    asked = [*who, base, parts.question, parts.system, parts.sampling, parts.temperature]
    outputs = [parts.answers, parts.ask, parts.stop]
    gr.on([parts.ask.click, parts.question.submit], trying.write, asked, outputs, **QUIET)
    parts.stop.click(trying.stop, None, None, **QUIET)
    parts.sampling.change(lambda way: gr.Slider(visible=way == "sampled"), parts.sampling, parts.temperature, **QUIET)
    parts.adopt.click(trying.adopt, who, [parts.adopted, page.base_id, page.stepper], **QUIET)


def texts_of(typed: str) -> tuple[str, ...]:
    """The texts a person typed: one a line, empty lines left out."""
    return tuple(line.strip() for line in typed.splitlines() if line.strip())


def answers_html(predictions: Sequence[Prediction], context: Context, *, cut: bool = False) -> str:
    """Each text with base and fine-tuned answer.

    :param cut: whether there were more texts than are answered at once.
    """
    answer, language = view_of(context.comparison.task).answer, context.language
    note = f'<p class="quiet">{escape(say("compare.try.cut", language, count=len(predictions)))}</p>' if cut else ""
    cards = "".join(answer(prediction, context) for prediction in predictions) if answer else ""
    return f'<section class="answers">{note}{cards}</section>'


class Trying:
    """Answers what one visitor typed; everything is asked of the workbench by owner."""

    def __init__(self, page: Page, parts: TryParts, runs: ComparedRuns) -> None:
        self.page, self.parts, self.runs = page, parts, runs
        self.bench = page.workbench
        #: Page that waits for an answer being written -> its wish to stop.
        self._stops: dict[str | None, threading.Event] = {}

    def answer(
        self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, typed: str | None, request: gr.Request
    ) -> Iterator[Any]:
        """Base and fine-tuned answers to what was typed; says what it is doing while the model loads."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        texts = texts_of(typed or "")
        if not texts:
            yield _quiet(say("compare.try.nothing", tongue)), gr.Button(interactive=True)
            return
        yield from self._answered(run_id or "", owner, tongue, base, texts)

    def answer_pair(
        self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, first: str | None, second: str | None,
        request: gr.Request,
    ) -> Iterator[Any]:  # fmt: skip
        """The same for two texts that belong together."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        pair = ((first or "").strip(), (second or "").strip())
        if not all(pair):
            yield _quiet(say("compare.try.pair.missing", tongue)), gr.Button(interactive=True)
            return
        yield from self._answered(run_id or "", owner, tongue, base, pair[:1], pair[1])

    def answer_again(
        self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, typed: str | None, first: str | None,
        second: str | None, request: gr.Request,
    ) -> Iterator[Any]:  # fmt: skip
        """What still stands in a form, against another base; nothing where nothing stands."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        if texts := texts_of(typed or ""):
            yield from self._answered(run_id or "", owner, tongue, base, texts)
        elif first and second and first.strip() and second.strip():
            yield from self._answered(run_id or "", owner, tongue, base, (first.strip(),), second.strip())
        else:
            yield gr.skip(), gr.skip()

    def write(
        self, run_id: str | None, visitor: str | None, language: str | None, base: str | None, question: str | None, system: str | None,
        sampling: str | None, temperature: float | None, request: gr.Request,
    ) -> Iterator[Any]:  # fmt: skip
        """Both answers to a question, drawn anew with every part of them."""
        owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
        asked = (question or "").strip()
        ready = gr.Button(interactive=True), gr.Button(visible=False)
        if not asked:
            yield _quiet(say("compare.chat.nothing", tongue)), *ready
            return
        yield _working(say("compare.chat.loading", tongue)), gr.Button(interactive=False), gr.Button(visible=True)
        options = WritingOptions((system or "").strip(), float(temperature or TEMPERATURE) if sampling == "sampled" else 0.0)
        wish = self._stops[request.session_hash] = threading.Event()
        try:
            context = Context(self.runs.comparison(run_id or "", owner, base), tongue)
            for html in _parts(self.bench.stream(run_id or "", owner, asked, options), asked, wish, context):
                yield html, gr.skip(), gr.skip()
            yield gr.skip(), *ready
        except PlaygroundError as error:
            yield note_html(error, tongue), *ready
        finally:
            self._stops.pop(request.session_hash, None)

    def stop(self, request: gr.Request) -> None:
        """Write no further; what is written stays."""
        if wish := self._stops.get(request.session_hash):
            wish.set()

    def adopt(self, run_id: str | None, visitor: str | None, language: str | None, request: gr.Request) -> Any:
        """The run's model becomes the base model of what comes next, which is labelled data."""
        tongue = self.page.language_of(request, language)
        try:
            model = self.bench.adopt(run_id or "", self.page.owner_of(request, visitor))
        except PlaygroundError as error:
            return note_html(error, tongue), gr.skip(), gr.skip()
        return _quiet(say("compare.next.done", tongue, name=model.title)), model.id, go_to("data")

    def _answered(
        self, run_id: str, owner: str, tongue: Language, base: str | None, texts: Sequence[str], second: str = ""
    ) -> Iterator[Any]:
        asked = texts[:MOST_TEXTS]
        yield _working(say("compare.try.loading", tongue, count=len(asked))), gr.Button(interactive=False)
        try:
            comparison = self.runs.comparison(run_id, owner, base)
            predictions = self.bench.predict(run_id, owner, asked, comparison.base_name, pairs=[second] if second else None)
            answers = answers_html(predictions, Context(comparison, tongue, second), cut=len(texts) > len(asked))
        except PlaygroundError as error:
            answers = note_html(error, tongue)
        yield answers, gr.Button(interactive=True)


def _parts(stream: Iterator[StreamPart], asked: str, wish: threading.Event, context: Context) -> Iterator[str]:
    """Every part as HTML, until the last one or the wish to stop. Nobody reads the stream further then, which ends it."""
    for part in stream:
        stopped = wish.is_set() and not part.done
        if part.done or stopped:
            html = answer_html(Prediction(asked, part.base, part.tuned), context, stopped=stopped)
        else:
            html = writing_html(asked, part.base, part.tuned, context)
        yield f'<section class="answers">{html}</section>'
        if stopped:
            return


def _quiet(text: str) -> str:
    return f'<p class="quiet">{escape(text)}</p>'


def _working(text: str) -> str:
    return f'<p class="working" role="status">{escape(text)}</p>'
