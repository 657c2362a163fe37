"""Drawing the texts of each split at random, so that every kind of text is in each as far as there are enough of it.

Two ways: texts that are each of one kind, and texts that are of any number of kinds at once.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from playground.data.findings.common import SPLITTABLE_TEXTS

Integers = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

TRAIN, VALIDATION, TEST = range(3)
#: A kind with fewer different texts than this is not spread over all three.
_SPREADABLE_TEXTS: Final = 4
#: Rounds of moving single texts until every kind is trained and tested.
_ROUNDS: Final = 5
_NONE: Final = -1


def draw(kinds: Integers, count: int, shares: tuple[float, float], rng: np.random.Generator) -> Integers:
    """A split for each text, drawn kind by kind.

    :param kinds: the number of each text's kind, below ``count``.
    :param shares: of validation and test; 0 makes no such split.
    """
    sizes = np.bincount(kinds, minlength=count)
    test, validation = _quotas(sizes, shares)
    order = np.lexsort((rng.random(len(kinds)), kinds))  # by kind, shuffled within
    sorted_kinds = kinds[order]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    place = np.arange(len(kinds)) - starts[sorted_kinds]
    in_test = place < test[sorted_kinds]
    in_validation = ~in_test & (place < (test + validation)[sorted_kinds])
    parts = np.empty(len(kinds), dtype=np.int64)
    parts[order] = np.where(in_test, TEST, np.where(in_validation, VALIDATION, TRAIN))
    return parts


def draw_sets(texts: Integers, kinds: Integers, count: int, shares: tuple[float, float], rng: np.random.Generator) -> Integers:
    """The same for texts of several kinds, or of none: the rarest kind is divided first, the others with what that left of them.

    That is the order of iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011), a kind at a time instead of a text at a time.
    Then single texts change places until every kind of at least three texts is in training and test, where the sets allow it; no kind
    is tested that training never sees.

    :param texts: with ``kinds`` one entry for each text and each of its kinds, without repetition.
    :param count: texts there are.
    """
    sizes = np.bincount(kinds)
    test, validation = _quotas(sizes, shares)
    parts: Integers = np.full(count, _NONE, dtype=np.int64)
    by_kind = texts[np.argsort(kinds, kind="stable")]
    ends = np.cumsum(sizes)
    for kind in np.argsort(sizes, kind="stable"):
        members = by_kind[ends[kind] - sizes[kind] : ends[kind]]
        _divide(parts, members, (int(validation[kind]), int(test[kind])), rng)
    others = np.flatnonzero(parts == _NONE)
    if len(others):
        parts[others] = draw(np.zeros(len(others), dtype=np.int64), 1, shares, rng)
    if len(sizes):
        _repair(parts, texts, kinds, (test > 0))
    return parts


def _quotas(sizes: Integers, shares: tuple[float, float]) -> tuple[Integers, Integers]:
    """Texts of each kind for test and for validation."""
    testable = (sizes >= SPLITTABLE_TEXTS) & (shares[1] > 0)
    test = _spread(sizes, shares[1], np.where(testable, 1, 0), np.where(testable, sizes - 2, 0))
    room = np.where(sizes >= _SPREADABLE_TEXTS, sizes - test - 1, 0)
    nothing = np.zeros_like(sizes)
    return test, _spread(sizes, shares[0], np.minimum(room, 1) if shares[0] else nothing, room if shares[0] else nothing)


def _spread(sizes: Integers, share: float, least: Integers, most: Integers) -> Integers:
    """Texts of each kind for one split: its share rounded so that the sum is right too, within the bounds of each kind."""
    exact = sizes * share
    counts: Integers = np.clip(np.floor(exact).astype(np.int64), least, most)
    missing = round(float(exact[most > 0].sum())) - int(counts.sum())
    if missing > 0:
        remainder = np.where(counts < most, exact - counts, -1.0)
        largest = np.argsort(-remainder, kind="stable")[:missing]
        counts[largest] += remainder[largest] > 0
    return counts


def _divide(parts: Integers, members: Integers, quotas: tuple[int, int], rng: np.random.Generator) -> None:
    """Give the texts of a kind that have no split yet what its splits still lack."""
    held = parts[members]
    free = rng.permutation(members[held == _NONE])
    trained = int((held == TRAIN).any())
    test = min(max(0, quotas[1] - int((held == TEST).sum())), max(0, len(free) - (1 - trained)))
    validation = min(max(0, quotas[0] - int((held == VALIDATION).sum())), max(0, len(free) - test - (1 - trained)))
    parts[free] = TRAIN
    parts[free[:test]] = TEST
    parts[free[test : test + validation]] = VALIDATION


def _repair(parts: Integers, texts: Integers, kinds: Integers, testable: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    """Move single texts so that no kind that could be is missing from training or test, as far as that takes it from no other kind."""
    count = len(testable)
    by_text = np.argsort(texts, kind="stable")
    starts = np.searchsorted(texts[by_text], np.arange(len(parts) + 1))
    held = np.bincount(kinds * 3 + parts[texts], minlength=3 * count).reshape(count, 3)
    members = {kind: texts[kinds == kind] for kind in _lacking(held, testable)}
    for _ in range(_ROUNDS):
        lacking = _lacking(held, testable)
        moved = False
        for kind in lacking:
            wanted = TRAIN if held[kind, TRAIN] == 0 else TEST
            if held[kind, wanted] or (wanted == TEST and not testable[kind]):
                continue
            for text in members.setdefault(kind, texts[kinds == kind]).tolist():
                its = kinds[by_text[starts[text] : starts[text + 1]]]
                if _may_leave(held, its, int(parts[text]), testable):
                    held[its, parts[text]] -= 1
                    held[its, wanted] += 1
                    parts[text] = wanted
                    moved = True
                    break
        if not moved:
            break
    for kind in np.flatnonzero((held[:, TRAIN] == 0) & (held.sum(axis=1) > 0)).tolist():  # what nothing else could help
        parts[texts[kinds == kind]] = TRAIN


def _lacking(held: Integers, testable: np.ndarray[Any, np.dtype[np.bool_]]) -> list[int]:
    """Kinds that training lacks, or the test though they are frequent enough."""
    found: list[int] = np.flatnonzero((held[:, TRAIN] == 0) | (testable & (held[:, TEST] == 0))).tolist()
    return found


def _may_leave(held: Integers, its: Integers, split: int, testable: np.ndarray[Any, np.dtype[np.bool_]]) -> bool:
    """Whether a text may leave its split: all its kinds stay trained, and those that can be are still tested."""
    if split == TRAIN:
        return bool((held[its, TRAIN] > 1).all())
    return split == VALIDATION or bool((~testable[its] | (held[its, TEST] > 1)).all())
