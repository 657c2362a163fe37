"""CoNLL in its widths."""

from __future__ import annotations

import json

import pytest

from playground.data.formats.conll import conll_shape
from playground.data.read import read_table
from playground.data.types import Table

SENTENCES = [[("Ann", "B-PER"), ("met", "O"), ("Bob", "B-PER"), ("Lee", "I-PER")], [("Rome", "B-LOC"), ("waits", "O")]]


def _file(build: str, between: str = "\n") -> str:
    return between.join("".join(build.format(token=token, tag=tag, n=n) + "\n" for n, (token, tag) in enumerate(s, 1)) for s in SENTENCES)


def _sentences(table: Table) -> list[list[tuple[str, str]]]:
    return [
        list(zip(json.loads(tokens), json.loads(tags), strict=True))
        for tokens, tags in zip(table.frame["tokens"], table.frame["tags"], strict=True)
    ]


@pytest.mark.parametrize("name", ["x.conll", "x.txt", "x.tsv", "x"])
@pytest.mark.parametrize(
    "build",
    ["{token} {tag}", "{token}\t{tag}", "{token} NNP B-NP {tag}", "{token}\tNNP\tX\tY\t{tag}", "{token} _ {tag}", "{n}\t{token}\t{tag}\tO"],
    ids=["two", "two by tab", "four", "five", "three", "numbered with a second layer"],
)
def test_every_width_is_read(build: str, name: str) -> None:
    table = read_table(_file(build).encode(), name)
    assert (table.format, table.task) == ("conll", "token-classification")
    assert _sentences(table) == SENTENCES


def test_windows_line_ends_and_marks_do_not_matter() -> None:
    assert _sentences(read_table(b"\xef\xbb\xbf" + _file("{token} {tag}").replace("\n", "\r\n").encode(), "x.txt")) == SENTENCES


def test_documents_and_comments_are_no_sentences() -> None:
    text = "-DOCSTART- -X- -X- O\n\n# id 1\n" + _file("{token} NNP B-NP {tag}") + "\n# end\n"
    assert _sentences(read_table(text.encode(), "x.txt")) == SENTENCES


def test_other_columns_stay_beside_the_tags() -> None:
    table = read_table(_file("{token} NNP B-NP {tag}").encode(), "x.conll")
    assert table.frame.columns.tolist() == ["tokens", "tags", "column_2", "column_3"]
    assert json.loads(table.frame["column_2"][1]) == ["NNP", "NNP"]


def test_chinese_characters_are_tokens() -> None:
    text = "".join(f"{token} {tag}\n" for token, tag in zip("张三去北京", ["B-PER", "I-PER", "O", "B-LOC", "I-LOC"], strict=True))
    assert json.loads(read_table(f"{text}\n{text}".encode(), "x.char.bmes").frame["tokens"][0]) == list("张三去北京")


def test_a_line_of_another_width_is_a_finding_that_names_it() -> None:
    table = read_table((_file("{token} {tag}") * 20 + "lonely\n").encode(), "x.conll")
    finding = next(finding for finding in table.findings if finding.code == "conll_lines_odd")
    assert finding.facts["lines"] == str(20 * _file("{token} {tag}").count("\n") + 1)


def test_a_file_without_sentence_breaks_is_cut_after_full_stops() -> None:
    text = "".join(f"{token} {tag}\n" for _ in range(60) for token, tag in (*SENTENCES[0], (".", "O")))
    table = read_table(text.encode(), "x.txt")
    assert len(table.frame) == 60
    assert [finding.code for finding in table.findings] == ["conll_sentences_guessed"]


def test_other_tags_are_read_where_the_name_says_what_it_is() -> None:
    text = "He PRON\nruns VERB\n\nShe PRON\nsings VERB\n"
    assert read_table(text.encode(), "pos.conll").task == "token-classification"
    assert conll_shape(text, "pos.txt") is None


@pytest.mark.parametrize(
    "text",
    [
        "text\tlabel\nEU rejects call\tB-ORG O O\nfine then\tO O\n",
        "hello world\n\nfoo bar\n",
        "where is it\tx\nwho came\ty\n",
        "good O\nbad price today X\nso so\n",
        "",
    ],
)
def test_tables_and_prose_are_no_conll(text: str) -> None:
    assert conll_shape(text, "x.txt") is None
