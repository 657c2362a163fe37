"""More training texts out of the ones there are: small slips of hand that leave the meaning alone, and balance between labels.

Pure and seeded: the same texts and seed give the same variations. For the training split only; nobody may be tested on made-up text.
Chinese, Japanese and the like are varied character by character, since their words have no spaces between them. No synonyms and no
look-alike characters: whatever comes out is made of what the person wrote.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

Augmentation = Literal["word-dropout", "word-swap", "character-noise"]
AUGMENTATIONS: Final[tuple[Augmentation, ...]] = ("word-dropout", "word-swap", "character-noise")
#: Share of the words of a text that is changed, at least one.
CHANGED_SHARE: Final = 0.1
#: Oversampling repeats a row at most this often (training does the same): beyond that a label is learned by heart.
MOST_REPEATS: Final = 10
#: A text with fewer words than this may lose what it is about, and is left as it is.
_FEWEST_WORDS: Final = 4
_SHORTEST_NOISY: Final = 4
_CJK: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PUNCTUATION: Final = "\\s!-&(-/:-@\\[-`{-~¡-¿\u2010-\u2018\u201a-\u206f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
#: Addresses and masked places stay whole, then space, one character of Chinese or Japanese, a word, anything else.
_PIECE: Final = re.compile(rf"\w+://\S+|[^\s{_CJK}]+@[^\s{_CJK}]+|\[\w+\]|\s+|[{_CJK}]|[^{_PUNCTUATION}{_CJK}]+|.", re.DOTALL)
_ONE_CJK: Final = re.compile(f"[{_CJK}]")
#: Without these a text may say the opposite; they stay where they are.
_NEGATIONS: Final = frozenset(
    [
        "no",
        "not",
        "never",
        "none",
        "nothing",
        "nobody",
        "nowhere",
        "neither",
        "nor",
        "without",
        "hardly",
        "cannot",
        *"不没沒无無非未别別勿莫",
    ]
)

Piece = str
Generator = np.random.Generator


@dataclass(frozen=True, slots=True)
class Extra:
    """One training example more."""

    #: Place of the example it was made of.
    row: int
    text: str


def vary(text: str, kind: Augmentation, seed: int, copy: int = 0) -> str:
    """The text with a tenth of its words dropped, swapped or misspelled; as it is if it is too short for that.

    Numbers, addresses, masked places, negations and punctuation stay.

    :param copy: another number gives another variation of the same text.
    """
    pieces: list[Piece] = _PIECE.findall(text)
    units = [place for place, piece in enumerate(pieces) if _may_change(piece)]
    if len(units) < _FEWEST_WORDS:
        return text
    chance = _chance(text, seed, copy)
    chosen = chance.permutation(units)[: max(1, round(CHANGED_SHARE * len(units)))]
    for place in sorted((int(place) for place in chosen), reverse=True):
        if kind == "word-dropout":
            _drop(pieces, place)
        elif kind == "word-swap":
            _swap(pieces, place)
        else:
            _slip(pieces, place, chance)
    return "".join(pieces).strip()


def preview(texts: Sequence[str], kind: Augmentation, seed: int, most: int = 10) -> list[tuple[str, str]]:
    """Texts with what would become of them, evenly from all of them, at most so many pairs; those that would stay as they are left out."""
    pairs: list[tuple[str, str]] = []
    for place in np.linspace(0, len(texts) - 1, min(len(texts), 4 * most), dtype=int) if texts else ():
        varied = vary(texts[place], kind, seed)
        if varied != texts[place]:
            pairs.append((texts[place], varied))
        if len(pairs) == most:
            break
    return pairs


def varied_copies(texts: Sequence[str], kind: Augmentation, share: float, seed: int) -> list[Extra]:
    """One variation of each of a share of the texts, drawn at random, in their order; texts that do not change give none.

    :param share: of the texts, 0 to 1.
    """
    chosen = np.sort(np.random.default_rng(seed).permutation(len(texts))[: round(share * len(texts))])
    made = (Extra(int(row), vary(texts[row], kind, seed)) for row in chosen)
    return [extra for extra in made if extra.text != texts[extra.row]]


def balanced_counts(counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Label -> its training rows now and after oversampling, most frequent first."""
    most = max(counts.values(), default=0)
    return {label: (rows, min(most, rows * MOST_REPEATS)) for label, rows in sorted(counts.items(), key=lambda item: -item[1])}


def class_weights(counts: Mapping[str, int]) -> dict[str, float]:
    """Label -> what an example of it counts in the loss: all labels weigh the same together, an example 1 on average."""
    total = sum(counts.values())
    return {label: total / (len(counts) * rows) for label, rows in counts.items() if rows}


def repeated_rows(labels: Sequence[str]) -> list[int]:
    """Places of the training rows after oversampling: every row once, then those of rarer labels again, in turn, until their label has as
    many rows as the most frequent one (``MOST_REPEATS`` times their own at most)."""
    own: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        own.setdefault(label, []).append(place)
    wanted = balanced_counts({label: len(places) for label, places in own.items()})
    again = [places[number % len(places)] for label, places in own.items() for number in range(wanted[label][1] - len(places))]
    return [*range(len(labels)), *again]


def _may_change(piece: Piece) -> bool:
    """Words and single characters of meaning; a piece with a digit or a mark in it is no such word."""
    plain = piece.lower().replace("'", "").replace("’", "")
    return plain.isalpha() and plain not in _NEGATIONS and not piece.lower().endswith(("n't", "n’t"))


def _chance(text: str, seed: int, copy: int) -> Generator:
    """Depends on the text itself, not on its place, so that a row more elsewhere changes nothing."""
    digest = hashlib.sha256(text.encode("utf-8", errors="replace")).digest()
    return np.random.default_rng([seed, copy, int.from_bytes(digest[:8], "big")])


def _drop(pieces: list[Piece], place: int) -> None:
    """The word, and one of the spaces that stood around it."""
    pieces[place] = ""
    after, before = place + 1, place - 1
    if after < len(pieces) and pieces[after].isspace() and (before < 0 or pieces[before].isspace() or not pieces[before]):
        pieces[after] = ""
    elif before >= 0 and pieces[before].isspace():
        pieces[before] = ""


def _swap(pieces: list[Piece], place: int) -> None:
    """The word and the next one; the one before, where none follows directly."""
    for other in (_neighbour(pieces, place, 1), _neighbour(pieces, place, -1)):
        if other is not None and pieces[other] != pieces[place]:
            pieces[place], pieces[other] = pieces[other], pieces[place]
            return


def _neighbour(pieces: Sequence[Piece], place: int, step: int) -> int | None:
    """The next word with nothing but space between."""
    other = place + step
    while 0 <= other < len(pieces) and (not pieces[other] or pieces[other].isspace()):
        other += step
    return other if 0 <= other < len(pieces) and _may_change(pieces[other]) else None


def _slip(pieces: list[Piece], place: int, chance: Generator) -> None:
    """A slip of the finger: two letters swapped, one left out or one doubled, never the first or the last of a word."""
    word = pieces[place]
    way = int(chance.integers(3))
    if _ONE_CJK.fullmatch(word):
        if way == 0:
            _swap(pieces, place)
        else:
            pieces[place] = "" if way == 1 else word * 2
    elif len(word) >= _SHORTEST_NOISY and word.isalpha():
        at = int(chance.integers(1, len(word) - 2))
        middle = (word[at + 1] + word[at], word[at + 1], word[at] + word[at] + word[at + 1])[way]
        pieces[place] = word[:at] + middle + word[at + 2 :]
