"""Likely label errors: labels that a judge who has not seen the row finds improbable (confident learning; scores by cleanlab).

The judge is logistic regression on the frozen model's vectors, cross-validated, so each row is judged by one that was fitted on other
texts only. (Counting words as a second opinion was measured and did not help.)

How improbable is improbable enough depends on the data, so it is tried on the data: some labels are flipped at random and looked for.
The list is as long as it takes to find most of them; where that would be mostly false alarms, it is cut where finding and being right
are in the best balance. What the trial found is told with the list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from playground.data.survey import Suspect, Trial
from playground.survey.rows import Rows
from playground.training.embed import Matrix

#: Labels of fewer different texts are not judged, and not suggested.
FEWEST_TEXTS: Final = 5
#: Labels that are judged, the most frequent ones: time and memory grow with rows times labels.
MOST_LABELS: Final = 250
#: Judges take turns: each text is judged by one of so many, fitted on the rest.
_FOLDS: Final = 5
#: Share of labels flipped in a trial.
_FLIPPED: Final = 0.05
#: Flips a threshold rests on, at least, from so many trials at most.
_ENOUGH_FLIPS: Final = 100
_MOST_TRIALS: Final = 4
#: Share of the flips the list is to find, unless fewer of its rows than this share would be flips. Measured with 5 % wrong labels in
#: files of clear intents, where a trial (whose false alarms include those) says 0.37; of opinions with a middle class it says 0.15.
_FOUND: Final = 0.82
_PRECISE: Final = 0.25
#: Inverse strength of regularisation, on standardised vectors.
_STRENGTH: Final = 0.003
_STEPS: Final = 300
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging the labels; all empty when there were not two labels with enough texts."""

    suspects: tuple[Suspect, ...] = ()
    judged_rows: int = 0
    #: Share of the judged rows in which the judge agrees with the label.
    agreement: float = 0.0
    trial: Trial | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Rows whose labels are judged; one entry a row, labels as numbers into ``names``."""

    places: NDArray[np.int64]
    vectors: Matrix
    labels: NDArray[np.int64]
    #: The same number for the same text: a judge must not have seen it under another row's label.
    same: NDArray[np.int64]
    names: tuple[str, ...]

    def relabelled(self, labels: NDArray[np.int64]) -> Case:
        """The same rows under other labels."""
        return replace(self, labels=labels)


def judge(rows: Rows, vectors: Matrix, begin_trial: Callable[[], None] = lambda: None) -> Judgement:
    """Which labels are likely wrong, and how much that is worth on this data.

    :param vectors: one for each row.
    :param begin_trial: called when the labels are judged and the trial begins.
    """
    case = make_case(rows, vectors)
    if case is None:
        return Judgement()
    probabilities = opinions(case)
    begin_trial()
    threshold, trial = try_out(case)
    scores = quality(case.labels, probabilities)
    flagged = np.flatnonzero(scores <= threshold)
    flagged = flagged[np.argsort(scores[flagged], kind="stable")]
    agreement = float((probabilities.argmax(axis=1) == case.labels).mean())
    return Judgement(_suspects(rows, case, probabilities, flagged), len(case.labels), agreement, trial)


def make_case(rows: Rows, vectors: Matrix) -> Case | None:
    """The rows that can be judged; None unless two labels have enough different texts."""
    texts_of: dict[str, set[int]] = {}
    for label, same in zip(rows.labels, rows.same.tolist(), strict=True):
        texts_of.setdefault(label, set()).add(same)
    enough = [label for label, texts in texts_of.items() if label and len(texts) >= FEWEST_TEXTS]
    names = tuple(sorted(sorted(enough, key=lambda label: -len(texts_of[label]))[:MOST_LABELS]))
    if len(names) < 2:
        return None
    number = {name: place for place, name in enumerate(names)}
    places = np.asarray([place for place, label in enumerate(rows.labels) if label in number], np.int64)
    labels = np.asarray([number[rows.labels[place]] for place in places], np.int64)
    return Case(places, vectors[places], labels, rows.same[places], names)


def opinions(case: Case, seed: int = _SEED) -> Matrix:
    """Probability of each label (columns) for each row, by judges that were not fitted on its text.

    :param seed: who judges what.
    """
    from sklearn.linear_model import LogisticRegression

    features = (case.vectors - case.vectors.mean(axis=0)) / np.maximum(case.vectors.std(axis=0), 1e-6)
    turns = _turns(case.labels, case.same, seed)
    probabilities = np.zeros((len(case.labels), len(case.names)), np.float32)
    for turn in range(_FOLDS):
        mine, others = np.flatnonzero(turns == turn), np.flatnonzero(turns != turn)
        seen = np.unique(case.labels[others])
        if len(seen) < 2:  # all texts of a label are also texts of another, and this judge's turn
            probabilities[np.ix_(mine, seen)] = 1
            continue
        # Balanced, so that a rare label is not improbable merely for being rare.
        model = LogisticRegression(C=_STRENGTH, max_iter=_STEPS, class_weight="balanced").fit(features[others], case.labels[others])
        probabilities[np.ix_(mine, model.classes_)] = model.predict_proba(features[mine])
    return probabilities


def quality(labels: NDArray[np.int64], probabilities: Matrix) -> NDArray[np.float64]:
    """How likely each label is right, 0 to 1."""
    from cleanlab.rank import get_label_quality_scores

    return np.asarray(get_label_quality_scores(labels, probabilities.astype(np.float64), method="self_confidence"), np.float64)


def try_out(case: Case) -> tuple[float, Trial]:
    """Flip some labels at random, look for them, and see which quality separates them best; and how well it does."""
    draw = np.random.default_rng(_SEED)
    count = max(1, round(_FLIPPED * len(case.labels)))
    flips: list[NDArray[np.float64]] = []
    others: list[NDArray[np.float64]] = []
    for number in range(min(_MOST_TRIALS, -(-_ENOUGH_FLIPS // count))):
        flipped = draw.choice(len(case.labels), count, replace=False)
        labels = flip(case.labels, flipped, len(case.names), draw)
        scores = quality(labels, opinions(case.relabelled(labels), _SEED + 1 + number))
        flips.append(scores[flipped])
        others.append(np.delete(scores, flipped))
    threshold, found, precise = choose_threshold(np.concatenate(flips), np.concatenate(others))
    return threshold, Trial(count / len(case.labels), found, precise)


def flip(labels: NDArray[np.int64], rows: NDArray[np.int64], names: int, draw: np.random.Generator) -> NDArray[np.int64]:
    """The labels with those of ``rows`` replaced by others, each equally likely."""
    changed = labels.copy()
    changed[rows] = (changed[rows] + draw.integers(1, names, len(rows))) % names
    return changed


def choose_threshold(flips: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[float, float, float]:
    """Up to which quality a label is flagged; the share of flips that finds, and the share of flips in what it flags.

    :param flips: qualities of flipped labels.
    :param others: qualities of the labels left alone.
    """
    candidates = np.sort(flips)
    hits = np.arange(1, len(candidates) + 1)
    found = hits / len(candidates)
    precise = hits / (hits + np.searchsorted(np.sort(others), candidates, side="right"))
    best = int(np.argmax(found >= _FOUND))
    if precise[best] < _PRECISE:
        best = int(np.argmax(found * precise / (found + precise)))
    return float(candidates[best]), float(found[best]), float(precise[best])


def _suspects(rows: Rows, case: Case, probabilities: Matrix, flagged: NDArray[np.int64]) -> tuple[Suspect, ...]:
    everyone = np.arange(len(case.labels))
    own = probabilities[everyone, case.labels]
    others = probabilities.copy()
    others[everyone, case.labels] = -1.0  # the label it has is no suggestion
    best = others.argmax(axis=1)
    sure = others[everyone, best] / (others[everyone, best] + own)
    return tuple(
        Suspect(
            int(rows.numbers[case.places[place]]), case.names[case.labels[place]], case.names[best[place]], round(float(sure[place]), 4)
        )
        for place in flagged
    )  # fmt: skip


def _turns(labels: NDArray[np.int64], same: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Which judge judges each row: texts are dealt out label by label, so that every judge was fitted on every label."""
    texts, first, back = np.unique(same, return_index=True, return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(len(texts))
    order = shuffled[np.argsort(labels[first][shuffled], kind="stable")]
    turn = np.empty(len(texts), np.int64)
    turn[order] = np.arange(len(texts)) % _FOLDS
    return turn[back]
