"""Training, validation and test rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from playground.data.normal import normalise
from playground.data.split import split_examples
from playground.errors import DatasetError

Pairs = list[tuple[str, str]]


def _frame(pairs: Pairs) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["text", "label"], dtype="str")


def _split(pairs: Pairs, validation: float = 0.2, test: float = 0.2, seed: int = 0) -> pd.DataFrame:
    return split_examples(_frame(pairs), validation_share=validation, test_share=test, seed=seed)


def _messy(seed: int) -> Pairs:
    """Skewed labels, many repeated texts, some conflicting."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(list("abcdefgh"), 400, p=[0.4, 0.25, 0.15, 0.1, 0.05, 0.03, 0.01, 0.01])
    numbers = rng.integers(0, 260, 400)
    spelled = [
        ["Text {}", "text  {}", "ＴＥＸＴ {}", " text {} "][way].format(number)
        for way, number in zip(rng.integers(0, 4, 400), numbers, strict=True)
    ]
    return list(zip(spelled, map(str, labels), strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_identical_texts_never_cross_splits(seed: int) -> None:
    split = _split(_messy(seed), seed=seed)
    per_text = split.groupby(pd.Series(normalise(split["text"])))["split"].nunique()
    assert (per_text == 1).all()


@pytest.mark.parametrize("seed", range(8))
def test_every_label_with_three_texts_is_trained_and_tested(seed: int) -> None:
    pairs = [(f"{label} {number}", label) for label, count in zip("abcde", (3, 4, 5, 9, 300), strict=True) for number in range(count)]
    split = _split(pairs, seed=seed)
    for _, rows in split.groupby("label"):
        assert {"train", "test"} <= set(rows["split"])


def test_rare_labels_train() -> None:
    pairs = [*((f"a {n}", "a") for n in range(30)), *((f"b {n}", "b") for n in range(30)), ("c 1", "c"), ("c 2", "c"), ("d", "d")]
    split = _split(pairs)
    assert set(split[split["label"].isin(["c", "d"])]["split"]) == {"train"}


def test_a_text_with_two_labels_goes_where_the_rarer_one_needs_it() -> None:
    pairs = [*((f"a {n}", "a") for n in range(40)), ("a 1", "b"), ("a 2", "b"), ("a 3", "b")]
    split = _split(pairs)
    assert {"train", "test"} <= set(split[split["label"] == "b"]["split"])


@pytest.mark.parametrize(("validation", "test"), [(0.2, 0.2), (0.1, 0.1), (0.1, 0.3), (0.0, 0.5)])
def test_the_shares_are_kept(validation: float, test: float) -> None:
    pairs = [(f"{label} {number}", label) for label in "abcdefg" for number in range(57)]
    shares = _split(pairs, validation, test)["split"].value_counts(normalize=True)
    assert shares["test"] == pytest.approx(test, abs=0.005)
    assert shares.get("validation", 0.0) == pytest.approx(validation, abs=0.005)


def test_labels_are_spread_evenly() -> None:
    pairs = [(f"{label} {number}", label) for label, count in (("a", 300), ("b", 100)) for number in range(count)]
    counts = _split(pairs).groupby(["split", "label"]).size()
    assert counts[("test", "a")] == 3 * counts[("test", "b")] == 60


def test_the_same_seed_gives_the_same_split() -> None:
    assert _split(_messy(1), seed=5).equals(_split(_messy(1), seed=5))


def test_another_seed_gives_another_split() -> None:
    assert not _split(_messy(1), seed=5)["split"].equals(_split(_messy(1), seed=6)["split"])


def test_rows_keep_their_order_and_number() -> None:
    pairs = _messy(2)
    split = _split(pairs)
    assert split.columns.tolist() == ["row", "text", "label", "split"]
    assert split["row"].tolist() == list(range(len(pairs)))
    assert split["text"].tolist() == [text for text, _ in pairs]


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "x"), ("b", "y")],
        [(f"t {n}", "x") for n in range(50)],
        [("same", "x"), *[("same", "y")] * 9],
        [(f"t {n}", str(n)) for n in range(9)],
    ],
    ids=["two rows", "one label", "one text", "no label repeats"],
)
def test_impossible_data_is_refused(pairs: Pairs) -> None:
    with pytest.raises(DatasetError) as caught:
        _split(pairs)
    assert caught.value.code == "split_impossible"


@pytest.mark.parametrize(("validation", "test"), [(-0.1, 0.2), (0.2, 0.0), (0.5, 0.5), (0.9, 0.2)])
def test_shares_that_leave_nothing_are_refused(validation: float, test: float) -> None:
    with pytest.raises(DatasetError) as caught:
        _split(_messy(0), validation, test)
    assert caught.value.code == "split_shares"
