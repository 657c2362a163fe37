"""Tokens and their tags: lengths that differ, entities that go on without having begun, tags that are none, rows that never end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from playground.data.findings.common import Examples, about_rows, drop_rows, named, where
from playground.data.meaning.cells import list_cell, listed
from playground.data.types import Finding, Fix, Step

#: Tokens a row has at most where somebody marked the ends of sentences.
_LONGEST_ROW: Final = 400
#: Steps of a fix that rewrites tags; rows whose tags become the same share one.
_MOST_REPAIRS: Final = 1000
_TAG: Final = re.compile(r"O|[BIESLUM][-_]\S+")


def check_tags(examples: Examples) -> Iterator[Finding]:
    """For token classification only."""
    if examples.task != "token-classification":
        return
    rows = examples.rows
    tokens = [listed(cell) or [] for cell in rows["text"]]
    tags = [listed(cell) or [] for cell in rows["label"]]
    both = [len(words) > 0 and len(marks) > 0 for words, marks in zip(tokens, tags, strict=True)]
    differ = [there and len(words) != len(marks) for there, words, marks in zip(both, tokens, tags, strict=True)]
    uneven = where(rows, np.array(differ, dtype=bool))
    yield from about_rows("tag_lengths", "warning", uneven, drop_rows(uneven))
    endless = where(rows, np.array([len(words) > _LONGEST_ROW for words in tokens], dtype=bool))
    yield from about_rows("no_sentence_breaks", "warning", endless, tokens=max(map(len, tokens), default=0), limit=_LONGEST_ROW)
    counts = Counter(tag for marks in tags for tag in marks)
    if counts and set(counts) == {"O"}:
        yield Finding("all_outside", "error")
        return
    if counts and all(tag.isdecimal() for tag in counts):
        yield Finding("tags_without_names", "info", {"tags": named(sorted(counts, key=int))})
    yield from _odd(examples, tags, counts)
    yield from _not_begun(examples)


def _odd(examples: Examples, tags: Sequence[Sequence[str]], counts: Counter[str]) -> Iterator[Finding]:
    """Tags of another kind among BIO tags; where all are of another kind (nouns, verbs ...) they are what is meant."""
    odd = {tag for tag in counts if not _TAG.fullmatch(tag)}
    begun = sum(count for tag, count in counts.items() if tag not in odd and tag != "O")
    if odd and begun > sum(counts[tag] for tag in odd):
        rows = where(examples.rows, np.array([bool(odd & set(marks)) for marks in tags], dtype=bool))
        yield from about_rows("odd_tags", "warning", rows, drop_rows(rows), tags=named(tag or "“”" for tag in sorted(odd)))


def _not_begun(examples: Examples) -> Iterator[Finding]:
    given = [listed(cell) or [] for cell in examples.usable["label"]]
    repaired = {place: mended for place, marks in enumerate(given) if (mended := begin(marks)) != list(marks)}
    if not repaired:
        return
    rows = examples.usable.index[list(repaired)]
    alike: dict[str, list[int]] = {}
    for row, mended in zip(rows, repaired.values(), strict=True):
        alike.setdefault(list_cell(mended), []).append(int(row))
    steps = tuple(Step("set_label", tuple(places), {"to": tags}) for tags, places in alike.items())
    repair = Fix("repair_tags", steps, {"count": len(rows)}) if len(steps) <= _MOST_REPAIRS else None
    yield from about_rows("inside_without_begin", "warning", rows, repair, drop_rows(rows))


def begin(tags: Sequence[str]) -> list[str]:
    """The tags with B- wherever an entity goes on that has not begun; E-, S- and other schemes' marks stay as they are."""
    mended: list[str] = []
    before = "O"
    for tag in tags:
        goes_on = tag[:2] in ("I-", "I_")
        fits = before[:1] in ("B", "I", "M") and before[2:] == tag[2:]
        mended.append(f"B{tag[1:]}" if goes_on and not fits else tag)
        before = tag
    return mended
