"""What a task with one vector of scores is compared with."""

from __future__ import annotations

import numpy as np
import pytest

from playground.references.outputs import OneLabelOutputs
from playground.tasks import get_task
from playground.training.embed import Matrix
from playground.training.sequence.references import Embeddings, asked, by_name, fit_base, of_pairs, readable_name
from playground.training.texts import LabelledSplits, Part

TASK = get_task("text-classification")


def part(pairs: list[tuple[str, str]]) -> Part:
    return Part(list(range(len(pairs))), [text for text, _ in pairs], [label for _, label in pairs])


def make(pairs: list[tuple[str, str]]) -> LabelledSplits:
    return LabelledSplits(part(pairs), part(pairs), part(pairs[:4]), tuple(sorted({label for _, label in pairs})))


SHOP = make(
    [("money back now", "refund"), ("where is it", "delivery"), ("refund the money", "refund"), ("when is it here", "delivery")] * 3
)


def vectors(splits: LabelledSplits) -> Embeddings:
    """One direction a label."""
    axes = np.eye(len(splits.labels), 4, dtype=np.float32)

    def of(labels: list[str]) -> Matrix:
        return np.stack([axes[splits.labels.index(label)] for label in labels])

    return Embeddings(of(splits.train.labels), of(splits.validation.labels), of(splits.test.labels), axes)


@pytest.mark.parametrize("splits", [SHOP, make([(str(n), f"l{n % 3}") for n in range(9)])], ids=["two labels", "three labels"])
def test_the_probe_learns_from_vectors(splits: LabelledSplits) -> None:
    embeddings = vectors(splits)
    probe = fit_base(splits, embeddings, TASK).probe
    assert OneLabelOutputs().cells(probe.scores(embeddings.test), splits.labels, {}) == splits.test.labels


def test_zero_shot_prefers_the_nearest_name() -> None:
    assert by_name(np.array([[0.1, 0.9, 0.0]], np.float32), np.eye(3, dtype=np.float32)).argmax() == 1


@pytest.mark.parametrize(
    ("label", "name"),
    [("card_arrival", "card arrival"), ("cardArrival", "card arrival"), ("Sci/Tech", "sci tech"), ("好评", "好评"), ("___", "___")],
)
def test_label_names_become_words(label: str, name: str) -> None:
    assert readable_name(label) == name


def test_every_reference_of_the_task_is_scored() -> None:
    embeddings = vectors(SHOP)
    scored = list(asked(SHOP, embeddings, TASK, fit_base(SHOP, embeddings, TASK)))
    assert tuple(name for name, _, _ in scored) == TASK.references
    assert all(len(answers) == len(SHOP.test) for _, _, answers in scored)
    assert {name: metric for name, metric, _ in scored}["probe"] == 1.0


def test_the_features_of_a_pair_do_not_depend_on_which_text_comes_first() -> None:
    one, two = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    np.testing.assert_array_equal(of_pairs(one, two), of_pairs(two, one))
    assert of_pairs(one, two).shape == (3, 8)
