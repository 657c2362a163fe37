"""Files that were chosen together."""

from __future__ import annotations

import json

import pytest

from playground.data.formats.several import divided, split_of
from playground.data.limits import Limits
from playground.data.read import read_tables
from playground.data.types import SplitName
from playground.errors import DatasetError
from tests.data.formats.test_archives import zipped

TRAIN = b"text,label\nwhere is it,x\nwho came,y\nwhat now,x\n"
LINES = b'{"label": "y", "text": "from json"}\n{"label": "x", "text": "one more"}\n'


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("train.csv", "train"), ("my_train_data.csv", "train"), ("TrainSet.tsv", "train"), ("train-00000-of-00001.parquet", "train"),
        ("dev.jsonl", "validation"), ("valid.csv", "validation"), ("val_1.csv", "validation"), ("eval.csv", "validation"),
        ("test_set.xlsx", "test"), ("data/test/part.csv", "test"), ("训练集.csv", "train"), ("情感_验证集.csv", "validation"),
        ("测试数据.xlsx", "test"), ("latest.csv", None), ("contest.csv", None), ("train_test.csv", None), ("data.csv", None),
        ("training/dev.csv", "validation"), ("value.csv", None),
    ],
)  # fmt: skip
def test_names_tell_splits(path: str, split: SplitName | None) -> None:
    assert split_of(path) == split


def test_a_file_that_says_nothing_is_for_training_where_no_other_is() -> None:
    assert divided(["reviews.csv", "test.csv"]) == ["train", "test"]
    assert divided(["reviews.csv", "train.csv", "test.csv"]) is None
    assert divided(["train.csv", "train2.csv"]) is None
    assert divided(["a.csv", "b.csv"]) is None
    assert divided(["dev.csv", "test.csv"]) is None


def test_files_of_different_formats_become_the_splits_of_one_dataset() -> None:
    table = read_tables([(LINES, "test.jsonl"), (TRAIN, "train.csv")])
    assert table.splits == ("train", "train", "train", "test", "test")
    assert table.frame.columns.tolist() == ["text", "label"]
    assert table.frame["text"].tolist()[-1] == "one more"
    assert (table.name, table.format) == ("test.jsonl, train.csv", "csv + jsonl")


def test_a_file_that_says_nothing_beside_train_and_test_is_for_training() -> None:
    assert read_tables([(TRAIN, "more.csv"), (TRAIN, "train.csv"), (TRAIN, "test.csv")]).splits == ("train",) * 6 + ("test",) * 3


def test_a_zip_may_be_among_them() -> None:
    table = read_tables([(zipped({"part.csv": TRAIN}), "train.zip"), (TRAIN, "test.csv")])
    assert (table.splits, table.name) == (("train",) * 3 + ("test",) * 3, "train.zip, test.csv")


def test_files_of_the_same_columns_are_stacked() -> None:
    table = read_tables([(TRAIN, "a.csv"), (TRAIN.replace(b"text,label", b"Text,Label"), "b.csv")])
    assert (len(table.frame), table.splits) == (6, None)


def test_a_single_file_is_read_as_ever() -> None:
    assert read_tables([(TRAIN, "train.csv")]).splits is None


def test_files_of_different_columns_are_refused_with_these() -> None:
    with pytest.raises(DatasetError) as caught:
        read_tables([(TRAIN, "train.csv"), (b"sentence,score\nhello there,1\nwho came,2\n", "test.csv")])
    assert caught.value.code == "tables_differ"
    assert "test.csv" in str(caught.value)
    assert "sentence, score" in str(caught.value)


def test_findings_of_several_files_name_rows_of_the_whole() -> None:
    ragged = b"text,label\nwhere is it,x\nonly a text\nwhat now,x\nand then,y\n"
    finding = next(one for one in read_tables([(ragged, "a.csv"), (ragged, "b.csv")]).findings if one.code == "rows_too_narrow")
    assert finding.rows == (1, 5)


def test_the_same_limit_holds_for_all_together() -> None:
    for limits, code in ((Limits(rows=5), "too_many_rows"), (Limits(file_bytes=80), "file_too_large")):
        with pytest.raises(DatasetError) as caught:
            read_tables([(TRAIN, "a.csv"), (TRAIN, "b.csv")], limits=limits)
        assert caught.value.code == code


def test_chats_of_several_files_stay_chats() -> None:
    lines = "\n".join(json.dumps({"instruction": f"do {n}", "output": f"did {n}"}) for n in range(3)).encode()
    table = read_tables([(lines, "train.jsonl"), (lines, "test.jsonl")])
    assert (table.task, len(table.frame)) == ("generation", 6)
