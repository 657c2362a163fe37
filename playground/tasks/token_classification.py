"""Token classification: a list of tokens in, a tag for each out, which together mark entities (persons, places, products)."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np

from playground.data.meaning.cells import listed
from playground.data.meaning.entities import entities, iob2
from playground.tasks.overlap import f1_of, overlap
from playground.tasks.types import ClassScore, Floats, Metrics, ModelKind, Reference, require_pairs


class TokenClassification:
    """The ``Task`` for named entities, scored by strict F1: an entity counts when its first token, last token and kind are all right.

    Expected tags may be in any scheme and are read as IOB2, in which an entity always begins with B-. Answers are read strictly: an I-
    that continues nothing of its kind is no entity. Answers are good to a degree, the F1 of the row's entities, for one long row may hold
    a dozen of them.
    """

    name: ClassVar[str] = "token-classification"
    kinds: ClassVar[tuple[ModelKind, ...]] = ("encoder",)
    primary_metric: ClassVar[str] = "entity_f1"
    watched_metric: ClassVar[str] = "entity_f1"
    references: ClassVar[tuple[Reference, ...]] = ("majority", "probe")
    graded: ClassVar[bool] = True
    perfect: ClassVar[float] = 1.0

    def labels(self, cells: Sequence[str]) -> tuple[str, ...]:
        """ "O", then B- and I- of every kind of entity, sorted; I- too where the training split happens to hold none."""
        kinds = {kind for cell in set(cells) for _, _, kind in entities(expected_tags(cell))}
        return ("O", *sorted(f"{mark}-{kind}" for mark in "BI" for kind in kinds))

    def base_reference(self, labels: Sequence[str]) -> Reference:
        """Always "probe": an untrained model marks no entities."""
        return "probe"

    def score(self, expected: Sequence[str], answers: Sequence[str]) -> Metrics:
        """Strict F1, precision and recall over all entities, share of tokens with the right tag, and the scores of each kind of entity.

        The numbers of seqeval's strict mode for IOB2, several times faster, for validation asks again and again; 0 where undefined.

        :raises ValueError: if the two differ in length or are empty, or an answer has not one tag for each token.
        """
        require_pairs(expected, answers)
        right_tags = tokens = 0
        found: Counter[str] = Counter()
        given: Counter[str] = Counter()
        wanted: Counter[str] = Counter()
        for right, answer in zip(map(expected_tags, expected), map(tags_of, answers), strict=True):
            if len(right) != len(answer):
                raise ValueError(f"{len(right)} tokens, but {len(answer)} tags")
            right_tags += sum(map(operator.eq, right, answer))
            tokens += len(right)
            truth, marked = set(entities(right)), set(entities(answer))
            for counter, some in ((found, truth & marked), (given, marked), (wanted, truth)):
                counter.update(kind for _, _, kind in some)
        scores = {kind: _score(found[kind], given[kind], wanted[kind]) for kind in sorted({*given, *wanted})}
        whole = _score(found.total(), given.total(), wanted.total())
        values = {"entity_f1": whole.f1, "entity_precision": whole.precision, "entity_recall": whole.recall}
        return Metrics({**values, "token_accuracy": right_tags / max(1, tokens)}, scores)

    def evidence(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """Entities found, answered and expected, right tags, tokens; shape (rows, 5)."""
        require_pairs(expected, answers)
        return np.array([_counts(right, answer) for right, answer in zip(expected, answers, strict=True)], dtype=np.float64)

    def metrics_of(self, sums: Floats) -> Mapping[str, Floats]:
        """F1, precision and recall over all entities, undefined where no row has or gets one, and the share of right tags."""
        found, answered, wanted, right, tokens = sums.T
        shares = {"entity_precision": (found, answered), "entity_recall": (found, wanted), "token_accuracy": (right, tokens)}
        return {"entity_f1": f1_of(sums[:, :3], nothing=np.nan)} | {
            name: np.divide(part, whole, out=np.full(len(sums), np.nan), where=whole > 0) for name, (part, whole) in shares.items()
        }

    def goodness(self, expected: Sequence[str], answers: Sequence[str]) -> Floats:
        """F1 of each row's entities; 1 where it rightly has none."""
        return f1_of(self.evidence(expected, answers)[:, :3], nothing=1.0)

    def shown(self, cell: str) -> list[str]:
        """The tags as a list."""
        return tags_of(cell)


def tags_of(cell: str) -> list[str]:
    """The tags of a cell as they stand. :raises ValueError: if it holds no list."""
    tags = listed(cell)
    if tags is None:
        raise ValueError(f"no list of tags: {cell[:80]}")
    return tags


def expected_tags(cell: str) -> list[str]:
    """The tags that a dataset's cell asks for, as IOB2; what a model learns and what its answers are compared with."""
    return iob2(tags_of(cell))


def _score(found: int, given: int, wanted: int) -> ClassScore:
    precision, recall = found / given if given else 0.0, found / wanted if wanted else 0.0
    return ClassScore(precision, recall, 2 * found / (given + wanted) if given + wanted else 0.0, wanted)


@lru_cache(maxsize=1 << 15)
def _counts(expected: str, answer: str) -> tuple[int, int, int, int, int]:
    right, given = expected_tags(expected), tags_of(answer)
    return (*overlap(set(entities(right)), set(entities(given))), sum(map(operator.eq, right, given)), len(right))
