"""One cell of the examples as HTML."""

from __future__ import annotations

import json
import re

import pytest

from playground.ui.data_cells import MOST_CHARACTERS, cell_html
from playground.words import Language


def tagged(tokens: str, tags: str, kinds: tuple[str, ...] = ("PER", "LOC")) -> str:
    values = {"text": json.dumps(tokens.split()), "label": json.dumps(tags.split())}
    return cell_html("token-classification", "text", values, kinds, "en")


def visible(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_entities_are_marked_with_their_kind() -> None:
    html = tagged("Anna Li lives in Rome .", "B-PER I-PER O O B-LOC O")
    assert re.findall(r"<mark[^>]*>([^<]+)<small>(\w+)</small></mark>", html) == [("Anna Li", "PER"), ("Rome", "LOC")]
    assert re.sub(r"<small>.*?</small>", "", html).endswith("</mark>.")


def test_each_kind_has_its_colour_and_the_tenth_shares_one() -> None:
    kinds = tuple(f"K{number}" for number in range(12))
    html = tagged(" ".join("abcdefghijkl"), " ".join(f"B-{kind}" for kind in kinds), kinds)
    colours = re.findall(r"--pg-dot-(\d)", html)
    assert colours == [*"012345678", "9", "9", "9"]


def test_a_long_text_is_cut_between_tokens_and_never_inside_an_entity() -> None:
    words = MOST_CHARACTERS // 5
    html = tagged(" ".join(["word"] * (words + 20)), " ".join(["O"] * (words - 1) + ["B-PER"] + ["I-PER"] * 20))
    assert visible(html).endswith("word…")
    assert "<mark" not in html


def test_tokens_and_tags_of_different_number_are_text_without_marks() -> None:
    assert tagged("a b c", "B-PER") == "a b c"


def test_what_is_no_list_of_tokens_is_shown_as_it_is() -> None:
    assert cell_html("token-classification", "text", {"text": "", "label": ""}, (), "en") == ""


@pytest.mark.parametrize(("language", "roles"), [("en", ["system", "user", "assistant"]), ("zh", ["系统", "用户", "助手"])])
def test_each_turn_says_who_speaks(language: Language, roles: list[str]) -> None:
    turns = [{"role": role, "content": f"says {role}"} for role in ("system", "user", "assistant")]
    html = cell_html("generation", "text", {"text": json.dumps(turns)}, (), language)
    assert re.findall(r"<b>([^<]+)</b>", html) == roles


def test_of_a_long_conversation_the_beginning_and_the_end_are_shown() -> None:
    turns = [{"role": ("user", "assistant")[number % 2], "content": f"turn {number}"} for number in range(9)]
    html = cell_html("generation", "text", {"text": json.dumps(turns)}, (), "en")
    assert "5 more turns" in html
    assert visible(html).startswith("user turn 0")
    assert visible(html).endswith("user turn 8")


def test_a_question_alone_needs_no_name_and_lines_of_an_answer_stay_lines() -> None:
    values = {"text": json.dumps([{"role": "user", "content": "Where is it?"}]), "label": "Here.\n\nAnd there."}
    assert cell_html("generation", "text", values, (), "en") == "Where is it?"
    assert re.findall(r">([^<]+)</span>", cell_html("generation", "label", values, (), "en")) == ["Here.", "And there."]


def test_several_labels_stand_apart() -> None:
    html = cell_html("multi-label-classification", "label", {"label": '["a", "b c"]'}, (), "en")
    assert re.findall(r">([^<]+)</span>", html) == ["a", "b c"]


@pytest.mark.parametrize("task", ["token-classification", "generation", "multi-label-classification"])
def test_a_cell_is_never_markup(task: str) -> None:
    bad = "<img src=x onerror=alert(1)>"
    turns = json.dumps([{"role": bad, "content": bad}])
    values = {"text": turns if task == "generation" else json.dumps([bad]), "label": json.dumps([bad if "multi" in task else f"B-{bad}"])}
    shown = "".join(cell_html(task, part, values, (bad,), "en") for part in values)  # type: ignore[arg-type]
    assert "&lt;img" in shown
    assert "<img" not in shown
