"""Every format people keep labelled text in."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import textwrap
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from openpyxl import Workbook

from tests.corpus.case import Case, Expect, finds, refused, works
from tests.corpus.texts import labels, pairs, table
from tests.data.formats.test_sheets import ods

ENGLISH: Final = pairs("en")
RECORDS: Final = [{"text": text, "label": label} for text, label in ENGLISH]
COLUMNS: Final = {"text": [text for text, _ in ENGLISH], "label": [label for _, label in ENGLISH]}


def cases() -> Iterator[Case]:
    """JSON in its shapes, workbooks, Parquet and Arrow, lines of text, archives, several files."""
    yield from _json()
    yield from _json_lines()
    yield from _workbooks()
    yield from _columnar()
    yield from _lines()
    yield from _packed()
    yield from _several()


def good(form: str, rows: int = 40) -> Expect:
    """The 40 English texts in another format."""
    return works(format=form, rows=rows, usable=rows, labels=labels("en"), text="text", label="label", task="text-classification")


def _json() -> Iterator[Case]:
    for name, value in {
        "records": RECORDS,
        "columns": COLUMNS,
        "columns as pandas writes them": {key: {str(row): cell for row, cell in enumerate(cells)} for key, cells in COLUMNS.items()},
        "an object holding the list": {"version": 1, "data": RECORDS},
        "an object holding an object holding the list": {"result": {"status": "ok", "items": RECORDS}},
        "rows with a header": [["text", "label"], *map(list, ENGLISH)],
    }.items():
        yield Case(f"JSON: {name}", "data.json", json.dumps(value).encode(), good("json"))
    yield Case("JSON: pretty-printed in Chinese", "data.json", json.dumps(
        [{"文本": text, "标签": label} for text, label in pairs("zh")], ensure_ascii=False, indent=2
    ).encode(), works(format="json", rows=40, labels=labels("zh"), text="文本", label="标签"))  # fmt: skip
    yield Case("JSON: in UTF-16 with a mark", "data.json", json.dumps(RECORDS, indent=1).encode("utf-16"), good("json"))
    numbers = json.dumps([{"text": text, "label": place % 2} for place, (text, _) in enumerate(ENGLISH)])
    yield Case("JSON: labels that are numbers", "data.json", numbers.encode(), finds(format="json", labels=frozenset("01")))
    broken = json.dumps(RECORDS, indent=1).replace('"praise"', '"praise', 1)
    yield Case("JSON: broken", "data.json", broken.encode(), refused("json_broken"))
    yield Case("JSON: no records", "data.json", b'{"text": "hello", "label": "a"}', refused("json_without_records|no_rows|one_label"))
    yield Case("JSON: nested without end", "data.json", b"[" * 200_000, refused("json_too_deep"))


def _json_lines() -> Iterator[Case]:
    lines = [json.dumps(record) for record in RECORDS]
    yield Case("JSON lines", "data.jsonl", "\n".join(lines).encode(), good("jsonl"))
    yield Case("JSON lines called .json", "data.json", "\n".join(lines).encode(), good("jsonl"))
    yield Case("JSON lines called .txt", "data.txt", "\n".join(lines).encode(), good("jsonl"))
    broken = [*lines[:5], '{"text": "cut off', *lines[5:]]
    yield Case(
        "JSON lines with a broken one", "data.jsonl", "\n".join(broken).encode(), finds("broken_lines", rows=40, labels=labels("en"))
    )
    several = [" ".join(lines[place : place + 4]) for place in range(0, 40, 4)]
    yield Case("several objects a line", "data.jsonl", "\n".join(several).encode(), good("jsonl"))
    uneven = [
        json.dumps({"text": text, "label": label, **({"note": "x"} if place % 3 else {})}) for place, (text, label) in enumerate(ENGLISH)
    ]
    yield Case(
        "JSON lines with a key that is not always there", "data.jsonl", "\n".join(uneven).encode(), finds(rows=40, labels=labels("en"))
    )


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """An XLSX file."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _workbooks() -> Iterator[Case]:
    rows = [("text", "label"), *ENGLISH]
    yield Case("XLSX", "data.xlsx", workbook({"Sheet1": rows}), good("xlsx"))
    yield Case("XLSX under another name", "data.csv", workbook({"Sheet1": rows}), good("xlsx"))
    yield Case("XLSM", "data.xlsm", workbook({"Sheet1": rows}), finds(rows=40, labels=labels("en")))
    two = workbook({"Notes": [("about this file",)], "Daten": rows, "Old": rows[:3]})
    yield Case("XLSX with several sheets", "data.xlsx", two, finds("several_sheets", format="xlsx", rows=40, labels=labels("en")))
    zh = workbook({"a": rows[:5], "训练": [("文本", "标签"), *pairs("zh")]})
    yield Case("XLSX with a sheet chosen by hand", "data.xlsx", zh, finds(rows=40, labels=labels("zh")), ("--sheet", "训练"))
    yield Case("XLSX with a sheet that is not there", "data.xlsx", two, refused("sheet_missing"), ("--sheet", "nowhere"))
    titled = workbook({"a": [("Feedback of May", None), (None, None), *rows]})
    yield Case("XLSX with a title above", "data.xlsx", titled, finds("title_rows", rows=40, labels=labels("en")))
    stars = workbook({"a": [("text", "stars"), *[(text, place % 2 + 1) for place, (text, _) in enumerate(ENGLISH)]]})
    yield Case("XLSX with whole numbers as labels", "data.xlsx", stars, finds(rows=40, labels=frozenset("12")))
    yield Case("XLSX without rows", "data.xlsx", workbook({"a": [("text", "label")]}), refused("no_rows"))
    sheet = ods([list(row) for row in rows])
    yield Case("ODS", "data.ods", sheet, good("ods"))


def _columnar() -> Iterator[Case]:
    arrow = pa.table(COLUMNS)
    yield Case("Parquet", "data.parquet", _parquet(arrow), good("parquet"))
    coded = pa.table({"text": COLUMNS["text"], "label": pa.array(COLUMNS["label"]).dictionary_encode()})
    yield Case("Parquet with a dictionary column", "data.parquet", _parquet(coded), good("parquet"))
    names = {"info": {"features": {"label": {"names": ["complaint", "praise"], "_type": "ClassLabel"}}}}
    numbers = pa.table({"text": COLUMNS["text"], "label": [int(label == "praise") for label in COLUMNS["label"]]})
    numbers = numbers.replace_schema_metadata({"huggingface": json.dumps(names)})
    yield Case("Parquet of a hub with class names", "train-00000-of-00001.parquet", _parquet(numbers), good("parquet"))
    stream = io.BytesIO()
    with pa.ipc.new_file(stream, arrow.schema) as writer:
        writer.write_table(arrow)
    yield Case("Arrow file", "data.arrow", stream.getvalue(), good("arrow"))
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, arrow.schema) as stream_writer:
        stream_writer.write_table(arrow)
    yield Case("Arrow stream", "data.arrow", stream.getvalue(), good("arrow"))
    stream = io.BytesIO()
    feather.write_feather(arrow, stream)
    yield Case("Feather", "data.feather", stream.getvalue(), good("arrow"))


def _parquet(columns: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(columns, stream)
    return stream.getvalue()


def _prose(language: str, width: int) -> str:
    """Forty paragraphs of five sentences, their lines broken at a width, with blank lines between."""
    texts = [text for text, _ in pairs(language)]
    between, stop = ("", "。") if language == "zh" else (" ", ".")
    paragraphs = [between.join(f"{texts[(7 * place + step * step) % 40]}{stop}" for step in range(5)) for place in range(40)]
    return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs) + "\n"


def _lines() -> Iterator[Case]:
    texts = "".join(f"{text}\n" for text, _ in ENGLISH)
    unlabelled = {"task": "language-modeling", "text": "text", "usable": 40, "labels": frozenset[str]()}
    yield Case("a text a line", "texts.txt", texts.encode(), finds("no_labels_here", format="txt", **unlabelled))
    yield Case("English prose with broken lines", "novel.txt", _prose("en", 72).encode(), finds("paragraphs_joined", **unlabelled))
    yield Case("Chinese prose with broken lines", "novel.md", _prose("zh", 30).encode(), finds("paragraphs_joined", **unlabelled))
    asked = ("--task", "language-modeling")
    yield Case("labels nobody asks for", "data.csv", table(ENGLISH).encode(), finds("little_text", label="", **unlabelled), asked)
    marked = "".join(f"__label__{label} {text}\n" for text, label in ENGLISH)
    yield Case("fastText", "train.txt", marked.encode(), finds(format="fasttext", rows=40, labels=labels("en")))
    behind = "".join(f"{text} __label__{label}\n" for text, label in ENGLISH)
    yield Case("fastText with labels behind", "train.txt", behind.encode(), finds(rows=40, labels=labels("en")))
    both = "".join(f"__label__{label} __label__{text.split()[0].lower()} {text}\n" for text, label in ENGLISH)
    yield Case("fastText with several labels", "train.txt", both.encode(), finds(rows=40, task="multi-label-classification"))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _packed() -> Iterator[Case]:
    body = table(ENGLISH).encode()
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)):
        yield Case(f"CSV packed with {name}", f"data.csv.{name}", pack(body), good("csv"))
    yield Case("JSON lines packed with gzip", "data.jsonl.gz", gzip.compress("\n".join(map(json.dumps, RECORDS)).encode()), good("jsonl"))
    yield Case("Parquet packed with gzip", "data.parquet.gz", gzip.compress(_parquet(pa.table(COLUMNS))), good("parquet"))
    yield Case("gzip cut in the middle", "data.csv.gz", gzip.compress(body)[:-40], refused("file_cut"))
    yield Case("a zip with one table", "data.zip", zipped({"data.csv": body, "README.md": b"# about"}), finds(rows=40, labels=labels("en")))
    folders = {f"reviews/{label}/{place:03}.txt": text.encode() for place, (text, label) in enumerate(ENGLISH)}
    yield Case(
        "a zip of folders called like labels",
        "reviews.zip",
        zipped(folders),
        finds(rows=40, labels=labels("en"), task="text-classification"),
    )
    chinese = {f"{label}/{place}.txt": text.encode("gbk") for place, (text, label) in enumerate(pairs("zh"))}
    yield Case("a zip of Chinese folders with texts in GBK", "评论.zip", zipped(chinese), finds(rows=40, labels=labels("zh")))
    splits = {"train.csv": table(ENGLISH[:28]).encode(), "test.csv": table(ENGLISH[28:]).encode()}
    yield Case("a zip of train and test", "splits.zip", zipped(splits), finds(rows=40, labels=labels("en")))
    unclear = {"a.csv": table(ENGLISH, ("text", "label")).encode(), "b.csv": table(ENGLISH, ("foo", "bar")).encode()}
    yield Case("a zip of tables that do not belong together", "two.zip", zipped(unclear), refused("tables_differ|archive_unclear"))


def _several() -> Iterator[Case]:
    train, validation, test = (table(part).encode() for part in (ENGLISH[:24], ENGLISH[24:32], ENGLISH[32:]))
    yield Case("train, validation and test", "train.csv", train, good("csv"), others=(("validation.csv", validation), ("test.csv", test)))
    yield Case("train and test", "train.tsv", table(ENGLISH[:30], delimiter="\t").encode(), good("csv"), others=(
        ("test.tsv", table(ENGLISH[30:], delimiter="\t").encode()),
    ))  # fmt: skip
    leaking = table([*ENGLISH[30:], *ENGLISH[:4]]).encode()
    yield Case(
        "test rows that are in training", "train.csv", table(ENGLISH[:30]).encode(), finds("leaked_texts"), others=(("test.csv", leaking),)
    )
    unseen = table([*ENGLISH[30:], ("What time do you open on Sundays", "question"), ("Where is the shop", "question")]).encode()
    yield Case(
        "a label only the test has", "train.csv", table(ENGLISH[:30]).encode(), refused("unseen_labels"), others=(("test.csv", unseen),)
    )
