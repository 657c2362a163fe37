"""What the fine-tune is compared with."""

from __future__ import annotations

import numpy as np
import pytest

from playground.tasks import get_task
from playground.training import references
from playground.training.references import (
    Embeddings,
    cjk_share,
    fit_probe,
    majority,
    probe_answers,
    readable_name,
    sample,
    score_all,
    softmax,
    tfidf,
    zero_shot,
)
from playground.training.texts import LabelledSplits, Part

TASK = get_task("text-classification")


def part(pairs: list[tuple[str, str]]) -> Part:
    return Part(list(range(len(pairs))), [text for text, _ in pairs], [label for _, label in pairs])


def make(pairs: list[tuple[str, str]]) -> LabelledSplits:
    return LabelledSplits(part(pairs), part(pairs), part(pairs[:4]), tuple(sorted({label for _, label in pairs})))


SHOP = make(
    [("money back now", "refund"), ("where is it", "delivery"), ("refund the money", "refund"), ("when is it here", "delivery")] * 3
)
REVIEWS = make([("质量很好很喜欢", "好评"), ("太差了要退货", "差评"), ("好用推荐", "好评"), ("坏的差劲", "差评")] * 3)


def vectors(splits: LabelledSplits) -> Embeddings:
    """One direction a label."""
    axes = np.eye(len(splits.labels), 4, dtype=np.float32)

    def of(labels: list[str]) -> references.Matrix:
        return np.stack([axes[splits.labels.index(label)] for label in labels])

    return Embeddings(of(splits.train.labels), of(splits.validation.labels), of(splits.test.labels), axes)


def test_majority_answers_the_most_frequent_training_label() -> None:
    assert majority(make([("a", "x"), ("b", "y"), ("c", "y")]))[0] == ["y", "y", "y"]


@pytest.mark.parametrize("splits", [SHOP, REVIEWS], ids=["english", "chinese"])
def test_tfidf_learns_words_and_character_pieces(splits: LabelledSplits) -> None:
    assert tfidf(splits, TASK)[1] == splits.test.labels


def test_tfidf_survives_texts_without_words() -> None:
    assert len(tfidf(make([("!", "x"), ("?", "y")] * 3), TASK)[1]) == 4


@pytest.mark.parametrize("splits", [SHOP, make([(str(n), f"l{n % 3}") for n in range(9)])], ids=["two labels", "three labels"])
def test_the_probe_learns_from_vectors(splits: LabelledSplits) -> None:
    embeddings = vectors(splits)
    assert probe_answers(splits, embeddings, fit_probe(splits, embeddings, TASK))[1] == splits.test.labels


def test_probe_probabilities_are_those_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    draw = np.random.default_rng(0)
    features = draw.normal(size=(30, 4)).astype(np.float32)
    labels = ["a", "b"] * 15
    model = LogisticRegression().fit(features, labels)
    probe = references._probe_of(model, ("a", "b"))
    np.testing.assert_allclose(probe.probabilities(features), model.predict_proba(features), atol=1e-5)


def test_zero_shot_prefers_the_nearest_name() -> None:
    names = np.eye(3, dtype=np.float32)
    answers = zero_shot(np.array([[0.1, 0.9, 0.0]], np.float32), names)
    assert answers.argmax() == 1
    assert answers.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("label", "name"),
    [("card_arrival", "card arrival"), ("cardArrival", "card arrival"), ("Sci/Tech", "sci tech"), ("好评", "好评"), ("___", "___")],
)
def test_label_names_become_words(label: str, name: str) -> None:
    assert readable_name(label) == name


def test_every_reference_of_the_task_is_scored_and_told() -> None:
    told: list[str] = []
    scored, _ = score_all(SHOP, vectors(SHOP), TASK, lambda one: told.append(one.name))
    assert tuple(told) == TASK.references
    assert all(len(one.answers) == len(SHOP.test) for one in scored)
    assert {one.name: one.metric for one in scored}["probe"] == 1.0


def test_huge_training_splits_are_sampled_evenly() -> None:
    rows = sample(1_000_000)
    assert len(rows) == references.MOST_ROWS
    assert rows[0] == 0
    assert rows[-1] >= 999_000
    assert sample(3) == [0, 1, 2]


def test_chinese_is_recognised() -> None:
    assert cjk_share(["质量很好"]) == 1.0
    assert cjk_share(["good"]) == 0.0
    assert cjk_share([]) == 0.0


def test_softmax_of_large_scores_is_finite() -> None:
    assert softmax(np.array([[1e4, 0.0]], np.float32)).tolist() == [[1.0, 0.0]]
