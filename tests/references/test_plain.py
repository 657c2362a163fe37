"""References that need nothing but texts and labels."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from playground.references.linear import Cells
from playground.references.plain import Both, Texts, cjk_share, majority, mean, tfidf
from playground.tasks import get_task

SHOP = [("money back now", "refund"), ("where is it", "delivery"), ("refund the money", "refund"), ("when is it here", "delivery")] * 3
REVIEWS = [("质量很好很喜欢", "好评"), ("太差了要退货", "差评"), ("好用推荐", "好评"), ("坏的差劲", "差评")] * 3


def answers(task: str, texts: Sequence[str], cells: Sequence[str], pairs: Sequence[str] = ()) -> Both:
    """Trained, validated and tested on the same rows."""
    rows, found = Texts(texts, pairs), get_task(task)
    return tfidf(found, rows, rows, rows, Cells(cells, cells, found.labels(cells)))


def test_majority_answers_the_most_frequent_training_label() -> None:
    assert majority(["x", "y", "y"], 2, 1) == Both(["y", "y"], ["y"])


def test_mean_answers_the_mean_of_the_training_numbers() -> None:
    assert mean(["1", "2,0"], 1, 2) == Both(["1.5"], ["1.5", "1.5"])


@pytest.mark.parametrize("rows", [SHOP, REVIEWS], ids=["english", "chinese"])
def test_tfidf_learns_words_and_character_pieces(rows: list[tuple[str, str]]) -> None:
    labels = [label for _, label in rows]
    assert answers("text-classification", [text for text, _ in rows], labels).test == labels


def test_tfidf_survives_texts_without_words() -> None:
    assert len(answers("text-classification", ["!", "?"] * 3, ["x", "y"] * 3).test) == 6


def test_tfidf_of_a_pair_sees_what_both_texts_share() -> None:
    names = ["apple tree", "blue river", "green hill", "old road", "tall tower", "wet stone"]
    first = [one for one in names for _ in names]
    second = names * len(names)
    same = ["yes" if one == two else "no" for one, two in zip(first, second, strict=True)]
    assert answers("text-pair-classification", first, same, second).test == same


def test_tfidf_learns_several_labels() -> None:
    cells = ['["a"]', '["a", "b"]', '["b"]', "[]"] * 6
    assert answers("multi-label-classification", ["apple", "apple bear", "bear", "cow"] * 6, cells).test == cells


def test_tfidf_learns_numbers() -> None:
    texts = ["good good", "good bad", "bad bad"] * 8
    found = [float(cell) for cell in answers("regression", texts, ["10", "5", "0"] * 8).test[:3]]
    assert found[0] > found[1] > found[2]
    assert found[0] == pytest.approx(10, abs=1)


def test_chinese_is_recognised() -> None:
    assert cjk_share(["质量很好"]) == 1.0
    assert cjk_share(["good"]) == 0.0
    assert cjk_share([]) == 0.0
