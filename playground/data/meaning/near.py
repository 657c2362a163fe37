"""Texts that are nearly the same: MinHash over character shingles finds candidates, their true overlap decides."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np

Shingles = np.ndarray[Any, np.dtype[np.uint64]]

#: Different texts looked at.
MOST_TEXTS: Final = 20_000
#: Share of shingles two texts have in common, of all they have.
ALIKE: Final = 0.85
#: Characters of the shortest text worth comparing by runs of three: three letters of twelve are a lot.
_SHORTEST: Final = 20
_SHORTEST_CJK: Final = 12
#: A text longer than this is compared by its beginning.
_LONGEST: Final = 2000
_PERMUTATIONS: Final = 64
#: The index misses pairs near its threshold, so it is asked for less alike ones too: at 0.85 it finds 99 of 100.
_MARGIN: Final = 0.25
#: Candidates of one text that are checked; more only make a large group larger.
_MOST_CANDIDATES: Final = 50


def near_groups(texts: Sequence[str], alike: float = ALIKE) -> list[list[int]]:
    """Groups of places whose texts are nearly the same, each in order; texts that are like none are in no group.

    Nearness is handed on: if a is like b and b like c, all three are one group.

    :param texts: different texts, normalised; the first ``MOST_TEXTS`` are looked at.
    :param alike: Jaccard similarity of the shingles from which two texts count as near, 0 to 1.
    """
    looked_at = tuple(text[:_LONGEST] for text in texts[:MOST_TEXTS])
    return [list(group) for group in _groups(looked_at, alike)]


@lru_cache(maxsize=2)  # mending labels leaves the texts as they are
def _groups(texts: tuple[str, ...], alike: float) -> tuple[tuple[int, ...], ...]:
    from datasketch import MinHash, MinHashLSH

    places = [place for place, text in enumerate(texts) if len(text) >= (_SHORTEST if text.isascii() else _SHORTEST_CJK)]
    if len(places) < 2:
        return ()
    index = MinHashLSH(threshold=alike - _MARGIN, num_perm=_PERMUTATIONS)
    shingled: dict[int, Shingles] = {}
    leader = list(range(len(texts)))
    template = MinHash(num_perm=_PERMUTATIONS, hashfunc=int, scheme="affine64")  # shingles are numbers, and the scheme mixes them
    for place in places:
        shingles = shingled[place] = _shingles(texts[place])
        sketch = template.copy()
        sketch.update_batch(shingles.tolist())
        for other in sorted(index.query(sketch))[:_MOST_CANDIDATES]:
            if _root(leader, other) != _root(leader, place) and _overlap(shingles, shingled[other]) >= alike:
                leader[_root(leader, place)] = _root(leader, other)
        index.insert(place, sketch, check_duplication=False)
    groups: dict[int, list[int]] = {}
    for place in places:
        groups.setdefault(_root(leader, place), []).append(place)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _shingles(text: str) -> Shingles:
    """Every run of three characters as one number: 21 bits each hold any character."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    return np.unique(codes[:-2] | codes[1:-1] << np.uint64(21) | codes[2:] << np.uint64(42))


def _overlap(one: Shingles, other: Shingles) -> float:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def _root(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place
