"""Splits as labels and token ids."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from transformers import AutoTokenizer

from playground.errors import RunError
from playground.recipe import Recipe
from playground.tasks import get_task
from playground.training.texts import Inputs, Part, by_length, encode, pad, padding_token, read_splits, varied

TASK = get_task("text-classification")


def write(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    frame = pd.DataFrame(rows, columns=["text", "label", "split"])
    frame.insert(0, "row", range(len(rows)))
    frame.to_parquet(path / "splits.parquet")
    return path / "splits.parquet"


GOOD = [("a", "x", "train"), ("b", "y", "train"), ("c", "x", "validation"), ("d", "y", "test")]


def test_splits_keep_rows_and_sort_labels(tmp_path: Path) -> None:
    splits = read_splits(write(tmp_path, GOOD), TASK)
    assert splits.labels == ("x", "y")
    assert (splits.test.rows, splits.test.texts, splits.test.labels) == ([3], ["d"], ["y"])


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (GOOD[:3], "split_empty"),
        ([("a", "x", "train"), ("c", "x", "validation"), ("d", "x", "test")], "labels_too_few"),
        ([*GOOD, ("e", "z", "test")], "label_not_in_training"),
    ],
)
def test_splits_that_cannot_be_learned_from_are_refused(tmp_path: Path, rows: list[tuple[str, str, str]], code: str) -> None:
    with pytest.raises(RunError) as caught:
        read_splits(write(tmp_path, rows), TASK)
    assert caught.value.code == code
    assert caught.value.message("zh")


def test_of_written_answers_some_test_rows_are_asked_and_the_others_counted(tmp_path: Path) -> None:
    rows = [("q", "a", "train"), ("q", "a", "validation"), *((f"q{n}", "a", "test") for n in range(130))]
    splits = read_splits(write(tmp_path, rows), get_task("generation"))
    assert (len(splits.test), splits.left_out) == (100, 30)
    assert splits.test.texts[0] != splits.test.texts[-1] == "q128"


PART = Part(list(range(10, 30)), [f"this is a text of number {n} to vary" for n in range(20)], ["x", "y"] * 10)


@pytest.mark.parametrize(("share", "count"), [(0.5, 10), (1.0, 20)])
def test_varied_copies_keep_the_row_and_label_of_their_text(share: float, count: int) -> None:
    extra = varied(PART, Recipe(model="m", augmentation="word-dropout", augmentation_share=share))
    assert len(extra) == count
    for row, text, label in zip(extra.rows, extra.texts, extra.labels, strict=True):
        place = PART.rows.index(row)
        assert PART.labels[place] == label
        assert set(text.split()) < set(PART.texts[place].split())


def test_without_augmentation_there_are_no_copies() -> None:
    assert len(varied(PART, Recipe(model="m"))) == 0


def test_texts_are_cut_to_the_limit(tiny_bert: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_bert)
    assert [len(ids) for ids in encode(tokenizer, ["good", "good " * 50], max_length=10)] == [3, 10]


def test_the_prefix_goes_before_each_text(tiny_bert: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_bert)
    assert encode(tokenizer, ["good"], max_length=10, prefix="is ") == encode(tokenizer, ["is good"], max_length=10)


def test_no_texts_are_no_tokens(tiny_bert: Path) -> None:
    assert encode(AutoTokenizer.from_pretrained(tiny_bert), [], max_length=10) == []


def test_a_batch_is_padded_to_its_longest_row() -> None:
    batch = pad([Inputs([5, 6, 7]), Inputs([8])], padding=0)
    assert batch["input_ids"].tolist() == [[5, 6, 7], [8, 0, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]


def test_the_texts_of_a_pair_are_told_apart(tiny_bert: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_bert)
    one, two = encode(tokenizer, ["good", "very good"], max_length=16, pairs=["bad", "bad bad"])
    assert one.types == [0, 0, 0, 1, 1]
    batch = pad([one, two], padding=0)
    assert batch["token_type_ids"].tolist() == [[*one.types, 0, 0], two.types]
    assert "token_type_ids" not in pad([Inputs([1])], padding=0)


def test_padding_can_be_rounded_up() -> None:
    assert pad([Inputs([1, 2, 3])], padding=0, multiple_of=8)["input_ids"].shape == (1, 8)


def test_evaluation_batches_hold_every_row_once_longest_first() -> None:
    assert by_length([3, 9, 5, 9], 3) == [[1, 3, 2], [0]]


def test_a_tokenizer_without_padding_uses_its_end_of_text(tiny_bert: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_bert)
    tokenizer.pad_token, tokenizer.eos_token = None, "[SEP]"
    assert padding_token(tokenizer) == tokenizer.convert_tokens_to_ids("[SEP]")
