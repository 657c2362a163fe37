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


# Splits the data brings


def _given(**counts: int) -> pd.DataFrame:
    """So many rows in each split, labels a and b in turn."""
    rows = [(f"{split} text {number}", "ab"[number % 2], split) for split, count in counts.items() for number in range(count)]
    return pd.DataFrame(rows, columns=["text", "label", "split"], dtype="str")


def _as_given(rows: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    return split_examples(rows, validation_share=0.2, test_share=0.25, seed=seed)


def test_given_splits_are_used_as_they_are() -> None:
    rows = _given(test=6, train=20, validation=4)
    split = _as_given(rows)
    assert split.columns.tolist() == ["row", "text", "label", "split"]
    assert split["split"].tolist() == rows["split"].tolist()
    assert split["row"].tolist() == list(range(30))


def test_identical_texts_across_given_splits_stay_where_they_are() -> None:
    rows = _given(train=20, validation=4, test=4)
    rows.loc[20:, "text"] = rows["text"].iloc[0]
    assert _as_given(rows)["split"].tolist() == rows["split"].tolist()


def test_a_missing_validation_split_comes_from_the_training_rows() -> None:
    rows = _given(train=40, test=8)
    split = _as_given(rows)
    assert (split["split"][40:] == "test").all()
    assert split["split"].value_counts().to_dict() == {"train": 32, "validation": 8, "test": 8}
    assert split[split["split"] == "validation"]["label"].value_counts().to_dict() == {"a": 4, "b": 4}


def test_a_missing_test_split_comes_from_the_training_rows() -> None:
    split = _as_given(_given(train=40, validation=8))
    assert (split["split"][40:] == "validation").all()
    assert split["split"].value_counts().to_dict() == {"train": 30, "test": 10, "validation": 8}


def test_what_is_divided_off_keeps_identical_texts_together() -> None:
    rows = _given(train=40, test=8)
    rows["text"] = [f"text {number // 4}" for number in range(48)]
    split = _as_given(rows)[:40]
    assert (split.groupby("text")["split"].nunique() == 1).all()


def test_what_is_divided_off_depends_on_the_seed_alone() -> None:
    rows = _given(train=40, test=8)
    assert _as_given(rows, 1).equals(_as_given(rows, 1))
    assert not _as_given(rows, 1).equals(_as_given(rows, 2))


def test_training_rows_alone_are_divided_as_if_no_split_was_given() -> None:
    rows = _given(train=40)
    assert _as_given(rows)["split"].tolist() == _as_given(rows.drop(columns="split"))["split"].tolist()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (_given(test=20, validation=20), "split_without_train"),
        (
            _given(train=20, validation=4, test=4).assign(label=lambda rows: rows["label"].where(rows["split"] != "test", "c")),
            "split_unseen_label",
        ),
        (_given(train=20, validation=4, test=4).assign(label="a"), "split_impossible"),
        (_given(train=2, test=20), "split_impossible"),
    ],
    ids=["no training", "unseen label", "one label", "too few to divide"],
)
def test_given_splits_that_cannot_train_are_refused(rows: pd.DataFrame, code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        _as_given(rows.astype("str"))
    assert caught.value.code == code
    assert caught.value.message("zh")


def test_pairs_with_one_text_in_common_are_different_texts() -> None:
    rows = pd.DataFrame({"text": ["same"] * 40, "text_pair": [f"other {n}" for n in range(40)], "label": list("ab") * 20}, dtype="str")
    split = split_examples(rows, validation_share=0.2, test_share=0.2, seed=0)
    assert split.columns.tolist() == ["row", "text", "text_pair", "label", "split"]
    assert split["split"].value_counts().to_dict() == {"train": 24, "validation": 8, "test": 8}
