"""Who is near whom, whatever the model's cosines are like."""

from __future__ import annotations

import numpy as np
import pytest

from playground.survey.near import neighbourhood
from playground.training.embed import Matrix
from tests.survey.conftest import ODD, Read


def unit(vectors: Matrix) -> Matrix:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@pytest.fixture
def vectors() -> Matrix:
    """Forty directions of which nothing is near anything."""
    return unit(np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32))


def test_texts_that_mean_the_same_are_one_group(vectors: Matrix) -> None:
    vectors[[7, 30]] = unit(vectors[3] + 0.02 * vectors[[7, 30]])
    assert neighbourhood(vectors).groups == ((3, 7, 30),)


def test_the_largest_group_comes_first(vectors: Matrix) -> None:
    vectors[1] = vectors[0]
    vectors[[11, 12]] = vectors[10]
    assert neighbourhood(vectors).groups == ((10, 11, 12), (0, 1))


def test_a_model_to_which_everything_is_alike_has_no_group_either(vectors: Matrix) -> None:
    assert neighbourhood(unit(vectors + 20 * vectors.mean(axis=0) / np.linalg.norm(vectors.mean(axis=0)))).groups == ()


def test_groups_are_found_across_blocks() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(2500, 32)).astype(np.float32))
    vectors[2400] = vectors[5]
    seen: list[tuple[int, int]] = []
    assert (5, 2400) in neighbourhood(vectors, lambda done, total: seen.append((done, total))).groups
    assert seen == [(1024, 2500), (2048, 2500), (2500, 2500)]


def test_a_file_in_which_everything_is_the_same_is_one_group_and_no_trouble() -> None:
    vectors = unit(1 + 0.001 * np.random.default_rng(0).normal(size=(3000, 8)).astype(np.float32))
    far = unit(np.random.default_rng(1).normal(size=(300, 8)).astype(np.float32))
    groups = neighbourhood(np.concatenate([vectors, far])).groups
    assert sum(len(group) for group in groups) >= 3000


def test_a_text_far_from_all_others_is_an_outlier() -> None:
    draw = np.random.default_rng(0)
    centres = draw.normal(size=(3, 64))
    vectors = unit((centres[draw.integers(0, 3, 90)] + 0.1 * draw.normal(size=(90, 64))).astype(np.float32))
    vectors[17] = unit(draw.normal(size=(1, 64)).astype(np.float32))[0]
    assert neighbourhood(vectors).outliers[0] == 17


def test_what_does_not_belong_among_reviews_is_strangest(reviews: Read) -> None:
    rows, vectors = reviews
    strangest = neighbourhood(vectors).outliers[: len(ODD)]
    assert {rows.texts[place] for place in strangest} == set(ODD)


def test_few_texts_have_no_outliers(vectors: Matrix) -> None:
    assert neighbourhood(vectors[:19]).outliers == ()


def test_at_most_two_in_a_hundred_are_outliers() -> None:
    draw = np.random.default_rng(0)
    vectors = unit(np.concatenate([1 + 0.01 * draw.normal(size=(150, 32)), draw.normal(size=(50, 32))]).astype(np.float32))
    assert len(neighbourhood(vectors).outliers) <= 4


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_texts_are_no_problem(vectors: Matrix, count: int) -> None:
    assert neighbourhood(vectors[:count]).outliers == ()
