"""The most telling words of each label: those in more of its texts than chance lets one expect, given in how many texts they are at all.

Log-odds with an informative prior (after Monroe, Colaresi and Quinn, "Fightin' Words", 2008), of texts rather than of words, so that one
long text does not speak for a label: a frequent word that is a little more frequent here and a rare word seen here twice both count for
little, without any list of stop words. Chinese and Japanese are not written with spaces; there pieces of two and three characters are
counted, and pieces of one another are told once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: Words told for a label, at most.
MOST_WORDS: Final = 10
#: Standard deviations above chance from which a word is told (one word in twenty by chance).
_LEAST_WEIGHT: Final = 1.64
#: Its odds must be so many times those under other labels: of many texts, trifles are above chance too.
_LEAST_RATIO: Final = 2.5
#: Different words counted, the most frequent ones.
_VOCABULARY: Final = 30_000
#: Texts a word must be in.
_LEAST_TEXTS: Final = 2
#: How many texts the prior weighs as: before any is seen, a word is as frequent under a label as everywhere.
_PRIOR: Final = 1.0
#: Texts are long sometimes; their beginning tells enough.
_MOST_CHARACTERS: Final = 2000

_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+(?:['’][^\W_]+)?")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


def words_of(text: str) -> Iterator[str]:
    """Words in lower case; of writing without spaces, every piece of two and three characters."""
    for found in _PIECE.findall(text[:_MOST_CHARACTERS].lower()):
        if not _is_unspaced(found):
            if len(found) > 1 and not found.isdecimal():
                yield found
            continue
        for size in (2, 3):
            yield from (found[start : start + size] for start in range(len(found) - size + 1))


def telling_words(texts: Sequence[str], labels: Sequence[Sequence[str]]) -> dict[str, tuple[tuple[str, float], ...]]:
    """For each label, by name, its most telling words and their weight (standard deviations above chance), strongest first.

    :param labels: the labels of each text; a text with several counts for each.
    """
    names = sorted({label for several in labels for label in several})
    if len(names) < 2:
        return {}
    used, vocabulary = _used(texts)
    if not vocabulary:
        return dict.fromkeys(names, ())
    carried = _carried(labels, names)
    counts, sizes = (carried @ used).tocsr(), np.asarray(carried.sum(axis=1)).ravel()
    overall, every = np.asarray(counts.sum(axis=0)).ravel(), float(sizes.sum())
    # Label by label: of a thousand labels all at once would be gigabytes.
    weights = (log_odds(counts[place].toarray().ravel(), float(sizes[place]), overall, every) for place in range(len(names)))
    return {name: _strongest(one, vocabulary) for name, one in zip(names, weights, strict=True)}


def log_odds(counts: NDArray[np.float64], size: float, overall: NDArray[np.float64], every: float) -> NDArray[np.float64]:
    """z-score of each word's log-odds under a label against all other labels; 0 where they differ too little to tell.

    :param counts: texts with the label that use each word; ``size``: texts with the label.
    :param overall: texts that use each word; ``every``: texts.
    """
    expected = _PRIOR * (overall + 0.5) / (every + 1)
    here, not_here = counts + expected, size - counts + _PRIOR - expected
    there, not_there = overall - counts + expected, every - size - (overall - counts) + _PRIOR - expected
    difference = np.log(here / not_here) - np.log(there / not_there)
    scores = difference / np.sqrt(1 / here + 1 / not_here + 1 / there + 1 / not_there)
    return np.asarray(np.where(difference >= np.log(_LEAST_RATIO), scores, 0.0), np.float64)


def _used(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Which text (rows) uses which word (columns), and the words."""
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(analyzer=lambda text: list(words_of(text)), binary=True, max_features=_VOCABULARY, min_df=_LEAST_TEXTS)
    try:
        used = vectorizer.fit_transform(texts)
    except ValueError:  # no word is in two texts
        return None, []
    return used, [str(word) for word in vectorizer.get_feature_names_out()]


def _carried(labels: Sequence[Sequence[str]], names: Sequence[str]) -> Any:
    """Which label (rows) is carried by which text (columns)."""
    from scipy.sparse import csr_matrix

    number = {name: place for place, name in enumerate(names)}
    pairs = [(number[label], row) for row, several in enumerate(labels) for label in several]
    return csr_matrix((np.ones(len(pairs)), tuple(zip(*pairs, strict=True))), shape=(len(names), len(labels)))


def _strongest(weights: NDArray[np.float64], vocabulary: Sequence[str]) -> tuple[tuple[str, float], ...]:
    told: list[tuple[str, float]] = []
    best = [int(place) for place in np.argsort(-weights, kind="stable")[: 8 * MOST_WORDS] if weights[place] >= _LEAST_WEIGHT]
    # Of pieces that weigh about the same the longest first: it holds the others.
    for place in sorted(best, key=lambda place: (-round(float(weights[place])), -len(vocabulary[place]) * _is_unspaced(vocabulary[place]))):
        word = vocabulary[place]
        if len(told) < MOST_WORDS and not (_is_unspaced(word) and any(_overlap(word, other) for other, _ in told)):
            told.append((word, round(float(weights[place]), 2)))
    return tuple(sorted(told, key=lambda one: -one[1]))


def _is_unspaced(word: str) -> bool:
    return _UNSPACED.match(word) is not None


def _overlap(word: str, other: str) -> bool:
    """Whether two pieces of unspaced writing are likely pieces of the same expression."""
    return word in other or other in word or (len(word) == len(other) == 3 and (word[:2] == other[1:] or word[1:] == other[:2]))
