"""Trying a run: what is asked of the workbench for what was typed, and what is drawn while it answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import gradio as gr
import pytest

from playground.compare import Comparison, Verdict
from playground.data.types import TaskName
from playground.errors import PredictionError, RunError
from playground.models import CATALOGUE, Model
from playground.runs.types import Prediction
from playground.runs.writing import StreamPart, WritingOptions
from playground.ui.compare_forms import TryParts, form_of
from playground.ui.compare_runs import ComparedRuns
from playground.ui.compare_try import MOST_TEXTS, Trying, answers_html, texts_of
from playground.ui.session import Page
from playground.ui.tasks import Context
from playground.words import Language
from playground.workbench import Workbench
from tests.ui.tasks.seen import HOSTILE, comparison

REQUEST = gr.Request()


@dataclass
class Bench:
    """A workbench that answers at once and remembers what it was asked."""

    task: TaskName = "text-classification"
    parts: tuple[StreamPart, ...] = ()
    fails: bool = False
    asked: list[Any] = field(default_factory=list)

    def comparison(self, run_id: str, owner: str, base: str | None) -> Comparison:
        if run_id != "mine":
            raise RunError("not_found", name=run_id)
        return comparison(self.task)

    def between(self, run_id: str, other_id: str, owner: str) -> Verdict:
        raise RunError("run_other_rows", name=run_id, other=other_id)

    def predict(self, run_id: str, owner: str, texts: Sequence[str], base: str, pairs: Sequence[str] | None = None) -> list[Prediction]:
        self.asked.append((tuple(texts), base, pairs))
        return [Prediction(text, {"a": 0.6, "b": 0.4}, {"a": 0.1, "b": 0.9}) for text in texts]

    def stream(self, run_id: str, owner: str, prompt: str, options: WritingOptions) -> Iterator[StreamPart]:
        self.asked.append((prompt, options))
        yield from self.parts
        if self.fails:
            raise PredictionError("predict_memory")

    def adopt(self, run_id: str, owner: str) -> Model:
        if run_id != "mine":
            raise RunError("not_found", name=run_id)
        return replace(CATALOGUE[0], title=HOSTILE)


@dataclass
class OnePage:
    """A page of one English visitor."""

    workbench: Bench
    stepper: str = "stepper"

    def owner_of(self, request: gr.Request, visitor: str | None) -> str:
        return "local"

    def language_of(self, request: gr.Request, language: str | None) -> Language:
        return "en"


def trying(bench: Bench) -> Trying:
    return Trying(cast(Page, OnePage(bench)), cast(TryParts, None), ComparedRuns(cast(Workbench, bench)))


def typed(bench: Bench, text: str, run_id: str = "mine") -> list[Any]:
    return list(trying(bench).answer(run_id, None, "en", None, text, REQUEST))


def wrote(bench: Bench, question: str = "Why?", system: str = "", sampling: str = "greedy", temperature: float = 0.7) -> list[Any]:
    return list(trying(bench).write("mine", None, "en", None, question, system, sampling, temperature, REQUEST))


def test_texts_are_one_a_line_without_the_empty_ones() -> None:
    assert texts_of(" one \n\n two\n") == ("one", "two")


def test_every_text_is_answered_and_the_button_rests_meanwhile() -> None:
    bench = Bench()
    waiting, done = typed(bench, "one\ntwo")
    assert "reading 2 texts" in waiting[0]
    assert not waiting[1].interactive
    assert done[0].count('<article class="answer"') == 2
    assert done[1].interactive
    assert bench.asked == [(("one", "two"), "zero_shot", None)]


def test_nothing_typed_is_nothing_asked() -> None:
    bench = Bench()
    assert "Type a text first." in typed(bench, " \n ")[0][0]
    assert bench.asked == []


def test_leaving_texts_out_is_said() -> None:
    bench = Bench()
    done = typed(bench, "\n".join(map(str, range(MOST_TEXTS + 3))))[-1]
    assert f"Only the first {MOST_TEXTS} texts" in done[0]
    assert len(bench.asked[0][0]) == MOST_TEXTS


def test_another_persons_run_is_a_note_and_no_answer() -> None:
    bench = Bench()
    assert 'role="alert"' in typed(bench, "one", run_id="theirs")[-1][0]
    assert bench.asked == []


def test_a_pair_is_asked_together_and_shown_together() -> None:
    bench = Bench(task="text-pair-classification")
    done = list(trying(bench).answer_pair("mine", None, "en", None, "one", " two ", REQUEST))[-1]
    assert bench.asked == [(("one",), "probe", ["two"])]
    assert "<blockquote>one</blockquote><blockquote>two</blockquote>" in done[0]


def test_half_a_pair_is_not_asked() -> None:
    bench = Bench(task="text-pair-classification")
    assert "Type both texts first." in next(trying(bench).answer_pair("mine", None, "en", None, "one", " ", REQUEST))[0]
    assert bench.asked == []


def test_another_base_answers_again_what_still_stands_there() -> None:
    bench = Bench()
    assert len(list(trying(bench).answer_again("mine", None, "en", "probe", "one", "", "", REQUEST))) == 2
    list(trying(bench).answer_again("mine", None, "en", "probe", "", "first", "second", REQUEST))
    list(trying(bench).answer_again("mine", None, "en", "probe", "", "", "", REQUEST))
    assert [asked[0] for asked in bench.asked] == [("one",), ("first",)]


PARTS = (StreamPart("", "S", False), StreamPart("I", "So it", False), StreamPart("I am", "So it is", True))


def test_every_part_of_an_answer_is_drawn_and_only_the_last_is_judged() -> None:
    drawn = [step[0] for step in wrote(Bench("generation", PARTS))]
    assert "Loading the model" in drawn[0]
    assert [html.count('class="caret"') for html in drawn[1:4]] == [2, 2, 0]
    assert ">So it</div>" not in drawn[2]  # the caret stands behind it
    assert "So it is</div>" in drawn[3]
    assert "changed" in drawn[3]


def test_while_it_writes_one_can_stop_and_not_ask_again() -> None:
    steps = wrote(Bench("generation", PARTS))
    assert (steps[0][1].interactive, steps[0][2].visible) == (False, True)
    assert (steps[-1][1].interactive, steps[-1][2].visible) == (True, False)


def test_greedy_and_sampled_are_asked_for_as_chosen() -> None:
    bench = Bench("generation", PARTS)
    wrote(bench, system=" Be brief. ")
    wrote(bench, sampling="sampled", temperature=1.2)
    assert bench.asked == [("Why?", WritingOptions("Be brief.", 0.0)), ("Why?", WritingOptions("", 1.2))]


def test_an_empty_question_is_not_asked() -> None:
    bench = Bench("generation", PARTS)
    assert "Type a question first." in wrote(bench, " ")[0][0]
    assert bench.asked == []


def test_an_answer_that_breaks_off_says_why_and_one_can_ask_again() -> None:
    last = wrote(Bench("generation", PARTS[:1], fails=True))[-1]
    assert 'role="alert"' in last[0]
    assert (last[1].interactive, last[2].visible) == (True, False)


def test_stopping_keeps_what_is_written_and_gives_the_buttons_back() -> None:
    one, steps = trying(Bench("generation", PARTS)), []
    for step in one.write("mine", None, "en", None, "Why?", "", "greedy", 0.7, REQUEST):
        steps.append(step)
        if len(steps) == 2:
            one.stop(REQUEST)
    assert "Stopped here." in steps[2][0]
    assert "So it</div>" in steps[2][0]
    assert len(steps) == 4
    assert (steps[3][1].interactive, steps[3][2].visible) == (True, False)


def test_stopping_what_is_not_being_written_does_nothing() -> None:
    bench = Bench("generation", PARTS)
    one = trying(bench)
    one.stop(REQUEST)
    assert "So it is</div>" in list(one.write("mine", None, "en", None, "Why?", "", "greedy", 0.7, REQUEST))[-2][0]


def test_a_model_of_running_text_becomes_a_base_and_leads_to_the_data() -> None:
    note, base, step = trying(Bench()).adopt("mine", None, "en", REQUEST)
    assert "now stands among the base models" in note
    assert base == CATALOGUE[0].id
    assert "<img" not in note
    assert step.selected == "data"


def test_a_model_that_cannot_be_taken_says_why() -> None:
    assert 'role="alert"' in trying(Bench()).adopt("theirs", None, "en", REQUEST)[0]


@pytest.mark.parametrize(
    ("task", "form"),
    [
        ("text-classification", "texts"), ("text-pair-classification", "pair"), ("token-classification", "texts"),
        ("generation", "chat"), ("language-modeling", "gap"),
    ],
)  # fmt: skip
def test_the_form_fits_the_task(task: TaskName, form: str) -> None:
    assert form_of(comparison(task), CATALOGUE[0].id) == form


@pytest.mark.parametrize("model", ["HuggingFaceTB/SmolLM2-135M-Instruct", "scratch/bert-tiny", "run/forgotten"])
def test_a_model_that_cannot_or_could_not_read_behind_a_gap_fills_none(model: str) -> None:
    assert form_of(comparison("language-modeling"), model) == "none"
    assert form_of(comparison("text-classification"), model) == "texts"


def test_a_regression_on_pairs_asks_for_two_texts() -> None:
    seen = comparison("regression")
    assert form_of(seen, CATALOGUE[0].id) == "texts"
    assert form_of(replace(seen, fixed=tuple(replace(row, text_pair="and this") for row in seen.fixed)), CATALOGUE[0].id) == "pair"


def test_a_persons_text_is_escaped() -> None:
    html = answers_html([Prediction(HOSTILE, {HOSTILE: 1.0}, {HOSTILE: 1.0})], Context(comparison("text-classification"), "en"))
    assert "<img" not in html
