"""Taggers without a neural network."""

from __future__ import annotations

import json

from playground.references.tagger import linear_tagger, majority_tag
from playground.tasks import get_task

PEOPLE, PLACES = ("Anna", "Berta", "Carla", "Dora"), ("Bonn", "Delhi", "Lima", "Oslo")
SENTENCES = [([who, "waits", "in", where, "."], ["B-PER", "O", "O", "B-LOC", "O"]) for who in PEOPLE for where in PLACES]


def cells(rows: list[tuple[list[str], list[str]]]) -> tuple[list[str], list[str]]:
    return [json.dumps(words) for words, _ in rows], [json.dumps(tags) for _, tags in rows]


def test_majority_gives_every_word_the_most_frequent_tag() -> None:
    assert majority_tag(['["O", "O", "B-PER"]'], ['["a", "b"]']) == [json.dumps(["O", "O"])]


def test_names_never_seen_are_known_by_what_stands_beside_them() -> None:
    words, tags = cells(SENTENCES)
    new = cells([(["Emilia", "waits", "in", "Quito", "."], ["B-PER", "O", "O", "B-LOC", "O"])])
    assert get_task("token-classification").score(new[1], linear_tagger(words, tags, new[0])).values["entity_f1"] == 1.0


def test_characters_are_words_where_nothing_separates_them() -> None:
    rows = [
        (list(f"{who}在{where}等"), ["B-人", "I-人", "O", "B-地", "I-地", "O"]) for who in ("王芳", "李娜") for where in ("上海", "北京")
    ]
    words, tags = cells(rows)
    assert linear_tagger(words, tags, words) == [json.dumps(row, ensure_ascii=False) for _, row in rows]


def test_an_answer_always_begins_its_entities() -> None:
    words, tags = cells([(["New", "York", "is", "big"], ["B-LOC", "I-LOC", "O", "O"])] * 3)
    ((first, *_),) = [json.loads(cell) for cell in linear_tagger(words, tags, ['["York"]'])]
    assert first in ("B-LOC", "O")


def test_where_nothing_is_to_be_told_apart_the_tag_is_the_only_one() -> None:
    assert linear_tagger(['["a", "b"]'], ['["O", "O"]'], ['["c"]', "[]"]) == ['["O"]', "[]"]


def test_a_row_without_words_gets_no_tags() -> None:
    words, tags = cells(SENTENCES)
    assert linear_tagger(words, tags, ["[]", words[0]])[0] == "[]"
    assert linear_tagger(words, tags, ["[]"]) == ["[]"]
