"""What the Data tab says about a file."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from playground.data.infer import inspect
from playground.data.read import read_table
from playground.data.types import ColumnChoice, Dataset, Inspection
from playground.ui import data_views as views

ROWS = [
    ("Where is my parcel?", "delivery"),
    ("I was charged twice", "billing"),
    ("Please send the invoice", "billing"),
    ("It never came", "delivery"),
]


def look(rows: list[tuple[str, str]], header: str = "message,intent", encoding: str = "utf-8") -> Inspection:
    text = "\n".join([header, *(f'"{first}","{second}"' for first, second in rows)]) + "\n"
    return inspect(read_table(text.encode(encoding), "support.csv"))


def visible(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_the_sentence_names_format_encoding_rows_and_columns() -> None:
    said = visible(views.found_html(look(ROWS * 5), "en"))
    assert "CSV, UTF-8, comma · 20 rows · text in message , label in intent (2 labels)" in said


def test_the_sentence_is_written_in_chinese_too() -> None:
    said = visible(views.found_html(look(ROWS * 5), "zh"))
    assert "20 行 · 文本在 message ，标签在 intent （2 个标签）" in said


def test_the_encoding_is_named_as_people_know_it() -> None:
    rows = [("物流很快，包装也很好", "好评"), ("用了三天就坏了，不推荐", "差评")] * 20
    assert "GB18030" in views.found_html(look(rows, "评论内容,情感", "gb18030"), "en")


def test_unusable_rows_are_counted_apart() -> None:
    assert "21 rows (20 usable)" in visible(views.found_html(look([*ROWS * 5, ("no label", "")]), "en"))


def test_a_tab_is_a_format_of_its_own() -> None:
    table = read_table(("text\tlabel\n" + "a text here\tx\nanother one\ty\n" * 6).encode(), "rows.tsv")
    assert "TSV, UTF-8 · 12 rows" in visible(views.found_html(inspect(table), "en"))


def test_findings_come_with_sign_remedy_and_their_rows() -> None:
    said = visible(views.findings_html(look([*ROWS * 5, ("nobody labelled this", "")]), "en"))
    assert "●" in said
    assert "21" in said
    assert "nobody labelled this" in said


def test_no_finding_is_said_too() -> None:
    inspection = look([(f"message number {n} about {n % 2}", f"label{n % 2}") for n in range(400)])
    assert views.findings_html(inspection, "en").count("<li") == len(inspection.findings)
    if not inspection.findings:
        assert "No problems found" in views.findings_html(inspection, "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_of_a_file_is_never_markup(language: views.Language) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    inspection = look([(f"{bad} {n}", f"<b>{n % 2}</b>") for n in range(30)], "<i>text</i>,<u>label</u>")
    shown = "".join(
        (
            views.found_html(inspection, language),
            views.findings_html(inspection, language),
            views.labels_html(inspection.labels or {}, language),
            views.rows_html(inspection.table.frame, inspection.choice, language),
        )
    )
    assert not re.search(r"<(script|img|i>text|u>|b>[01])", shown)
    assert "&lt;script&gt;" in shown


def test_bars_are_as_long_as_their_share_of_the_largest() -> None:
    bars = views.labels_html({"a": 40, "b": 10}, "en")
    assert re.findall(r"width:([\d.]+)%", bars) == ["100.0", "25.0"]
    assert "80 %" in bars


def test_two_hundred_labels_are_thirty_bars_and_a_full_table() -> None:
    bars = views.labels_html({f"label {n:03}": 300 - n for n in range(200)}, "en")
    assert bars.count("pg-fill") == views.MOST_BARS
    assert "171 other labels" in bars
    assert bars.count("<tr>") == 200


def test_rows_are_paged_by_twenty_five() -> None:
    frame = pd.DataFrame({"text": [f"t{n}" for n in range(60)], "label": ["x"] * 60})
    table = views.rows_html(frame, ColumnChoice("text", "label"), "en")
    assert table.count("<tbody") == 3
    assert table.count("<tbody data-range=") - table.count(" hidden>") == 1
    assert "rows 1–25 of 60" in table
    assert "rows 51–60 of 60" in table


def test_the_chosen_columns_stand_first_and_say_their_part() -> None:
    frame = pd.DataFrame({"id": ["1"], "mood": ["good"], "review": ["fine"]})
    heads = re.findall(r"<th[^>]*>([^<]+)", views.rows_html(frame, ColumnChoice("review", "mood"), "en"))
    assert heads == ["#", "review", "mood", "id"]


def test_a_wide_file_says_how_many_columns_are_not_shown() -> None:
    frame = pd.DataFrame({f"c{n}": ["1"] for n in range(9)})
    assert "4 more columns are not shown" in views.rows_html(frame, None, "en")


def test_a_kept_dataset_is_named_and_counted() -> None:
    dataset = Dataset("f" * 16, "a&b.csv", "text-classification", 1204, {"x": 1000, "y": 204}, 0.0, 20.0, 60.0, 0.0, 0.0)
    assert visible(views.kept_html(dataset, "en")) == "a&amp;b.csv 1,204 rows · 2 labels, kept from before"


def test_the_line_under_the_tab_counts_rows_and_labels() -> None:
    assert views.status_line(412, 9, "en") == "412 rows · 9 labels"
    assert views.status_line(412, 9, "zh") == "412 行 · 9 个标签"
