"""The references that need nothing but the texts and labels: always the same answer, and TF-IDF with a linear model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playground.data.meaning.spelled import to_number
from playground.references.linear import Cells, Linear, fit_linear, sample
from playground.references.outputs import OUTPUTS
from playground.tasks import Task

#: Share of Chinese, Japanese or Korean letters above which words are not separated by spaces, so pieces of characters are counted.
_CJK_SHARE: Final = 0.2
_MOST_FEATURES: Final = 200_000
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one split, or its pairs of texts."""

    first: Sequence[str]
    #: Empty where there is one text a row.
    second: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Both:
    """A reference's cells for the validation and for the test split."""

    validation: list[str]
    test: list[str]


def majority(train: Sequence[str], validation_rows: int, test_rows: int) -> Both:
    """The most frequent training cell for everything (the first by name among equals)."""
    counts = Counter(train)
    cell = min(counts, key=lambda name: (-counts[name], name))
    return Both([cell] * validation_rows, [cell] * test_rows)


def mean(train: Sequence[str], validation_rows: int, test_rows: int) -> Both:
    """The mean of the training numbers for everything."""
    cell = repr(float(sum(map(to_number, train)) / len(train)))
    return Both([cell] * validation_rows, [cell] * test_rows)


def tfidf(task: Task, train: Texts, validation: Texts, test: Texts, cells: Cells) -> Both:
    """A linear model on TF-IDF of words and word pairs; of character pieces where words are not separated by spaces."""
    outputs = OUTPUTS[task.name]
    rows = sample(len(train.first))
    fitted = Texts([train.first[row] for row in rows], [train.second[row] for row in rows] if train.second else [])
    features = _Features(fitted)
    seen = features.of(validation)
    few = Cells([cells.train[row] for row in rows], cells.validation, cells.labels)
    model: Linear = fit_linear(task, features.of(fitted), seen, few)

    def answers(rows: Any) -> list[str]:
        return outputs.cells(model.scores(rows), cells.labels, model.calibration)

    return Both(answers(seen), answers(features.of(test)))


class _Features:
    """TF-IDF of a text; of a pair that of both texts, what they share and where they differ."""

    def __init__(self, train: Texts) -> None:
        self._vectorizer = vectorizer([*train.first, *train.second])

    def of(self, texts: Texts) -> Any:
        from scipy.sparse import hstack

        first = self._vectorizer.transform(texts.first)
        if not texts.second:
            return first
        second = self._vectorizer.transform(texts.second)
        return hstack([first, second, first.multiply(second), abs(first - second)]).tocsr()


def vectorizer(texts: Sequence[str]) -> Any:
    """TF-IDF of words and word pairs, fitted; of character pieces where words are not separated by spaces."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    pieces: dict[str, Any] = {"analyzer": "char", "ngram_range": (1, 3)} if cjk_share(texts) > _CJK_SHARE else {"ngram_range": (1, 2)}
    vectorizer = TfidfVectorizer(sublinear_tf=True, max_features=_MOST_FEATURES, **pieces)
    try:
        return vectorizer.fit(texts)
    except ValueError:  # no text has a word of two letters: count characters
        return TfidfVectorizer(sublinear_tf=True, analyzer="char", ngram_range=(1, 3)).fit(texts)


def cjk_share(texts: Sequence[str]) -> float:
    """Share of Chinese, Japanese and Korean letters among the characters of (up to 2000 of) the texts, 0 to 1."""
    joined = "".join(texts[:2000])
    return len(_CJK.findall(joined)) / max(1, len(joined))
