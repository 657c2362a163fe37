"""Splits of every task but plain classification: what stays together, what is in balance, what cannot be divided."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from playground.data.split import split_examples
from playground.data.types import TaskName
from playground.errors import DatasetError

Sets = list[list[str]]


def _split(texts: Sequence[str], labels: Sequence[str], task: TaskName, seed: int = 0, **columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"text": list(texts), **columns, "label": list(labels)}, dtype="str")
    return split_examples(frame, validation_share=0.15, test_share=0.15, seed=seed, task=task)


def _crossing(keys: Sequence[object], split: pd.DataFrame) -> int:
    """Keys that are in more than one split."""
    return int((split["split"].groupby(pd.Series(list(keys), dtype=object)).nunique() > 1).sum())


def _chat(*contents: str, system: str = "") -> str:
    roles = ("user", "assistant")
    turns = [{"role": roles[place % 2], "content": content} for place, content in enumerate(contents)]
    return json.dumps([*([{"role": "system", "content": system}] if system else []), *turns], ensure_ascii=False)


def _tagged(kinds: Sequence[str]) -> tuple[str, str]:
    """Tokens and tags of a sentence with an entity of each of these kinds, of two tokens."""
    tags = [tag for kind in kinds for tag in ("O", f"B-{kind}", f"I-{kind}")] or ["O"]
    return json.dumps([f"w{place}" for place in range(len(tags))]), json.dumps(tags)


# Regression


def test_numbers_are_spread_over_their_whole_range() -> None:
    values = np.random.default_rng(0).lognormal(size=600)
    split = _split([f"t {n}" for n in range(600)], [f"{value:.4f}" for value in values], "regression")
    tenths = pd.qcut(split["label"].astype(float), 10, labels=False)
    test = tenths[split["split"] == "test"].value_counts()
    assert len(test) == 10
    assert test.max() - test.min() <= 1


def test_copies_of_a_text_stay_together_whatever_their_numbers() -> None:
    texts = [f"text {n // 3}" for n in range(120)]
    split = _split(texts, [f"{n % 7}.5" for n in range(120)], "regression")
    assert _crossing(texts, split) == 0


def test_ten_numbers_can_be_divided() -> None:
    split = _split([f"t {n}" for n in range(10)], [str(n) for n in range(10)], "regression")
    assert {"train", "validation", "test"} == set(split["split"])


def test_a_few_numbers_that_come_often_are_in_balance_too() -> None:
    split = _split([f"t {n}" for n in range(300)], [str(n % 5) for n in range(300)], "regression")
    counts = split[split["split"] == "test"]["label"].value_counts()
    assert set(counts) == {9}


@pytest.mark.parametrize("spelled", ["1,5", "1.5 ", "150 %"])
def test_numbers_are_read_as_they_are_spelled(spelled: str) -> None:
    split = _split([f"t {n}" for n in range(40)], [spelled, "2"] * 20, "regression")
    assert set(split[split["split"] == "train"]["label"]) == {spelled, "2"}


# Several labels


@pytest.mark.parametrize("seed", range(10))
def test_every_label_of_three_rows_is_trained_and_tested(seed: int) -> None:
    draw = np.random.default_rng(seed)
    chance = 1 / np.arange(1, 41)
    sets = [sorted({f"l{kind}" for kind in draw.choice(40, 3, p=chance / chance.sum())}) for _ in range(200)]
    split = _split([f"t {n}" for n in range(200)], [json.dumps(one) for one in sets], "multi-label-classification", seed)
    rows = Counter(label for one in sets for label in one)
    held = {part: {label for cell in split["label"][split["split"] == part] for label in json.loads(cell)} for part in set(split["split"])}
    frequent = {label for label, count in rows.items() if count >= 3}
    assert frequent <= held["train"]
    assert frequent <= held["test"]
    assert held["test"] | held["validation"] <= held["train"]


def test_a_label_that_only_comes_with_rarer_ones_is_tested_all_the_same() -> None:
    sets: Sets = [["common", f"rare {n}"] for n in range(3)] + [["other"]] * 30
    sets[3:6] = [["common", "rare 0"], ["common", "rare 1"], ["common", "rare 2"]]
    split = _split([f"t {n}" for n in range(33)], [json.dumps(one) for one in sets], "multi-label-classification")
    held = split[split["label"].str.contains("common")].groupby("split").size()
    assert {"train", "test"} <= set(held.index)


def test_shares_of_frequent_labels_are_kept() -> None:
    draw = np.random.default_rng(0)
    sets = [[name for name in "abcd" if draw.random() < 0.4] for _ in range(1000)]
    split = _split([f"t {n}" for n in range(1000)], [json.dumps(one) for one in sets], "multi-label-classification")
    for name in "abcd":
        share = (split[split["label"].str.contains(name)]["split"] == "test").mean()
        assert share == pytest.approx(0.15, abs=0.02)
    assert (split["split"] == "test").mean() == pytest.approx(0.15, abs=0.02)


def test_rows_without_any_label_are_divided_as_well() -> None:
    split = _split([f"t {n}" for n in range(60)], ['["a"]', "[]"] * 30, "multi-label-classification")
    assert {"train", "validation", "test"} == set(split[split["label"] == "[]"]["split"])


def test_copies_with_different_labels_stay_together() -> None:
    texts = [f"text {n // 2}" for n in range(120)]
    split = _split(texts, ['["a"]', '["a", "b"]', '["c"]'] * 40, "multi-label-classification")
    assert _crossing(texts, split) == 0


# Entities


@pytest.mark.parametrize("seed", range(5))
def test_every_kind_of_entity_of_three_rows_is_trained_and_tested(seed: int) -> None:
    groups: Sets = [["PER"]] * 60 + [["PER", "LOC"]] * 20 + [["LAW"]] * 3 + [[]] * 20
    rows = [_tagged(kinds) for kinds in groups]
    tokens = [json.dumps([*json.loads(words)[:-1], f"end {n}"]) for n, (words, _) in enumerate(rows)]
    split = _split(tokens, [tags for _, tags in rows], "token-classification", seed)
    for kind in ("PER", "LOC", "LAW"):
        assert {"train", "test"} <= set(split[split["label"].str.contains(f"B-{kind}")]["split"])
    assert "test" in set(split[~split["label"].str.contains("B-")]["split"])


def test_the_same_tokens_stay_together() -> None:
    rows = [_tagged(["PER"] * (1 + n % 9)) for n in range(90)]
    split = _split([tokens for tokens, _ in rows], [tags for _, tags in rows], "token-classification")
    assert _crossing([tokens for tokens, _ in rows], split) == 0


# Answers and plain text


def test_a_question_stays_together_whatever_stands_above_it() -> None:
    chats = [_chat(f"How do I do thing {n // 2}?", system=("", "Be brief.")[n % 2]) for n in range(80)]
    split = _split(chats, [f"answer {n}" for n in range(80)], "generation")
    assert _crossing([n // 2 for n in range(80)], split) == 0
    assert split["split"].value_counts().to_dict() == {"train": 56, "validation": 12, "test": 12}


def test_a_short_last_turn_makes_two_conversations_no_copies() -> None:
    chats = [_chat(f"Tell me about place {n}.", "Well ...", "Go on") for n in range(40)]
    split = _split(chats, ["more"] * 40, "generation")
    assert {"train", "validation", "test"} == set(split["split"])


def test_unlabelled_texts_are_divided_at_random() -> None:
    texts = [f"paragraph {n // 2}" for n in range(200)]
    split = _split(texts, [""] * 200, "language-modeling")
    assert split.columns.tolist() == ["row", "text", "label", "split"]
    assert split["split"].value_counts().to_dict() == {"train": 140, "validation": 30, "test": 30}
    assert _crossing(texts, split) == 0
    assert not split["split"].equals(_split(texts, [""] * 200, "language-modeling", seed=1)["split"])


def test_pairs_are_balanced_by_label() -> None:
    split = _split(["same"] * 80, list("aaab") * 20, "text-pair-classification", text_pair=[f"other {n}" for n in range(80)])
    assert split[split["split"] == "test"]["label"].value_counts().to_dict() == {"a": 9, "b": 3}


# What cannot be divided


@pytest.mark.parametrize(
    ("task", "texts", "labels", "code"),
    [
        ("regression", ["a", "a", "b"], ["1", "2", "3"], "split_too_few"),
        ("regression", [f"t {n}" for n in range(30)], ["2.50", "2.5"] * 15, "split_one_value"),
        ("multi-label-classification", [f"t {n}" for n in range(30)], ["[]"] * 30, "split_no_labels"),
        ("token-classification", [json.dumps(["a", str(n)]) for n in range(30)], ['["O", "O"]'] * 30, "split_no_entities"),
        ("generation", [_chat("the same")] * 30, [f"answer {n}" for n in range(30)], "split_too_few"),
        ("language-modeling", ["one", "two", "three"], [""] * 3, "split_too_few"),
        ("text-pair-classification", ["a"] * 30, ["x"] * 30, "split_impossible"),
    ],
)
def test_data_that_cannot_be_divided_says_why(task: TaskName, texts: list[str], labels: list[str], code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        _split(texts, labels, task)
    assert caught.value.code == code
    for language in ("en", "zh"):
        assert caught.value.message(language)
        assert caught.value.remedy(language)


@pytest.mark.parametrize(
    ("task", "other", "code"),
    [
        ("multi-label-classification", ('["a"]', '["a", "new"]'), "split_unseen_label"),
        ("token-classification", ('["B-PER"]', '["B-LAW"]'), "split_unseen_entity"),
    ],
)
def test_a_label_only_the_given_test_has_is_refused(task: TaskName, other: tuple[str, str], code: str) -> None:
    labels = [other[0]] * 20 + [other[1]] * 4
    with pytest.raises(DatasetError) as caught:
        _split([f'["w{n}"]' for n in range(24)], labels, task, split=["train"] * 20 + ["test"] * 4)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("task", "labels"), [("regression", [str(n) for n in range(24)]), ("generation", [f"answer {n}" for n in range(24)])]
)
def test_a_given_test_may_hold_what_training_lacks_where_answers_are_no_labels(task: TaskName, labels: list[str]) -> None:
    texts = [_chat(f"question {n}") for n in range(24)]
    split = _split(texts, labels, task, split=["train"] * 20 + ["test"] * 4)
    assert split["split"].tolist()[20:] == ["test"] * 4
    assert "validation" in set(split["split"])
