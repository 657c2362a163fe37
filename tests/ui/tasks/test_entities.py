"""Entities in a text: marked where they are, with what differs from the other answer and from what was expected."""

from __future__ import annotations

import json
import re

import pytest

from playground.compare import ComparedRow
from playground.runs.types import FoundEntity, Prediction
from playground.ui.tasks.entities import answer_html, detail_html, held_out_html
from tests.ui.tasks.seen import HOSTILE, comparison, context, plain

NAMES = context("token-classification")


def found(text: str, *entities: tuple[str, str]) -> tuple[FoundEntity, ...]:
    return tuple(FoundEntity(text.index(part), text.index(part) + len(part), kind, part) for part, kind in entities)


def row(tokens: list[str], expected: str, base: str, tuned: str) -> ComparedRow:
    return ComparedRow(*(json.dumps(cell) for cell in (tokens, expected.split(), base.split(), tuned.split())))


def marks(html: str) -> list[tuple[str, str]]:
    return [(kind, plain(inside)) for kind, inside in re.findall(r'<mark class="entity (\w+)"[^>]*>(.*?)</mark>', html)]


def test_base_stands_above_fine_tuned_and_what_differs_is_marked() -> None:
    text = "Anna works at Siemens in Bonn."
    html = answer_html(
        Prediction(text, found(text, ("Anna", "PER"), ("Bonn", "ORG")), found(text, ("Anna", "PER"), ("Siemens", "ORG"))), NAMES
    )
    assert html.index('class="side base"') < html.index('class="side tuned"')
    assert marks(html) == [("same", "Anna PER"), ("gone", "− Bonn ORG"), ("same", "Anna PER"), ("new", "+ Siemens ORG")]
    assert "Only fine-tuned: Siemens (ORG). Only base: Bonn (ORG)." in html


def test_the_same_place_with_another_kind_is_a_difference() -> None:
    text = "Anna"
    html = answer_html(Prediction(text, found(text, ("Anna", "ORG")), found(text, ("Anna", "PER"))), NAMES)
    assert marks(html) == [("gone", "− Anna ORG"), ("new", "+ Anna PER")]


@pytest.mark.parametrize(("entities", "said"), [((), "Neither finds an entity."), ((("Anna", "PER"),), "Both find the same entity.")])
def test_no_difference_is_said_too(entities: tuple[tuple[str, str], ...], said: str) -> None:
    answer = found("Anna", *entities)
    assert said in answer_html(Prediction("Anna", answer, answer), NAMES)


def test_no_character_of_the_text_is_lost_or_doubled() -> None:
    text = "张伟在北京大学见了李娜。"
    answer = found(text, ("张伟", "人名"), ("北京大学", "机构"), ("北京", "地点"))
    html = answer_html(Prediction(text, answer, answer), context("token-classification", "zh"))
    shown = [re.sub(r"<small>.*?</small>|<[^>]+>", "", line) for line in re.findall(r'<p class="entities">(.*?)</p>', html)]
    assert shown == [text, text]


def test_entities_outside_of_the_text_are_left_out() -> None:
    answer = (FoundEntity(2, 99, "PER", "?"), FoundEntity(-1, 2, "PER", "?"), FoundEntity(1, 1, "PER", ""))
    assert marks(answer_html(Prediction("Anna", answer, ()), NAMES)) == []


def test_a_row_stacks_expected_base_and_fine_tuned_with_right_wrong_and_missed() -> None:
    html = held_out_html(row(["Anna", "visits", "New", "Delhi"], "B-PER O B-LOC I-LOC", "B-ORG O O O", "B-PER O B-LOC I-LOC"), NAMES)
    assert re.findall(r'<dt class="(\w+)"', html) == ["expected", "base", "tuned"]
    assert marks(html) == [
        ("same", "Anna PER"), ("same", "New Delhi LOC"),
        ("wrong", "✕ Anna ORG"), ("missed", "○ New Delhi LOC"),
        ("right", "✓ Anna PER"), ("right", "✓ New Delhi LOC"),
    ]  # fmt: skip


def test_an_entity_found_in_part_is_wrong_and_not_missed_as_well() -> None:
    html = held_out_html(row(["New", "Delhi"], "B-LOC I-LOC", "B-LOC O", "O O"), NAMES)
    assert marks(html)[1:] == [("wrong", "✕ New LOC"), ("missed", "○ New Delhi LOC")]


def test_chinese_has_no_spaces_between_its_characters() -> None:
    html = held_out_html(row(list("王芳在深圳"), "B-人名 I-人名 O B-地点 I-地点", "O O O O O", "O O O O O"), NAMES)
    assert "在" in html
    assert marks(html)[0] == ("same", "王芳 人名")


def test_other_schemes_of_expected_tags_are_read_as_they_are_scored() -> None:
    html = held_out_html(row(["Bonn"], "S-LOC", "B-LOC", "I-LOC"), NAMES)
    assert marks(html) == [("same", "Bonn LOC"), ("right", "✓ Bonn LOC"), ("missed", "○ Bonn LOC")]


def test_each_kind_of_entity_has_its_score() -> None:
    seen = comparison("token-classification")
    html = detail_html(seen, "en")
    for kind in ("PER", "ORG", "LOC", "DATE"):
        assert f'<th scope="row" title="{kind}">' in html
    assert "Kind by kind" in html


def test_texts_and_kinds_are_escaped() -> None:
    answer = (FoundEntity(0, len(HOSTILE), HOSTILE, HOSTILE),)
    assert "<img" not in answer_html(Prediction(HOSTILE, answer, ()), NAMES)
    assert "<img" not in held_out_html(row([HOSTILE], f"B-{HOSTILE.replace(' ', '')}", "O", "O"), NAMES)
