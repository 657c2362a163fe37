"""Where data comes from: a dropped file, pasted rows, a hub's dataset, an example. Layout only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gradio as gr

from playground.data.examples import EXAMPLES, MORE_EXAMPLES, ExampleFile
from playground.ui.session import Page


@dataclass(frozen=True, slots=True)
class SourceParts:
    """The components of this part of the tab."""

    fold: gr.Accordion
    file: gr.File
    #: The files that are being read, out of sight. They leave their field at once: what is dropped there next is other data, not more of
    #: the same, however soon it comes.
    given: gr.File
    pasted: gr.Textbox
    use_pasted: gr.Button
    hub: gr.Textbox
    use_hub: gr.Button
    examples: Mapping[str, gr.Button]


def build(page: Page) -> SourceParts:
    """A fold that is shut once there is data."""
    t = page.t
    with gr.Accordion(t("data.source.open"), open=True, elem_classes="pg-fold", elem_id="data-source") as fold:
        gr.Markdown(t("data.intro"), elem_classes="pg-muted")
        with gr.Row(elem_classes="pg-sources"):
            with gr.Column(scale=3, min_width=280):
                # Any name is taken: what cannot be read says so itself, with the cause and what to do.
                file = gr.File(show_label=False, file_count="multiple", type="filepath", height=200, elem_id="data-file")
                given = gr.File(file_count="multiple", type="filepath", visible="hidden")
                gr.Markdown(t("data.limits.line"), elem_classes="pg-muted pg-hint")
            with gr.Column(scale=3, min_width=280):
                pasted = gr.Textbox(
                    label=t("data.paste"), placeholder=t("data.paste.placeholder"), lines=5, max_lines=5, elem_id="data-paste"
                )
                use_pasted = gr.Button(t("data.paste.use"), size="sm", elem_id="data-paste-use")
                with gr.Row(elem_classes="pg-ask"):
                    hub = gr.Textbox(
                        label=t("data.hub"), show_label=False, placeholder=t("data.hub.placeholder"), max_lines=1, elem_id="data-hub",
                        min_width=160,
                    )  # fmt: skip
                    use_hub = gr.Button(t("data.hub.use"), size="sm", elem_id="data-hub-use", scale=0, min_width=100)
        gr.Markdown(t("data.examples"), elem_classes="pg-title")
        with gr.Row(equal_height=True):
            examples = _build_examples(page, EXAMPLES)
        more = gr.Accordion(t("data.examples.more"), open=False, elem_classes="pg-fold", elem_id="data-more-examples")
        with more, gr.Row(equal_height=True, elem_classes="pg-more-examples"):
            examples |= _build_examples(page, MORE_EXAMPLES)
    return SourceParts(fold, file, given, pasted, use_pasted, hub, use_hub, examples)


def _build_examples(page: Page, examples: Sequence[ExampleFile]) -> dict[str, gr.Button]:
    return {
        example.id: gr.Button(
            page.t(f"example.{example.id}.card"), elem_classes="pg-example", elem_id=f"data-example-{example.id}", min_width=240
        )
        for example in examples
    }
