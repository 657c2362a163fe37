"""The forms in which a person tries a finished run: one text a line, a pair of texts, a question. Layout only.

Which of the forms is seen is a matter of the run's task and model; what learned from running text is also the base of the next run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from playground.compare import Comparison
from playground.errors import ModelError
from playground.models.catalogue import get_model
from playground.ui.results import html_part
from playground.ui.session import Page
from playground.ui.tasks import Try, view_of

#: The temperature a person starts from.
TEMPERATURE: Final = 0.7


@dataclass(frozen=True, slots=True)
class TryParts:
    """The components of the forms."""

    card: gr.Column
    texts: gr.Column
    typed: gr.Textbox
    go: gr.Button
    pair: gr.Column
    first: gr.Textbox
    second: gr.Textbox
    go_pair: gr.Button
    chat: gr.Column
    question: gr.Textbox
    system: gr.Textbox
    sampling: gr.Radio
    temperature: gr.Slider
    stop: gr.Button
    ask: gr.Button
    gap: gr.Column
    sentence: gr.Textbox
    fill: gr.Button
    answers: gr.HTML
    next: gr.Column
    adopt: gr.Button
    adopted: gr.HTML

    @property
    def shown(self) -> list[Any]:
        """What ``forms`` updates."""
        return [self.card, self.texts, self.pair, self.chat, self.gap, self.answers, self.next, self.adopted]

    def forms(self, tries: Try) -> dict[Any, Any]:
        """The form of a task, with no answers in it yet."""
        columns = {"texts": self.texts, "pair": self.pair, "chat": self.chat, "gap": self.gap}
        return {
            self.card: gr.Column(visible=tries != "none"),
            **{column: gr.Column(visible=name == tries) for name, column in columns.items()},
            self.answers: "",
            self.next: gr.Column(visible=tries in ("gap", "none")),
            self.adopted: "",
        }


def build(page: Page) -> TryParts:
    """All forms; the one that fits the run in view is made visible."""
    t = page.t
    with gr.Column(elem_classes="compare-try") as card:
        with gr.Column(elem_classes="try-form") as texts:
            typed = gr.Textbox(
                label=t("compare.try"), info=t("compare.try.line"), placeholder=t("compare.try.placeholder"),
                lines=3, max_lines=12, elem_id="compare-texts",
            )  # fmt: skip
            with gr.Row(elem_classes="run-actions"):
                go = gr.Button(t("compare.try.go"), variant="primary", elem_id="compare-go", scale=0)
        with gr.Column(visible=False, elem_classes="try-form") as pair:
            first = gr.Textbox(label=t("compare.try.first"), info=t("compare.try.pair.line"), lines=2, max_lines=8, elem_id="compare-first")
            second = gr.Textbox(label=t("compare.try.second"), lines=2, max_lines=8, elem_id="compare-second")
            with gr.Row(elem_classes="run-actions"):
                go_pair = gr.Button(t("compare.try.go"), variant="primary", elem_id="compare-go-pair", scale=0)
        with gr.Column(visible=False, elem_classes="try-form") as chat:
            question = gr.Textbox(
                label=t("compare.chat"), info=t("compare.chat.line"), placeholder=t("compare.chat.placeholder"),
                lines=2, max_lines=12, elem_id="compare-question",
            )  # fmt: skip
            system, sampling, temperature = _how(page)
            with gr.Row(elem_classes="run-actions"):
                stop = gr.Button(t("compare.chat.stop"), visible=False, elem_id="compare-stop", scale=0)
                ask = gr.Button(t("compare.chat.go"), variant="primary", elem_id="compare-ask", scale=0)
        with gr.Column(visible=False, elem_classes="try-form") as gap:
            sentence = gr.Textbox(
                label=t("compare.gap"), info=t("compare.gap.line"), placeholder=t("compare.gap.placeholder"), lines=2, max_lines=8,
                elem_id="compare-sentence",
            )  # fmt: skip
            with gr.Row(elem_classes="run-actions"):
                fill = gr.Button(t("compare.gap.go"), variant="primary", elem_id="compare-fill", scale=0)
        answers = html_part("compare-answers", elem_classes="results-collapse")
    with gr.Column(visible=False, elem_classes="compare-try", elem_id="compare-next") as following:
        gr.Markdown(t("compare.next"), elem_classes="pg-title")
        gr.Markdown(t("compare.next.line"))
        with gr.Row(elem_classes="run-actions"):
            adopt = gr.Button(t("compare.next.go"), variant="primary", elem_id="compare-adopt", scale=0)
        adopted = html_part("compare-adopted", elem_classes="results-collapse")
    return TryParts(
        card, texts, typed, go, pair, first, second, go_pair, chat, question, system, sampling, temperature, stop, ask, gap, sentence, fill,
        answers, following, adopt, adopted,
    )  # fmt: skip


def _how(page: Page) -> tuple[gr.Textbox, gr.Radio, gr.Slider]:
    """How a question is answered, behind a fold: what stands before it, and how words are chosen."""
    t = page.t
    with gr.Accordion(t("compare.chat.how"), open=False, elem_classes="pg-fold", elem_id="compare-how"):
        system = gr.Textbox(
            label=t("compare.chat.system"), info=t("compare.chat.system.line"), lines=1, max_lines=6, elem_id="compare-system"
        )
        ways = [(t(f"compare.chat.sampling.{way}"), way) for way in ("greedy", "sampled")]
        sampling = gr.Radio(ways, value="greedy", label=t("compare.chat.sampling"), elem_id="compare-sampling")
        temperature = gr.Slider(
            0.1, 1.5, value=TEMPERATURE, step=0.1, label=t("compare.chat.temperature"), info=t("compare.chat.temperature.line"),
            visible=False, elem_id="compare-temperature",
        )  # fmt: skip
    return system, sampling, temperature


def form_of(comparison: Comparison, model_id: str) -> Try:
    """What a person types for this run: a regression on pairs asks for two texts, as its rows have them.

    :param model_id: the run's base model.
    """
    tries = tries_of(comparison.task, model_id)
    rows = (*comparison.fixed, *comparison.broken, *comparison.both_wrong)
    return "pair" if tries == "texts" and any(row.text_pair for row in rows) else tries


def tries_of(task: str, model_id: str) -> Try:
    """The form of a task; a gap is filled by models that read what stands behind it, and by a base that could do so before."""
    tries = view_of(task).tries
    if tries != "gap":
        return tries
    try:
        model = get_model(model_id)
    except ModelError:
        return "none"  # forgotten since
    return "gap" if model.kind == "encoder" and model.origin != "scratch" else "none"
