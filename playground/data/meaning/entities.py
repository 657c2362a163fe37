"""Entities in a list of tokens with their tags, and a text that a person can read made of the tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeAlias

from playground.data.meaning.cells import TAG

#: First token, one past the last token, and what kind of entity it is.
Entity: TypeAlias = tuple[int, int, str]

_OUTSIDE: Final = "O"
#: Marks that begin an entity and marks that end one, in the schemes BIO, BIOES, BILOU and BMES.
_BEGINS: Final = frozenset("BSU")
_ENDS: Final = frozenset("ESLU")
#: Chinese and Japanese characters, their punctuation and their wide forms, beside which nobody writes a space.
_TIGHT: Final = re.compile("[\u2018-\u201d\u2026\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_HANGUL: Final = re.compile("[\uac00-\ud7af]")
#: What follows the word before it without a space, and what the next word follows without one.
_FOLLOWS: Final = re.compile(r"[,.;:!?%)\]}…]+|['’](?:s|S|d|m|ll|re|ve)|n['’]t")
_LEADS: Final = re.compile(r"[(\[{#$€£]+")


def entities(tags: Sequence[str]) -> tuple[Entity, ...]:
    """The entities of IOB2 tags, strictly: each begins with B- and goes on with I- of its own kind.

    As seqeval's strict mode and conlleval for IOB2 count them: an I- that continues nothing of its kind is no entity.
    """
    found: list[Entity] = []
    begun: tuple[int, str] | None = None
    for place, tag in enumerate((*tags, _OUTSIDE)):
        mark, kind = _parts(tag)
        if begun and (mark != "I" or kind != begun[1]):
            found.append((begun[0], place, begun[1]))
            begun = None
        if mark == "B":
            begun = place, kind
    return tuple(found)


def iob2(tags: Sequence[str]) -> list[str]:
    """The same entities as IOB2 tags, whatever scheme they are in.

    BIOES, BILOU and BMES become B- and I-. In IOB1, and in IO without B-, an entity may begin with I-; bare names (NOUN, PER) that stand
    beside each other are one entity. IOB2 stays as it is, but for an I- that continues nothing, which begins an entity.
    """
    made: list[str] = []
    before = ""  # what an I- may go on with; "" after an entity that has ended
    for tag in tags:
        mark, kind = _parts(tag)
        made.append(f"{'I' if kind == before and mark not in _BEGINS else 'B'}-{kind}" if kind else _OUTSIDE)
        before = "" if mark in _ENDS else kind
    return made


def joined(tokens: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The tokens as a text, and the place of each in it: its first character and one past its last.

    Words have a space between them, Chinese and Japanese characters have none, and punctuation stands where people write it. Where every
    token is one character and some are Chinese, the data is split into characters and Latin letters are not set apart either.
    """
    single = all(len(token) == 1 for token in tokens) and any(_TIGHT.search(token) for token in tokens)
    text, places = "", []
    for number, token in enumerate(tokens):
        if number and not single and _spaced(tokens[number - 1], token):
            text += " "
        places.append((len(text), len(text) + len(token)))
        text += token
    return text, tuple(places)


def _parts(tag: str) -> tuple[str, str]:
    """The mark and the kind of a tag; ("", kind) for a bare name, ("", "") outside of every entity."""
    match = TAG.fullmatch(tag)
    if match:
        return match["place"], match["entity"]
    return "", "" if tag == _OUTSIDE else tag


def _spaced(before: str, token: str) -> bool:
    """Whether people write a space between these two."""
    if not before or not token or _FOLLOWS.fullmatch(token) or _LEADS.fullmatch(before):
        return False
    if _HANGUL.fullmatch(before) and _HANGUL.fullmatch(token):  # split into syllables, for Korean words do have spaces
        return False
    return not (_TIGHT.fullmatch(before[-1]) or _TIGHT.fullmatch(token[0]))
