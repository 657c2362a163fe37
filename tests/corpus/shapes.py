"""What rows can be for: labels, pairs, several labels, numbers, tags and spans, chats."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tests.corpus.case import Case, Expect, finds, refused
from tests.corpus.texts import labels, pairs, table

ENGLISH: Final = pairs("en")
_SENTENCES: Final = [
    (("Anna", "B-PER"), ("Smith", "I-PER"), ("flew", "O"), ("to", "O"), (city, "B-LOC"), ("on", "O"), (day, "O"), (".", "O"))
    for city in ("Paris", "Tokyo", "Lima", "Oslo", "Cairo")
    for day in ("Monday", "Tuesday", "Friday")
]


def cases() -> Iterator[Case]:
    """Tables whose columns tell what they are for."""
    yield from _columns()
    yield from _pairs_and_lists()
    yield from _numbers()
    yield from _tags()
    yield from _spans()
    yield from _chats()


def _csv(id: str, rows: Iterable[Any], header: tuple[str, ...], expect: Expect, *arguments: str) -> Case:
    return Case(id, "data.csv", table(list(rows), header).encode(), expect, arguments)


def _jsonl(id: str, records: Iterable[Mapping[str, Any]], expect: Expect) -> Case:
    return Case(id, "data.jsonl", "\n".join(json.dumps(record, ensure_ascii=False) for record in records).encode(), expect)


def _columns() -> Iterator[Case]:
    wide = [(place, f"2024-01-{place % 28 + 1:02}", text, label, place * 1.5) for place, (text, label) in enumerate(ENGLISH)]
    expect = finds(text="message", label="intent", labels=labels("en"), rows=40, task="text-classification")
    yield _csv("a wide table", wide, ("id", "date", "message", "intent", "score"), expect)
    swapped = [(text, label) for text, label in ENGLISH]
    yield _csv(
        "names that are swapped", swapped, ("label", "text"), finds("names_swapped", text="label", label="text", labels=labels("en"))
    )
    unique = [(text, f"ID-{place:05}") for place, (text, _) in enumerate(ENGLISH)]
    yield _csv(
        "a label column of identifiers", unique, ("text", "label"), refused("label_column_is_id|labels_do_not_repeat|no_label_column")
    )
    yield _csv("numbers only", [(place, place * 2.5) for place in range(40)], ("a", "b"), refused("numbers_only|no_text_column"))
    two = [(text, label, "en" if place % 3 else "de") for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("two columns that could be labels", two, ("text", "label", "language"), finds("other_label_columns", label="label"))
    yield _csv(
        "another label column chosen by hand",
        two,
        ("text", "label", "language"),
        finds(labels=frozenset({"en", "de"})),
        "--label",
        "language",
    )
    yield _csv("a column chosen that is not there", two, ("text", "label", "language"), refused("column_missing"), "--text", "nowhere")
    split = [(text, label, "test" if place % 4 == 0 else "train") for place, (text, label) in enumerate(ENGLISH)]
    yield _csv("a column that names the split", split, ("text", "label", "split"), finds("split_column", label="label", rows=40))


def _pairs_and_lists() -> Iterator[Case]:
    judged = [(text, ENGLISH[(place + 2) % 40][0], "entailment" if place % 2 else "neutral") for place, (text, _) in enumerate(ENGLISH)]
    pair = finds(task="text-pair-classification", text="premise", label="label", rows=40)
    yield _csv("pairs: premise and hypothesis", judged, ("premise", "hypothesis", "label"), pair)
    yield _csv("pairs: sentence1 and sentence2", judged, ("sentence1", "sentence2", "label"), finds(task="text-pair-classification"))
    topics = ("price", "quality", "delivery")
    several = [(text, [topics[place % 3], topics[(place // 3) % 3]][: place % 2 + 1]) for place, (text, _) in enumerate(ENGLISH)]
    many = finds(task="multi-label-classification", text="text", label="labels", rows=40, labels=frozenset(topics))
    yield _jsonl("several labels: lists in JSON", ({"text": text, "labels": sorted(set(some))} for text, some in several), many)
    for mark in (";", "|", ","):
        yield _csv(
            f"several labels with {mark}", ((text, mark.join(sorted(set(some)))) for text, some in several), ("text", "labels"), many
        )
    yield _csv(
        "several labels: lists as Python spells them", ((text, str(sorted(set(some)))) for text, some in several), ("text", "labels"), many
    )
    evil = [(text, "[__import__('os').system('echo pwned')]" if place % 2 else "['a', 'b']") for place, (text, _) in enumerate(ENGLISH)]
    yield _csv("lists that are programs are only text", evil, ("text", "labels"), finds(rows=40))


def _numbers() -> Iterator[Case]:
    scores = [(text, f"{1 + place * 0.1:.2f}") for place, (text, _) in enumerate(ENGLISH)]
    yield _csv("a number as target", scores, ("text", "score"), finds(task="regression", text="text", label="score", rows=40))
    commas = [(text, f"{1 + place * 0.1:.2f}".replace(".", ",")) for place, (text, _) in enumerate(ENGLISH)]
    yield _csv("numbers with a decimal comma", commas, ("text", "score"), finds(task="regression", rows=40))
    stars = [(text, place % 5 + 1) for place, (text, _) in enumerate(ENGLISH)]
    yield _csv("stars: classes or a target", stars, ("text", "stars"), finds("numbers_as_classes|numbers_as_target", rows=40))
    yield _csv("stars as a target by hand", stars, ("text", "stars"), finds(task="regression"), "--task", "regression")
    same = [(text, "3.5") for text, _ in ENGLISH]
    yield _csv("one value as target", same, ("text", "score"), refused("one_value|one_label"), "--task", "regression")


def _conll(sentences: Iterable[Iterable[tuple[str, ...]]], between: str = "\n", separator: str = " ") -> str:
    return between.join("".join(separator.join(word) + "\n" for word in sentence) for sentence in sentences)


def _tags() -> Iterator[Case]:
    tagged = finds(format="conll", task="token-classification", rows=15)
    yield Case("CoNLL with two columns", "train.conll", _conll(_SENTENCES).encode(), tagged)
    yield Case("CoNLL with tabs called .txt", "train.txt", _conll(_SENTENCES, separator="\t").encode(), tagged)
    four = [[(word, "X", "X", tag) for word, tag in sentence] for sentence in _SENTENCES]
    yield Case("CoNLL-2003 with four columns", "train.conll", ("-DOCSTART- -X- -X- O\n\n" + _conll(four)).encode(), tagged)
    five = [[(str(place), word, "X", "X", tag) for place, (word, tag) in enumerate(sentence, 1)] for sentence in _SENTENCES]
    yield Case("CoNLL with five columns", "train.conll", _conll(five, separator="\t").encode(), tagged)
    tags = ("B-PER", "I-PER", "O", "O", "B-LOC", "I-LOC")
    chinese = [list(zip(f"王{name}去了北京", tags, strict=True)) for name in "一二三四五六七八九十百千"]
    yield Case("Chinese characters with tags", "train.bio", _conll(chinese).encode(), finds(task="token-classification", rows=12))
    words = [{"tokens": [word for word, _ in sentence], "ner_tags": [tag for _, tag in sentence]} for sentence in _SENTENCES]
    yield _jsonl("tokens and tags as lists", words, finds(task="token-classification", text="tokens", label="ner_tags", rows=15))
    short = [{**record, "ner_tags": record["ner_tags"][: 8 - place % 5 // 4]} for place, record in enumerate(words)]
    yield _jsonl("a tag missing here and there", short, finds("tag_lengths", task="token-classification"))
    outside = [[(word, "O") for word, _ in sentence] for sentence in _SENTENCES]
    yield Case("nothing but O", "train.conll", _conll(outside).encode(), refused("all_outside"))
    inside = [[(word, tag.replace("B-LOC", "I-LOC")) for word, tag in sentence] for sentence in _SENTENCES]
    yield Case("I- without B-", "train.conll", _conll(inside).encode(), finds("inside_without_begin", rows=15))
    endless = _conll(_SENTENCES * 4, between="")
    yield Case("no breaks between sentences", "train.conll", endless.encode(), finds("conll_sentences_guessed|no_sentence_breaks"))
    odd = [
        [(word, "PERSON" if tag == "B-PER" and place % 3 == 0 else tag) for word, tag in sentence]
        for place, sentence in enumerate(_SENTENCES)
    ]
    records = [{"tokens": [word for word, _ in sentence], "tags": [tag for _, tag in sentence]} for sentence in odd]
    yield _jsonl("tags of no known kind", records, finds("odd_tags", task="token-classification"))


def _spans() -> Iterator[Case]:
    texts = [" ".join(word for word, _ in sentence) for sentence in _SENTENCES]
    right = [{"text": text, "entities": [{"start": 0, "end": 10, "label": "PER"}]} for text in texts]
    yield _jsonl("entity spans", right, finds(task="token-classification", text="text", label="entities", rows=15))
    lists = [{"text": text, "entities": [[0, 10, "PER"]]} for text in texts]
    yield _jsonl("entity spans as doccano writes them", lists, finds(task="token-classification", rows=15))
    beyond = [{"text": text, "entities": [[0, 10 if place % 5 else 900, "PER"]]} for place, text in enumerate(texts)]
    yield _jsonl("spans beyond the text", beyond, finds("span_out_of_range", task="token-classification"))
    crossing = [
        {"text": text, "entities": [[0, 10, "PER"], *([[5, 14, "LOC"]] if place % 5 == 0 else [])]} for place, text in enumerate(texts)
    ]
    yield _jsonl("spans that overlap", crossing, finds("spans_overlap", task="token-classification"))


def _chats() -> Iterator[Case]:
    lessons = [(f"How do I look after a {text.split()[-1]} number {place}?", f"{text}, and that is all there is to it.")
               for place, (text, _) in enumerate(ENGLISH)]  # fmt: skip
    chat = finds(task="generation", rows=40)
    shapes: dict[str, list[dict[str, Any]]] = {
        "alpaca": [{"instruction": asked, "input": "", "output": told} for asked, told in lessons],
        "messages": [{"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": told}]} for asked, told in lessons],
        "sharegpt": [{"conversations": [{"from": "human", "value": asked}, {"from": "gpt", "value": told}]} for asked, told in lessons],
        "prompt and completion": [{"prompt": asked, "completion": told} for asked, told in lessons],
        "question and answer": [{"question": asked, "answer": told} for asked, told in lessons],
    }
    for name, records in shapes.items():
        yield _jsonl(f"chat: {name}", records, chat)
    yield _csv("chat: instruction and output in a CSV", lessons, ("instruction", "output"), chat)
    empty = [{**record, "output": "" if place % 8 == 0 else record["output"]} for place, record in enumerate(shapes["alpaca"])]
    yield _jsonl("chat: empty answers", empty, finds("empty_answers|empty_label", task="generation"))
    roles = [{"messages": [{"role": "wizard" if place % 8 == 0 else "user", "content": asked}, {"role": "assistant", "content": told}]}
             for place, (asked, told) in enumerate(lessons)]  # fmt: skip
    yield _jsonl("chat: roles nobody knows", roles, finds("bad_roles", task="generation"))
    tokens = [
        {"prompt": asked, "completion": f"{told}<|im_end|>" if place % 8 == 0 else told} for place, (asked, told) in enumerate(lessons)
    ]
    yield _jsonl("chat: control tokens inside", tokens, finds("control_tokens", task="generation"))
