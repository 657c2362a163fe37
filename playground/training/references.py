"""What the fine-tune is compared with, on the same splits: majority, TF-IDF, a probe on frozen embeddings, and label names (zero-shot).

Training rows of TF-IDF and of the probe are capped at ``MOST_ROWS``, drawn evenly over the file: beyond that both are at their plateau,
and they must not take longer than the fine-tune. Their regularisation is chosen on the validation split, as the fine-tune's best
checkpoint is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from playground.tasks import Reference, Task
from playground.training.embed import Matrix
from playground.training.texts import LabelledSplits

#: Most training rows a reference is fitted on.
MOST_ROWS: Final = 50_000
#: Above this many rows one strength of regularisation is taken instead of trying three.
_TRY_UP_TO: Final = 10_000
#: Inverse strengths of regularisation, weakest reference first; the middle one where only one is tried.
_STRENGTHS: Final = (1.0, 10.0, 100.0)
#: Share of Chinese, Japanese or Korean letters above which words are not separated by spaces, so pieces of characters are counted.
_CJK_SHARE: Final = 0.2
#: Cosine similarities of label names differ by hundredths; this spreads them into probabilities without changing their order.
TEMPERATURE: Final = 0.05

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Unit-length vectors from one pass of the frozen base over everything."""

    train: Matrix
    validation: Matrix
    test: Matrix
    #: One for each label name, in the order of the labels.
    names: Matrix


@dataclass(frozen=True, slots=True)
class Probe:
    """Multinomial logistic regression on frozen embeddings."""

    #: Labels x embedding width.
    coefficients: Matrix
    intercepts: NDArray[np.float32]

    def probabilities(self, vectors: Matrix) -> Matrix:
        """Rows x labels."""
        return softmax(vectors @ self.coefficients.T + self.intercepts)


@dataclass(frozen=True, slots=True)
class Scored:
    """One reference: its score on the validation split, and its answers to the test split."""

    name: Reference
    metric: float
    answers: list[str]


def softmax(scores: Matrix) -> Matrix:
    """Probabilities along the last axis."""
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True), np.float32)


def zero_shot(vectors: Matrix, names: Matrix) -> Matrix:
    """Rows x labels: how near each text lies to each label's name, as probabilities."""
    return softmax(vectors @ names.T / TEMPERATURE)


def readable_name(label: str) -> str:
    """A label's name as words: ``cardArrival`` and ``card_arrival`` become "card arrival"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", label)
    words = re.sub(r"[_\-./:|\s]+", " ", spaced).strip()
    return (words.lower() if words.isascii() else words) or label


def majority(splits: LabelledSplits) -> tuple[list[str], list[str]]:
    """The most frequent training label for everything (the first by name among equals): validation and test answers."""
    counts = Counter(splits.train.labels)
    label = min(counts, key=lambda name: (-counts[name], name))
    return [label] * len(splits.validation), [label] * len(splits.test)


def by_name(splits: LabelledSplits, embeddings: Embeddings) -> tuple[list[str], list[str]]:
    """The label whose name lies nearest."""

    def nearest(vectors: Matrix) -> list[str]:
        return [splits.labels[place] for place in zero_shot(vectors, embeddings.names).argmax(axis=1)]

    return nearest(embeddings.validation), nearest(embeddings.test)


def tfidf(splits: LabelledSplits, task: Task) -> tuple[list[str], list[str]]:
    """Logistic regression on TF-IDF of words and word pairs; of character pieces where words are not separated by spaces."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = sample(len(splits.train))
    texts = [splits.train.texts[row] for row in rows]
    pieces: dict[str, Any] = {"analyzer": "char", "ngram_range": (1, 3)} if cjk_share(texts) > _CJK_SHARE else {"ngram_range": (1, 2)}
    vectorizer = TfidfVectorizer(sublinear_tf=True, max_features=200_000, **pieces)
    try:
        features = vectorizer.fit_transform(texts)
    except ValueError:  # no text has a word of two letters: count characters
        vectorizer = TfidfVectorizer(sublinear_tf=True, analyzer="char", ngram_range=(1, 3))
        features = vectorizer.fit_transform(texts)
    validation = vectorizer.transform(splits.validation.texts)
    model = _regression(features, [splits.train.labels[row] for row in rows], validation, splits.validation.labels, task)
    return _names(model.predict(validation)), _names(model.predict(vectorizer.transform(splits.test.texts)))


def fit_probe(splits: LabelledSplits, embeddings: Embeddings, task: Task) -> Probe:
    """Logistic regression on the frozen vectors of the training split."""
    rows = sample(len(splits.train))
    expected = [splits.train.labels[row] for row in rows]
    model = _regression(embeddings.train[rows], expected, embeddings.validation, splits.validation.labels, task)
    return _probe_of(model, splits.labels)


def probe_answers(splits: LabelledSplits, embeddings: Embeddings, probe: Probe) -> tuple[list[str], list[str]]:
    """The probe's most probable label: validation and test answers."""

    def most_probable(vectors: Matrix) -> list[str]:
        return [splits.labels[place] for place in probe.probabilities(vectors).argmax(axis=1)]

    return most_probable(embeddings.validation), most_probable(embeddings.test)


def score_all(splits: LabelledSplits, embeddings: Embeddings, task: Task, tell: Callable[[Scored], None]) -> tuple[list[Scored], Probe]:
    """Every reference of the task, each told as soon as it is known."""
    probe = fit_probe(splits, embeddings, task)
    makers: dict[Reference, Callable[[], tuple[list[str], list[str]]]] = {
        "majority": lambda: majority(splits),
        "zero_shot": lambda: by_name(splits, embeddings),
        "tfidf": lambda: tfidf(splits, task),
        "probe": lambda: probe_answers(splits, embeddings, probe),
    }
    scored: list[Scored] = []
    for name in task.references:
        validation, test = makers[name]()
        metric = task.score(splits.validation.labels, validation).values[task.primary_metric]
        scored.append(Scored(name, metric, test))
        tell(scored[-1])
    return scored, probe


def sample(rows: int) -> list[int]:
    """At most ``MOST_ROWS`` row numbers, evenly spread."""
    return list(range(rows)) if rows <= MOST_ROWS else [row * rows // MOST_ROWS for row in range(MOST_ROWS)]


def cjk_share(texts: Sequence[str]) -> float:
    """Share of Chinese, Japanese and Korean letters among the characters of (up to 2000 of) the texts, 0 to 1."""
    joined = "".join(texts[:2000])
    return len(_CJK.findall(joined)) / max(1, len(joined))


def _regression(features: Any, expected: Sequence[str], validation: Any, validation_labels: Sequence[str], task: Task) -> Any:
    from sklearn.linear_model import LogisticRegression

    strengths = _STRENGTHS if len(expected) <= _TRY_UP_TO else _STRENGTHS[1:2]
    models = [LogisticRegression(C=strength, max_iter=1000).fit(features, expected) for strength in strengths]
    return max(models, key=lambda model: task.score(validation_labels, _names(model.predict(validation))).values[task.primary_metric])


def _names(answers: Sequence[object]) -> list[str]:
    return [str(answer) for answer in answers]


def _probe_of(model: Any, labels: Sequence[str]) -> Probe:
    """scikit-learn's coefficients with one row per label of the run, in their order (it keeps one row for two classes)."""
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.concatenate([np.zeros_like(coefficients), coefficients])
        intercepts = np.concatenate([np.zeros_like(intercepts), intercepts])
    full, offsets = np.zeros((len(labels), coefficients.shape[1]), np.float32), np.full(len(labels), -1e4, np.float32)
    for row, label in enumerate(model.classes_):
        place = list(labels).index(str(label))
        full[place], offsets[place] = coefficients[row], intercepts[row]
    return Probe(full, offsets)
