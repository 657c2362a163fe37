"""What a zip holds."""

from __future__ import annotations

import gzip

import pytest

from playground.data.limits import Limits
from playground.data.read import read_table
from playground.data.types import Table
from playground.errors import DatasetError
from tests.data.formats.test_archives import CSV, zipped

OTHER = b"text,label\nsomething else,y\nyet another,x\n"


def _read(files: dict[str, bytes], limits: Limits | None = None) -> Table:
    return read_table(zipped(files), "x.zip", limits=limits or Limits())


def _pairs(table: Table) -> list[tuple[str, str]]:
    return list(zip(table.frame["text"], table.frame["label"], strict=True))


@pytest.mark.parametrize("root", ["", "data/", "data/texts/"])
def test_folders_called_like_labels_hold_their_texts(root: str) -> None:
    table = _read({f"{root}{label}/{number}.txt": f"{label} text {number}\n".encode() for label in ("neg", "pos") for number in (1, 2, 10)})
    assert (table.format, table.task, table.splits) == ("zip", "text-classification", None)
    assert _pairs(table) == [(f"{label} text {number}", label) for label in ("neg", "pos") for number in (1, 2, 10)]


def test_folders_of_splits_hold_folders_of_labels() -> None:
    files = {f"imdb/{split}/{label}/{n}.txt": b"a text" for split in ("train", "test") for label in ("neg", "pos") for n in range(3)}
    table = _read({**files, "imdb/README": b"about", "imdb/imdb.vocab": b"words", "imdb/train/urls_pos.txt": b"http://a.b"})
    assert table.splits is not None
    assert (table.splits.count("train"), table.splits.count("test")) == (6, 6)
    assert set(table.frame["label"]) == {"neg", "pos"}
    assert [finding.facts["count"] for finding in table.findings if finding.code == "archive_left_out"] == [2]


@pytest.mark.parametrize(
    ("folders", "labels"),
    [(("rec/autos", "rec/sport", "sci/space"), {"autos", "sport", "space"}), (("good/2026", "bad/2026"), {"good", "bad"})],
)
def test_deeper_folders_are_labels_where_they_differ(folders: tuple[str, ...], labels: set[str]) -> None:
    assert set(_read({f"{folder}/{n}.txt": b"a text" for folder in folders for n in range(3)}).frame["label"]) == labels


def test_texts_that_are_not_utf8_share_one_encoding() -> None:
    good, bad = "这件衣服的质量非常好，我很喜欢", "物流太慢了，包装也破了，非常失望"
    table = _read({f"{label}/{n}.txt": text.encode("gbk") for label, text in (("好评", good), ("差评", bad)) for n in range(3)})
    assert set(_pairs(table)) == {(good, "好评"), (bad, "差评")}


def test_the_encoding_asked_for_holds_for_texts_in_folders() -> None:
    files = {f"{label}/{n}.txt": "тепло и свет".encode("koi8-r") for label in "ab" for n in range(3)}
    table = read_table(zipped(files), "x.zip", encoding="koi8-r")
    assert (table.encoding, table.frame["text"][0]) == ("koi8-r", "тепло и свет")


def test_texts_in_utf16_are_told_by_their_marks() -> None:
    files = {f"{label}/{n}.txt": text.encode("utf-16") for label, text in (("a", "好的"), ("b", "坏的")) for n in range(2)}
    assert set(_pairs(_read({**files, "a/9.txt": b"plain"}))) == {("好的", "a"), ("坏的", "b"), ("plain", "a")}


def test_a_pickle_among_the_texts_is_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        _read({**{f"{label}/{n}.txt": b"a text" for label in "ab" for n in range(3)}, "a/9.txt": b"\x80\x04\x95\xff\xfe]\x94."})
    assert caught.value.code in ("file_is_pickle", "file_has_nul", "file_is_binary")


def test_too_many_label_folders_are_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        _read({f"{label}/{n}.txt": b"a" for label in "abc" for n in range(2)}, Limits(labels=2))
    assert caught.value.code == "too_many_labels"


@pytest.mark.parametrize(
    "beside",
    [{}, {"README.md": b"# about", "__MACOSX/._data.csv": b"x", "LICENSE": b"free", "plot.png": b"\x89PNG", "requirements.txt": b"numpy"}],
)
def test_a_single_table_is_read(beside: dict[str, bytes]) -> None:
    assert _pairs(_read({"folder/data.csv": CSV, **beside}))[0] == ("where is it", "x")


def test_a_table_may_be_called_like_what_usually_lies_beside_it() -> None:
    assert len(_read({"notice_board.csv": CSV, "readme.csv": CSV}).frame) == 6


def test_names_inside_are_shown_without_side_effects() -> None:
    with pytest.raises(DatasetError) as caught:
        _read({"a\x1b[31m.png": b"x", "b\u202e.png": b"y"})
    assert caught.value.facts["files"] == "a.png, b.png"


def test_a_packed_table_inside_is_read() -> None:
    assert len(_read({"data.csv.gz": gzip.compress(CSV)}).frame) == 3


@pytest.mark.parametrize(
    "names",
    [
        ("train.csv", "dev.csv", "test.csv"),
        ("data/test/a.csv", "data/validation/a.csv", "data/train/a.csv"),
        ("训练集.csv", "验证集.csv", "测试集.csv"),
        ("train-00000-of-00001.csv", "validation-00000-of-00001.csv", "test-00000-of-00001.csv"),
    ],
)
def test_tables_named_like_splits_are_splits(names: tuple[str, ...]) -> None:
    table = _read(dict.fromkeys(names, CSV))
    assert table.splits == ("train",) * 3 + ("validation",) * 3 + ("test",) * 3


def test_text_files_named_like_splits_are_splits() -> None:
    table = _read({"train.txt": b"__label__a one two\n__label__b three\n", "test.txt": b"__label__a four\n"})
    assert (table.splits, table.frame["label"].tolist()) == (("train", "train", "test"), ["a", "b", "a"])


def test_parts_of_one_split_are_put_together() -> None:
    table = _read({"train-00000-of-00002.csv": CSV, "train-00001-of-00002.csv": OTHER, "test-00000-of-00001.csv": CSV})
    assert table.splits == ("train",) * 5 + ("test",) * 3


def test_a_third_table_beside_train_and_test_is_left_out() -> None:
    table = _read({"train.csv": CSV, "test.csv": OTHER, "sample_submission.csv": b"id,label\n1,x\n"})
    assert len(table.frame) == 5
    assert table.findings[-1].code == "archive_left_out"


def test_parts_of_one_table_are_stacked() -> None:
    assert len(_read({"part1.csv": CSV, "part2.csv": OTHER}).frame) == 5


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.csv": CSV, "b.csv": b"name,age\nann lee,1\nbob ray,2\n"}, "tables_differ"),
        ({"a.txt": b"one", "b.txt": b"two"}, "archive_unclear"),
        ({"a.png": b"\x89PNG", "b.pdf": b"%PDF"}, "archive_unclear"),
        ({"data.csv": b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n"}, "file_is_pointer"),
        ({"data.csv": b"\x80\x04\x95]\x94."}, "file_is_pickle"),
    ],
)
def test_an_archive_without_a_table_is_refused_with_what_is_inside(files: dict[str, bytes], code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        _read(files)
    assert caught.value.code == code
    assert any(name in str(caught.value) for name in files)
