"""Labelled texts with something wrong in them, each with the finding that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from tests.corpus.case import Case, Expect, finds, refused
from tests.corpus.texts import labels, pairs, table

ENGLISH: Final = pairs("en")


def cases() -> Iterator[Case]:
    """Missing, doubled, contradicting, lopsided, private, too long, in other languages."""
    yield from _missing()
    yield from _labels()
    yield from _copies()
    yield from _texts()


def _csv(id: str, rows: Iterable[Any], expect: Expect, header: tuple[str, ...] = ("text", "label")) -> Case:
    return Case(id, "data.csv", table(list(rows), header).encode(), expect)


def _missing() -> Iterator[Case]:
    gone = [("" if place % 10 == 0 else text, "" if place % 10 == 5 else label) for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("empty texts and labels", gone, finds("empty_text", "empty_label", rows=40, usable=32, labels=labels("en")))
    blank = [("  \t" if place % 10 == 0 else text, label) for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("texts of blanks", blank, finds("empty_text", usable=36))
    yield _csv("every label missing", [(text, "") for text, _ in ENGLISH], refused("no_label_column|no_usable_rows"))
    yield _csv("four rows", ENGLISH[:4], refused("too_few_rows|labels_too_rare"))


def _labels() -> Iterator[Case]:
    yield _csv("one label only", [(text, "praise") for text, _ in ENGLISH], refused("one_label"))
    single = [*ENGLISH, ("What time do you open", "question"), ("I would like a job here", "other")]
    yield _csv("labels with a single row", single, finds("single_labels|rare_labels", rows=42))
    few = [*ENGLISH, *((f"What time do you open on {day}", "question") for day in ("Monday", "Sunday", "May Day"))]
    yield _csv("a rare label", few, finds("rare_labels", rows=43))
    lopsided = [(f"{text} in order {place}", "praise") for place in range(6) for text, label in ENGLISH if label == "praise"]
    yield _csv("nine tenths are one label", [*lopsided, *ENGLISH[1:24:2]], finds("imbalance"))
    for name, odd in {"case": "Praise", "space": "praise ", "a zero-width space": "pra\u200bise", "full width": "ｐｒａｉｓｅ"}.items():
        rows = [(text, odd if label == "praise" and place % 4 == 0 else label) for place, (text, label) in enumerate(ENGLISH)]
        # Blanks around a label are no part of it.
        yield _csv(f"labels that differ by {name}", rows, finds(*(() if name == "space" else ("label_variants",)), rows=40))
    accents = [
        (text, "cafe\u0301" if place % 4 == 0 else "caf\u00e9" if place % 2 == 0 else "bar") for place, (text, _) in enumerate(ENGLISH)
    ]
    yield _csv("labels that differ by Unicode form", accents, finds("label_variants", rows=40))
    many = [(f"{text} again {copy}", f"intent {place:02}") for copy in range(3) for place, (text, _) in enumerate(ENGLISH)]
    yield _csv("forty labels with three rows each", many, finds("rare_labels|many_labels", rows=120))
    digits = [(text, int(label == "praise")) for text, label in ENGLISH]
    yield _csv("labels 0 and 1", digits, finds(labels=frozenset("01"), rows=40))


def _copies() -> Iterator[Case]:
    yield _csv("texts that occur twice", [*ENGLISH, *ENGLISH[:6]], finds("duplicate_texts", rows=46))
    other = {"praise": "complaint", "complaint": "praise"}
    yield _csv(
        "texts with two labels", [*ENGLISH, *((text, other[label]) for text, label in ENGLISH[:4])], finds("conflicting_labels", rows=44)
    )
    wide = "a longer message about an order that came late, was damaged, and that I would now like to send back to the shop number"
    near = [(f"{wide} {place}", label) for place, (_, label) in enumerate(ENGLISH[:8])]
    yield _csv("texts that are nearly the same", [*ENGLISH, *near], finds("near_duplicates|conflicting_labels", rows=48))


def _texts() -> Iterator[Case]:
    long = [(" ".join([text] * (120 if place % 10 == 0 else 1)), label) for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("texts longer than a model reads", long, finds("long_text", rows=40))
    private = [
        (f"{text}, write to anna.smith{place}@mail-example.com" if place % 4 == 0 else text, label)
        for place, (text, label) in enumerate(ENGLISH)
    ]
    yield _csv("e-mail addresses in texts", private, finds("personal_data", rows=40))
    cards = [(f"{text}, my card is 4111 1111 1111 1111" if place % 4 == 0 else text, label) for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("card numbers in texts", cards, finds("personal_data", rows=40))
    phones = [(f"{text}，电话 13812345678" if place % 4 == 0 else text, label) for place, (text, label) in enumerate(pairs("zh"))]
    yield _csv("phone numbers in Chinese texts", phones, finds("personal_data", rows=40))
    longer = [(f"{text}, and now I would like to know what can be done", label) for text, label in ENGLISH]
    both = [*longer, *((text, {"好评": "praise", "差评": "complaint"}[label]) for text, label in pairs("zh"))]
    yield _csv("English and Chinese texts", both, finds("languages_mixed", rows=80))
    odd = [(f"{text[:5]}\u200b{text[5:]}\u202e" if place % 5 == 0 else text, label) for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("invisible characters in texts", odd, finds("odd_characters", rows=40))
    chat = [(f"<|im_start|>{text}" if place % 5 == 0 else text, label) for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("control tokens in texts", chat, finds("control_tokens", rows=40))
