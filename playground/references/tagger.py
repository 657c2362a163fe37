"""What a tagger can do without a neural network: always the same tag, and a linear model on what words look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from playground.data.meaning.cells import list_cell, listed
from playground.data.meaning.entities import iob2
from playground.tasks.token_classification import expected_tags

#: Most words the model is fitted on, as many rows as hold them: beyond that it is at its plateau.
_MOST_WORDS: Final = 50_000
#: Columns that features share by their hash; few enough for one coefficient a tag and column.
_COLUMNS: Final = 2**17
#: Letters at either end of a word that are a feature of it.
_ENDS: Final = (1, 2, 3)


def majority_tag(train: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The most frequent training tag for every word.

    :param train: cells of the training tags; ``texts`` are cells of words.
    """
    counts = Counter(tag for cell in train for tag in expected_tags(cell))
    tag = min(counts, key=lambda name: (-counts[name], name))
    return [list_cell([tag] * len(listed(text) or [])) for text in texts]


def linear_tagger(train_texts: Sequence[str], train: Sequence[str], texts: Sequence[str]) -> list[str]:
    """A linear support vector machine (scikit-learn) that tells each word's tag from its spelling and that of its neighbours.

    :param train_texts: cells of the training words, ``train`` those of their tags; ``texts`` are cells of the words to tag.
    """
    from sklearn.svm import LinearSVC

    known, tags = _some([_words(text) for text in train_texts], [expected_tags(cell) for cell in train])
    told = [tag for row in tags for tag in row]
    if len(set(told)) < 2:  # nothing to tell apart
        return majority_tag(train, texts)
    model = LinearSVC().fit(_features(known), told)
    rows = [_words(text) for text in texts]
    answers = iter(model.predict(_features(rows)).tolist() if any(rows) else [])
    return [list_cell(iob2([next(answers) for _ in row])) for row in rows]


def _words(text: str) -> list[str]:
    return [str(word) for word in listed(text) or []]


def _some(words: Sequence[list[str]], tags: Sequence[list[str]]) -> tuple[list[list[str]], list[list[str]]]:
    """Rows evenly spread, with at most about ``_MOST_WORDS`` words in all."""
    total = sum(map(len, words))
    kept = max(1, len(words) if total <= _MOST_WORDS else len(words) * _MOST_WORDS // total)
    places = [row * len(words) // kept for row in range(kept)]
    return [words[place] for place in places], [tags[place] for place in places]


def _features(rows: Sequence[Sequence[str]]) -> Any:
    """Sparse, one row a word."""
    from sklearn.feature_extraction import FeatureHasher

    hasher = FeatureHasher(_COLUMNS, input_type="string", alternate_sign=False)
    return hasher.transform(list(_traits(row, place)) for row in rows for place in range(len(row)))


def _traits(row: Sequence[str], place: int) -> Iterator[str]:
    """What a word looks like, and what stands beside it; two words away where words are single characters, too."""
    yield from _spelling(row[place])
    for step in (-2, -1, 1, 2):
        beside = row[place + step].lower() if 0 <= place + step < len(row) else "|"
        yield f"{step}={beside}"
        if abs(step) == 1:
            yield f"{step}+0={beside} {row[place].lower()}"


def _spelling(word: str) -> Iterator[str]:
    lower = word.lower()
    yield f"word={lower}"
    yield "shape=" + "".join("X" if sign.isupper() else "x" if sign.isalpha() else "9" if sign.isdigit() else sign for sign in word[:12])
    for length in _ENDS:
        yield f"starts={lower[:length]}"
        yield f"ends={lower[-length:]}"
