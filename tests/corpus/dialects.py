"""CSV in the dialects of programs and people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.corpus.case import Case, Expect, finds, refused, works
from tests.corpus.texts import labels, pairs, table

ENGLISH: Final = pairs("en")
#: Texts that hold every character a delimiter is made of, quotes and line breaks.
HARD: Final = [(f'{text}; "so", he said | 100% ~ maybe^\nyours, 5\t{place}', label) for place, (text, label) in enumerate(ENGLISH)]


def cases() -> Iterator[Case]:
    """Delimiters, quotes, line ends, what stands around the table, and what is missing in it."""
    yield from _delimiters()
    yield from _quotes()
    yield from _line_ends()
    yield from _around()
    yield from _headers()
    yield from _rows()
    yield from _values()


def _csv(id: str, text: str, expect: Expect, *arguments: str, name: str = "data.csv") -> Case:
    return Case(id, name, text.encode(), expect, arguments)


def _plain(delimiter: str | None = ",", rows: int = 40) -> Expect:
    return works(format="csv", delimiter=delimiter, rows=rows, usable=rows, labels=labels("en"), text="text", label="label")


def _delimiters() -> Iterator[Case]:
    for delimiter in (",", "\t", ";", "|", "^", "~", "\x01", "\x1f"):
        yield _csv(f"delimiter {delimiter!r}, hard texts in quotes", table(HARD, delimiter=delimiter), _plain(delimiter))
    for delimiter in ("||", "::", "\t\t"):
        lines = [delimiter.join(row) for row in [("text", "label"), *ENGLISH]]
        yield _csv(f"delimiter {delimiter!r}", "\n".join(lines) + "\n", _plain(delimiter))
    aligned = "".join(f"{text:<60}{label}\n" for text, label in [("text", "label"), *ENGLISH])
    yield _csv("columns lined up with spaces", aligned, _plain("  "), name="data.txt")
    yield _csv("a sep= line", "sep=;\n" + table(HARD, delimiter=";"), _plain(";"))
    yield _csv("a delimiter chosen by hand", table(ENGLISH, delimiter=":"), _plain(":"), "--delimiter", ":")
    yield _csv("a delimiter that cannot be one", table(ENGLISH), refused("bad_delimiter"), "--delimiter", "abc")
    bars = "".join(f"| {text} | {label} |\n" for text, label in ENGLISH)
    yield _csv("a Markdown table", f"| text | label |\n|------|:-----:|\n{bars}", _plain("|"), name="table.md")
    rule = "+------+-----+\n"
    yield _csv(
        "a table as MySQL prints it", f"{rule}| text | label |\n{rule}{bars}{rule}40 rows in set (0.00 sec)\n", _plain("|"), name="out.txt"
    )


def _quotes() -> Iterator[Case]:
    said = [(f'She said "{text}, dear" twice', label) for text, label in ENGLISH]
    yield _csv("doubled quotes", table(said), _plain())
    escaped = "".join('"{}",{}\n'.format(text.replace('"', '\\"'), label) for text, label in said)
    yield _csv("backslash quotes", f"text,label\n{escaped}", _plain())
    single = "".join(f"'{text}, dear','{label}'\n" for text, label in ENGLISH)
    yield _csv("single quotes", f"'text','label'\n{single}", _plain())
    bare = "".join(f'{text} 5" wide\t{label}\n' for text, label in ENGLISH)
    yield _csv("inches are no quotes", f"text\tlabel\n{bare}", _plain("\t"), name="data.tsv")
    lines = table([*ENGLISH[:20], ("quoted, with a comma", "praise"), *ENGLISH[20:]]).splitlines()
    lines[10] = '"' + lines[10]
    swallowing = finds("stray_quotes", rows=41, labels=labels("en"), delimiter=",")
    yield _csv("one quote that never closes", "\n".join(lines) + "\n", swallowing)
    letter = "\n".join(f"Dear all, line {line} of this letter, yours" for line in range(80))
    yield _csv("a letter of eighty lines in one cell", table([*ENGLISH, (letter, "praise")]), _plain(rows=41))


def _line_ends() -> Iterator[Case]:
    for name, end in {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}.items():
        yield _csv(f"line ends {name}", table(ENGLISH, end=end), _plain())
    ends = ["\r\n", "\n", "\r"] * 14
    mixed = "".join(line + end for line, end in zip(table(ENGLISH).splitlines(), ends, strict=False))
    yield _csv("all three line ends", mixed, _plain())
    yield _csv("no line end at the end", table(ENGLISH).rstrip(), _plain())
    yield _csv("blank lines between rows", table(ENGLISH).replace("\n", "\n\n"), _plain())
    yield _csv("line separators inside texts", table([(text.replace(" ", "\u2028", 1), label) for text, label in ENGLISH]), finds(rows=40))


def _around() -> Iterator[Case]:
    body = table(ENGLISH)
    titled = finds("title_rows", rows=40, labels=labels("en"), text="text", label="label")
    yield _csv("comments above", f"# exported on Monday\n# by hand, with care\n{body}", titled)
    yield _csv("a title above", f"Customer feedback 2024,\n,\n{body}", titled)
    yield _csv("two title lines in Chinese", f"客户反馈汇总,\n导出时间：2024-05-01,\n{body}", titled)
    for total in ("Total,40", "合计,40", "总计：,40", "(40 rows)"):
        yield _csv(f"last line {total}", f"{body}{total}\n", finds("total_lines", rows=40, labels=labels("en")))
    again = "".join([table(ENGLISH[:20]), table(ENGLISH[20:])])
    yield _csv("the header again in the middle", again, finds("header_repeated", rows=40, labels=labels("en")))
    yield _csv("a header behind a hash", f"#{body}", _plain())


def _headers() -> Iterator[Case]:
    headless = finds("no_header", rows=40, labels=labels("en"), text="column_1", label="column_2")
    yield _csv("no header", table(ENGLISH, None), headless)
    yield _csv(
        "no header, label first", table([(label, text) for text, label in ENGLISH], None), finds("no_header", rows=40, text="column_2")
    )
    numbered = [(place, text, text[::-1], label) for place, (text, label) in enumerate(ENGLISH)]
    twice = finds("columns_renamed", rows=40, label="label", labels=labels("en"))
    yield _csv("duplicate and blank names", table(numbered, ("", "text", "text", "label")), twice)
    yield _csv("names with spaces and capitals", table(ENGLISH, (" Text ", "LABEL")), works(rows=40, text="Text", label="LABEL"))
    yield _csv(
        "names in Chinese", table(pairs("zh"), ("评论内容", "情感倾向")), works(text="评论内容", label="情感倾向", labels=labels("zh"))
    )
    yield _csv("a delimiter behind every line", "".join(f"{line},\n" for line in table(ENGLISH).splitlines()), _plain())
    unnamed = "".join(f'"{place}","{text}","{label}"\n' for place, (text, label) in enumerate(ENGLISH, 1))
    yield _csv("row names without a name, as R writes them", f'"text","label"\n{unnamed}', finds(rows=40, text="text", label="label"))
    yield _csv("a header and nothing else", "text,label\n", refused("no_rows"))


def _rows() -> Iterator[Case]:
    lines = table(ENGLISH).splitlines()
    ragged = [*lines[:9], "one, two, three, praise", *lines[9:], "lonely"]
    ragged_finds = finds("rows_too_wide", "rows_too_narrow", "empty_label", rows=41, usable=40)
    yield _csv("ragged rows", "\n".join(ragged) + "\n", ragged_finds)
    commas = "text,label\n" + "".join(f"well, {text},{label}\n" for text, label in ENGLISH)
    yield _csv("a comma in every text and no quotes", commas, refused("rows_all_too_wide"))
    yield _csv("NUL bytes", table(ENGLISH).replace("kettle", "ket\x00tle"), refused("file_has_nul"))
    alone = "text\n" + "".join(f"{text}, really\n" for text, _ in ENGLISH)
    yield _csv("texts alone", alone, finds("no_labels_here", task="language-modeling"))
    hashtags = "".join(f"#{text.replace(',', '')},{label}\n" for text, label in ENGLISH)
    yield _csv("texts that begin with a hash", f"text,label\n{hashtags}", _plain())


def _values() -> Iterator[Case]:
    for odd in (("NA", "null"), ("None", "nan"), ("True", "False"), ("007", "008"), ("1.0", "2.0"), ("-", "#N/A")):
        rows = [(text, odd[place % 2]) for place, (text, _) in enumerate(ENGLISH)]
        yield _csv(f"labels spelled {odd[0]} and {odd[1]}", table(rows), finds(rows=40, usable=40, labels=frozenset(odd)))
