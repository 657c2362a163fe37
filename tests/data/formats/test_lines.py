"""Text files without columns."""

from __future__ import annotations

import pytest

from playground.data.limits import Limits
from playground.data.read import read_table
from playground.errors import DatasetError


def test_a_text_file_holds_one_text_a_line() -> None:
    table = read_table("今天天气不错\r\n\r\n  你吃饭了吗  \rwhat now\n".encode(), "lines.txt")
    assert (table.format, table.delimiter, table.task) == ("txt", None, None)
    assert table.frame.to_dict("list") == {"text": ["今天天气不错", "你吃饭了吗", "what now"]}


def test_a_first_line_that_could_be_a_header_is_a_text_too() -> None:
    assert len(read_table(b"hello\nwhat a day\nfine then\n", "lines.txt").frame) == 3


def test_a_text_file_with_columns_is_a_table() -> None:
    assert read_table(b"where is it\tx\nwho came\ty\nwhat now\tx\n", "lines.txt").format == "csv"


@pytest.mark.parametrize("name", ["train.txt", "train.csv", "train.ft", "train"])
def test_fasttext_is_known_by_its_labels(name: str) -> None:
    table = read_table(b"__label__spam buy this, now\n__label__ham see you, soon\n__label__ham ok, fine\n", name)
    assert (table.format, table.task) == ("fasttext", "text-classification")
    assert table.frame.to_dict("list") == {"text": ["buy this, now", "see you, soon", "ok, fine"], "label": ["spam", "ham", "ham"]}


@pytest.mark.parametrize(
    "data", [b"I like it, really.\nI do not, sorry, at all.\nIt is fine.\nSo so, I guess.\n", "很好，喜欢。\n不好，退货。\n".encode()]
)
def test_commas_of_sentences_do_not_cut_a_text_file(data: bytes) -> None:
    table = read_table(data, "lines.txt")
    assert (table.format, table.frame["text"].tolist()) == ("txt", data.decode().splitlines())


def test_labels_in_a_cell_of_their_own_are_a_table() -> None:
    table = read_table(b"__label__a,hello there\n__label__b,bye now\n__label__a,so long\n", "x.csv")
    assert (table.format, table.frame.iloc[:, 0].tolist()) == ("csv", ["__label__a", "__label__b", "__label__a"])


def test_several_labels_a_line_become_lists() -> None:
    table = read_table(b"__label__b __label__a one\n__label__a two\nthree\n__label__c __label__a four\n", "x.txt")
    assert table.task == "multi-label-classification"
    assert table.frame["label"].tolist() == ['["a", "b"]', '["a"]', "[]", '["a", "c"]']


def test_labels_may_stand_at_the_end() -> None:
    table = read_table(b"one two __label__a\nthree __label__b\n", "x.txt")
    assert table.frame.to_dict("list") == {"text": ["one two", "three"], "label": ["a", "b"]}


def test_a_text_that_mentions_fasttext_is_no_fasttext() -> None:
    data = b"text,label\nwhat does __label__ mean,q\nno idea at all,a\nwho knows then,q\n"
    assert read_table(data, "x.csv").format == "csv"


def test_limits_hold_for_lines() -> None:
    for limits, code in (
        (Limits(rows=1), "too_many_rows"),
        (Limits(cell_characters=3), "value_too_long"),
        (Limits(labels=1), "too_many_labels"),
    ):
        with pytest.raises(DatasetError) as caught:
            read_table(b"__label__a hello\n__label__b hello\n", "x.txt", limits=limits)
        assert caught.value.code == code
