"""CSV in its dialects, good and dirty."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.data.limits import Limits
from playground.data.text.delimited import read_delimited
from playground.data.types import Table
from playground.errors import DatasetError

Read = Callable[..., Table]
TEXTS = ["I ordered, but nothing came; why?", "Hello | again", "5/5: would buy", 'It is "fine"', "two\nlines, here", "plain one"]


def _written(delimiter: str, end: str = "\n") -> str:
    quoted = ['"' + text.replace('"', '""') + '"' for text in TEXTS * 4]
    rows = [f"{text}{delimiter}{'good' if place % 2 else 'bad'}" for place, text in enumerate(quoted)]
    return end.join([f"text{delimiter}label", *rows, ""])


def _codes(table: Table) -> list[str]:
    return [finding.code for finding in table.findings]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^", "~", "\x01", "\x1f", "||", "::", "\t\t"])
def test_each_delimiter_is_found(read_csv: Read, delimiter: str) -> None:
    table = read_csv(_written(delimiter))
    assert table.delimiter == delimiter
    assert table.frame["text"].tolist() == TEXTS * 4


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_line_end_is_read(read_csv: Read, end: str) -> None:
    table = read_csv(_written(",", end))
    assert len(table.frame) == len(TEXTS) * 4
    assert set(table.frame["label"]) == {"good", "bad"}


def test_cells_stay_the_strings_they_are(read_csv: Read) -> None:
    values = ["NA", "null", "None", "nan", "True", "007", "1.0", "1e5", "-", "#N/A"]
    table = read_csv("text,label\n" + "".join(f"row {value},{value}\n" for value in values))
    assert table.frame["label"].tolist() == values


def test_a_sep_line_names_the_delimiter(read_csv: Read) -> None:
    table = read_csv("sep=;\ntext;label\nhello, you;a\nbye, you;b\n")
    assert (table.delimiter, table.frame.columns.tolist(), len(table.frame)) == (";", ["text", "label"], 2)


def test_the_persons_delimiter_wins(read_csv: Read) -> None:
    table = read_csv("text,x:label\nhello,y:a\nbye,z:b\n", delimiter=":")
    assert table.frame.columns.tolist() == ["text,x", "label"]


def test_sentences_of_which_most_have_one_comma_are_one_column(read_csv: Read) -> None:
    lines = [f"this came late, sadly {row}." if row % 3 else f"fine {row}." for row in range(30)]
    table = read_csv("\n".join(lines) + "\n")
    assert (table.delimiter, table.frame.iloc[:, 0].tolist()) == (None, lines)


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n"])
def test_a_delimiter_that_cannot_be_one_is_refused(read_csv: Read, delimiter: str) -> None:
    with pytest.raises(DatasetError) as caught:
        read_csv("a,b\nc,d\n", delimiter=delimiter)
    assert caught.value.code == "bad_delimiter"


def test_sentences_alone_are_one_column(read_csv: Read) -> None:
    table = read_csv("text\nHello, you.\nIt came late, sadly; I waited\nfine\nok\nnothing to say here\n")
    assert (table.delimiter, table.frame.columns.tolist(), len(table.frame)) == (None, ["text"], 5)


def test_backslash_quotes_are_read(read_csv: Read) -> None:
    table = read_csv('text,label\n"he said \\"hi, there\\" twice",a\n"and \\"bye, now\\" once",b\n' * 1 + '"plain, one",a\n' * 5)
    assert table.frame["text"].tolist()[:2] == ['he said "hi, there" twice', 'and "bye, now" once']


def test_rows_too_wide_are_left_out_and_named(read_csv: Read) -> None:
    table = read_csv("text,label\nhello,a\nhello, my friend,b\nbye,b\nagain,a\n")
    assert table.frame["text"].tolist() == ["hello", "bye", "again"]
    finding = next(finding for finding in table.findings if finding.code == "rows_too_wide")
    assert finding.facts == {"count": 1, "columns": 2, "records": "3"}


def test_trailing_delimiters_do_not_make_a_row_too_wide(read_csv: Read) -> None:
    table = read_csv("text,label\nhello,a,,\nbye,b\nagain,a\n")
    assert (len(table.frame), _codes(table)) == (3, [])


def test_a_file_of_only_too_wide_rows_says_so(read_csv: Read) -> None:
    with pytest.raises(DatasetError) as caught:
        read_csv("text,label\na, b,x\nc, d, e,y\nf, g,x\n")
    assert caught.value.code in ("rows_all_too_wide",)


def test_rows_too_narrow_are_filled_and_named(read_csv: Read) -> None:
    table = read_csv("text,label\nhello,a\nlonely\nbye,b\n")
    assert table.frame["label"].tolist() == ["a", "", "b"]
    assert table.findings[0].rows == (1,)


def test_blank_lines_are_no_rows(read_csv: Read) -> None:
    assert len(read_csv("\n\ntext,label\n\nhello,a\n\n , \nbye,b\n\n").frame.query("text != ''")) == 2


def test_blank_and_repeated_names_are_made_unique(read_csv: Read) -> None:
    table = read_csv("text,,text,label\na b,1,c d,x\ne f,2,g h,y\n")
    assert table.frame.columns.tolist() == ["text", "column_2", "text (2)", "label"]
    assert _codes(table) == ["columns_renamed"]


def test_row_names_without_a_name_as_r_writes_them_are_a_column(read_csv: Read) -> None:
    table = read_csv('"text","label"\n' + "".join(f'"{row}","some words {row}","{"ab"[row % 2]}"\n' for row in range(6)))
    assert table.frame.columns.tolist() == ["column_1", "text", "label"]
    assert table.frame["label"].tolist() == ["a", "b"] * 3


def test_a_stray_quote_does_not_swallow_the_rest(read_csv: Read) -> None:
    rows = [f"some words {row}\t{'ab'[row % 2]}" for row in range(3000)]
    rows[2000] = '"unclosed words\ta'
    table = read_csv("text\tlabel\n" + "\n".join(rows) + "\n")
    assert len(table.frame) == 3000
    assert table.frame["text"][1999:2002].tolist() == ["some words 1999", '"unclosed words', "some words 2001"]
    assert _codes(table) == ["stray_quotes"]
    assert table.findings[0].facts == {"count": 1, "lines": "2002"}


def test_quotes_that_appear_after_the_sample_still_quote(read_csv: Read) -> None:
    head = "".join(f"some plain words {row},{'ab'[row % 2]}\n" for row in range(3000))
    table = read_csv("text,label\n" + head + '"late, with comma\nand line",a\n')
    assert table.frame["text"].iloc[-1] == "late, with comma\nand line"


def test_a_header_alone_is_refused(read_csv: Read) -> None:
    with pytest.raises(DatasetError) as caught:
        read_csv("text,label\n")
    assert caught.value.code == "no_rows"


def test_rows_keep_their_order_over_many_chunks(read_csv: Read) -> None:
    table = read_csv("text,label\n" + "".join(f"words {row},{row % 3}\n" for row in range(120_000)))
    assert table.frame["text"].iloc[[0, 50_000, 119_999]].tolist() == ["words 0", "words 50000", "words 119999"]


def test_a_file_refused_for_a_long_cell_leaves_the_next_one_alone() -> None:
    text = "text,label\n" + "a longer sentence,good\nanother sentence,bad\n" * 6
    with pytest.raises(DatasetError):
        read_delimited(text, "first.csv", None, Limits(cell_characters=5))
    frame, delimiter, _ = read_delimited(text, "second.csv", None, Limits())
    assert (len(frame), delimiter) == (12, ",")


ROWS = "".join(f"some words {row},{'ab'[row % 2]}\n" for row in range(12))


def test_an_unclosed_quote_among_quoted_cells_costs_one_line(read_csv: Read) -> None:
    table = read_csv(f'text,label\n{ROWS}"unclosed words,a\n{ROWS}"quoted, with comma",b\n{ROWS}')
    assert len(table.frame) == 38
    assert table.frame["text"].iloc[12] == '"unclosed words'
    assert table.frame["text"].iloc[25] == "quoted, with comma"
    assert _codes(table) == ["stray_quotes"]


def test_an_unclosed_quote_longer_than_a_cell_may_be_is_found_too() -> None:
    text = "text,label\n" + 'fine "words",b\n"quoted, cell",a\n' * 20 + '"unclosed words,a\n' + ROWS * 40
    frame, _, findings = read_delimited(text, "x.csv", None, Limits(cell_characters=1000))
    assert len(frame) == 40 + 1 + 480
    assert [finding.code for finding in findings] == ["stray_quotes"]


def test_a_text_of_many_quoted_lines_is_one_cell(read_csv: Read) -> None:
    letter = "\n".join(f"Dear all, this is line {line}, yours" for line in range(40))
    table = read_csv(f'text,label\n"{letter}",a\n{ROWS}')
    assert table.frame["text"].iloc[0] == letter
    assert _codes(table) == []


def test_cells_lined_up_with_spaces_are_columns(read_csv: Read) -> None:
    table = read_csv("text             label\n" + "".join(f"some words {row:<5} {'ab'[row % 2]:>8}\n" for row in range(8)))
    assert (table.delimiter, table.frame.columns.tolist()) == ("  ", ["text", "label"])
    assert table.frame["text"].tolist() == [f"some words {row}" for row in range(8)]


def test_single_quotes_quote_where_every_cell_has_them(read_csv: Read) -> None:
    table = read_csv("'text','label'\n" + "".join(f"'it''s, well, {row}','{'ab'[row % 2]}'\n" for row in range(6)))
    assert table.frame["text"].tolist() == [f"it's, well, {row}" for row in range(6)]


def test_an_apostrophe_at_a_start_quotes_nothing(read_csv: Read) -> None:
    table = read_csv("text,label\n'tis fine,a\n'twas late,b\nwell,a\n'bout right,b\n")
    assert table.frame["text"].tolist() == ["'tis fine", "'twas late", "well", "'bout right"]


DRAWN = [(f"some \\| words {row}", "ab"[row % 2]) for row in range(6)]
FRAMED = "".join(f"| {text} | {label} |\n" for text, label in DRAWN)
BARE = "".join(f" {text} | {label}\n" for text, label in DRAWN)


@pytest.mark.parametrize(
    "drawn",
    [
        f"| text | label |\n|:---|---:|\n{FRAMED}",
        f"text | label\n--- | ---\n{BARE}",
        f"+----+----+\n| text | label |\n+----+----+\n{FRAMED}+----+----+\n6 rows in set\n",
        f" text | label\n------+------\n{BARE}(6 rows)\n",
    ],
    ids=["markdown", "markdown without frame", "mysql", "psql"],
)
def test_a_drawn_table_is_a_table(read_csv: Read, drawn: str) -> None:
    table = read_csv(drawn)
    assert table.frame.to_dict("list") == {"text": [f"some | words {row}" for row in range(6)], "label": ["a", "b"] * 3}


@pytest.mark.parametrize(
    "above",
    [
        "# exported on monday\n# by me, and others\n",
        "Customer feedback 2024\n\n",
        "客户反馈,\n导出时间：2024-01-01,\n",
        "// made by a program\n",
    ],
)
def test_lines_above_the_header_are_left_out_and_named(read_csv: Read, above: str) -> None:
    table = read_csv(f"{above}text,label\n{ROWS}")
    assert (table.frame.columns.tolist(), len(table.frame)) == (["text", "label"], 12)
    assert _codes(table) == ["title_rows"]


def test_a_header_behind_a_hash_is_one(read_csv: Read) -> None:
    table = read_csv(f"#text,label\n{ROWS}")
    assert (table.frame.columns.tolist(), len(table.frame), _codes(table)) == (["text", "label"], 12, [])


def test_texts_that_begin_with_a_hash_are_no_comments(read_csv: Read) -> None:
    rows = [f"#{tag} {row},{'ab'[row % 2]}" for row in range(10) for tag in ("happy day", "sad night")]
    table = read_csv("\n".join(rows) + "\n")
    assert (len(table.frame), table.delimiter) == (20, ",")
    assert table.frame.iloc[0].tolist() == ["#happy day 0", "a"]


@pytest.mark.parametrize(
    "total", ["Total,12\n", "合计,12\n", "总计：,12\n", "Grand Total,12\n", "(12 rows)\n", "共 12 条\n", "Subtotal,6\nTotal,12\n"]
)
def test_totals_at_the_end_are_left_out_and_named(read_csv: Read, total: str) -> None:
    table = read_csv(f"text,label\n{ROWS}{total}")
    assert len(table.frame) == 12
    assert _codes(table) == ["total_lines"]


def test_an_example_about_totals_stays(read_csv: Read) -> None:
    table = read_csv(f"text,label\n{ROWS}total nonsense,a\n")
    assert len(table.frame) == 13


def test_a_header_that_comes_again_is_no_row(read_csv: Read) -> None:
    table = read_csv(f"text,label\n{ROWS}text,label\n{ROWS}")
    assert (len(table.frame), _codes(table)) == (24, ["header_repeated"])


@pytest.mark.parametrize("header", ["text,label,", "text,label"])
def test_a_delimiter_at_the_end_of_every_line_makes_no_column(read_csv: Read, header: str) -> None:
    table = read_csv(f"{header}\n" + ROWS.replace("\n", ",\n"))
    assert (table.frame.columns.tolist(), len(table.frame), _codes(table)) == (["text", "label"], 12, [])


def test_a_blank_name_at_the_end_does_not_make_every_row_too_narrow(read_csv: Read) -> None:
    table = read_csv(f"text,label,\n{ROWS}")
    assert (table.frame.columns.tolist(), _codes(table)) == (["text", "label"], [])


def test_mixed_line_ends_all_end_lines(read_csv: Read) -> None:
    table = read_csv('text;label\r\nhallo, du;gut\rnaja;schlecht\nok;gut\r\n"zwei\nZeilen";gut\r\n')
    assert table.frame["text"].tolist() == ["hallo, du", "naja", "ok", "zwei\nZeilen"]


def test_a_quoted_sep_line_is_one_too(read_csv: Read) -> None:
    assert read_csv('"sep=;"\ntext;label\nhello, you;a\nbye, you;b\n').frame.columns.tolist() == ["text", "label"]
