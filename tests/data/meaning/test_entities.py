"""Entities of tags, and tokens joined to a readable text."""

from __future__ import annotations

import random

import pytest
from seqeval.scheme import IOB2, Entities

from playground.data.meaning.entities import entities, iob2, joined


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("B-PER I-PER O B-LOC", ((0, 2, "PER"), (3, 4, "LOC"))),
        ("B-PER B-PER", ((0, 1, "PER"), (1, 2, "PER"))),
        ("B-PER I-LOC", ((0, 1, "PER"),)),
        ("I-PER O O", ()),
        ("B-LOC I-PER I-PER B-PER", ((0, 1, "LOC"), (3, 4, "PER"))),
        ("B-DATE-OF-BIRTH I-DATE-OF-BIRTH", ((0, 2, "DATE-OF-BIRTH"),)),
        ("O O", ()),
        ("", ()),
    ],
)
def test_entities_begin_with_b_and_go_on_with_their_own_kind(tags: str, found: tuple[tuple[int, int, str], ...]) -> None:
    assert entities(tags.split()) == found


@pytest.mark.parametrize("seed", range(20))
def test_entities_are_those_of_seqeval(seed: int) -> None:
    tags = random.Random(seed).choices(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"], k=40)
    theirs = Entities([tags], IOB2).entities[0]
    assert entities(tags) == tuple((one.start, one.end, one.tag) for one in theirs)


@pytest.mark.parametrize(
    ("tags", "same"),
    [
        ("B-PER I-PER O", "B-PER I-PER O"),
        ("S-PER B-ORG I-ORG E-ORG", "B-PER B-ORG I-ORG I-ORG"),
        ("B-PER E-PER I-PER", "B-PER I-PER B-PER"),
        ("U-LOC B-LOC L-LOC", "B-LOC B-LOC I-LOC"),
        ("B-LOC M-LOC E-LOC", "B-LOC I-LOC I-LOC"),
        ("I-PER I-PER B-PER O I-LOC", "B-PER I-PER B-PER O B-LOC"),
        ("NOUN NOUN VERB", "B-NOUN I-NOUN B-VERB"),
    ],
)
def test_other_schemes_say_the_same_in_iob2(tags: str, same: str) -> None:
    assert iob2(tags.split()) == same.split()


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["Angela", "Merkel", "'s", "trip", "(", "2004", ")", "was", "long", "."], "Angela Merkel's trip (2004) was long."),
        (list("我在北京。"), "我在北京。"),
        (list("用iPhone的人"), "用iPhone的人"),
        (["他", "说", "hello", "world", "，", "再见"], "他说hello world，再见"),
        (list("안녕"), "안녕"),
        (["a", "b"], "a b"),
        ([], ""),
    ],
)
def test_tokens_are_joined_as_people_write(tokens: list[str], text: str) -> None:
    assert joined(tokens)[0] == text


def test_every_token_is_at_its_place() -> None:
    tokens = ["Anna", "lives", "in", "北", "京", ",", "not", "Rome", "."]
    text, places = joined(tokens)
    assert [text[start:end] for start, end in places] == tokens
