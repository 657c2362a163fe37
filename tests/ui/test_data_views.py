"""What the Data tab says about a file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from playground.data.infer import inspect
from playground.data.read import read_table
from playground.data.types import ColumnChoice, Dataset, Finding, Inspection, TaskName
from playground.ui import data_views as views
from playground.ui.data_beside import MOST_BARS, labels_html

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


def findings(inspection: Inspection) -> str:
    assert inspection.mended is not None
    return views.findings_html(inspection, inspection.mended, "en")


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
    said = visible(findings(look([*ROWS * 5, ("nobody labelled this", "")])))
    assert "●" in said
    assert "21" in said
    assert "nobody labelled this" in said


def test_no_finding_is_said_too() -> None:
    inspection = look([(f"message number {n} about {n % 2}", f"label{n % 2}") for n in range(400)])
    assert "No problems found" in findings(replace(inspection, findings=()))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_of_a_file_is_never_markup(language: views.Language) -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    rows = [*((f"{bad} {n}", f"<b>{n % 2}</b>") for n in range(30)), (bad, "")]
    inspection = look(rows, "<i>text</i>,<u>label</u>")
    assert inspection.mended is not None
    shown = "".join(
        (
            views.found_html(inspection, language),
            views.findings_html(inspection, inspection.mended, language),
            labels_html(inspection.labels or {}, language, seen=0),
        )
    )
    assert not re.search(r"<(script|img|i>text|u>|b>[01])", shown)
    assert "&lt;script&gt;" in shown


def test_bars_are_as_long_as_their_share_of_the_largest() -> None:
    bars = labels_html({"a": 40, "b": 10}, "en")
    assert re.findall(r"width:([\d.]+)%", bars) == ["100.0", "25.0"]
    assert "80 %" in bars


def test_two_hundred_labels_are_thirty_bars_and_a_full_table() -> None:
    bars = labels_html({f"label {n:03}": 300 - n for n in range(200)}, "en")
    assert bars.count("pg-fill") == MOST_BARS
    assert "171 other labels" in bars
    assert bars.count("<tr>") == 200


def test_two_hundred_labels_can_all_be_renamed_where_steps_are_kept() -> None:
    bars = labels_html({f"label {n:03}": 300 - n for n in range(200)}, "en", seen=3)
    assert bars.count('data-edit="name"') == MOST_BARS - 1 + 200
    assert bars.count('data-seen="3"') == bars.count('data-edit="name"')


def test_a_fix_is_a_button_that_names_its_place_and_the_state_it_was_drawn_for() -> None:
    inspection = look([*ROWS * 5, ("nobody labelled this", "")])
    fixed = next(finding for finding in inspection.findings if finding.fixes)
    buttons = re.findall(r'<button type="button" data-do="fix" ([^>]+)>([^<]+)</button>', findings(inspection))
    assert (f'data-key="file:{fixed.code}.0/0" data-code="{fixed.fixes[0].code}" data-seen="0"', fixed.fixes[0].label("en")) in buttons


def test_many_findings_are_folded_and_none_is_lost() -> None:
    inspection = look(ROWS * 5)
    many = tuple(Finding("empty_label", "warning", {"count": n}, (n,)) for n in range(2, 14))
    shown = views.list_findings(many, inspection, inspection.table.frame, "en")
    assert "5 more findings" in shown
    assert shown.count("data-key=") == len(many)


def test_a_row_reads_in_its_finding_as_it_stands_after_mending() -> None:
    inspection = look([*ROWS * 5, ("nobody labelled this", "")])
    rows = inspection.table.frame.rename(columns={"message": "text", "intent": "label"})
    rows.loc[20, "text"] = "somebody mended this"
    assert "somebody mended this" in views.findings_html(inspection, rows, "en")


@pytest.mark.parametrize("task", [task for task in get_args(TaskName) if task != "language-modeling"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("pair", [None, "other"])
def test_every_task_is_told_with_its_columns(task: TaskName, language: views.Language, pair: str | None) -> None:
    inspection = replace(look(ROWS * 5), task=task, choice=ColumnChoice("message", "intent", pair))
    said = visible(views.found_html(inspection, language))
    assert "message" in said
    assert "intent" in said
    assert pair is None or pair in said


def test_a_conversation_and_a_column_for_each_label_have_no_label_column() -> None:
    chat = replace(look(ROWS * 5), task="generation", choice=ColumnChoice("message", ""))
    flags = replace(look(ROWS * 5), task="multi-label-classification", choice=ColumnChoice("message", ""))
    assert "everything in message" in visible(views.found_html(chat, "en"))
    assert "a column of 0 and 1 for each label (2 labels)" in visible(views.found_html(flags, "en"))
    texts = replace(look(ROWS * 5), task="language-modeling", choice=ColumnChoice("message", ""), labels={})
    assert "text in message , no labels" in visible(views.found_html(texts, "en"))


def test_an_unsure_proposal_says_so() -> None:
    assert "please check" in views.found_html(replace(look(ROWS * 5), confidence="unsure"), "en")
    assert "请核对" in views.found_html(replace(look(ROWS * 5), confidence="unsure"), "zh")


def test_a_kept_dataset_is_named_and_counted() -> None:
    dataset = Dataset("f" * 16, "a&b.csv", "text-classification", 1204, {"x": 1000, "y": 204}, 0.0, 20.0, 60.0, 0.0, 0.0)
    assert visible(views.kept_html(dataset, "en")) == "a&amp;b.csv 1,204 rows · 2 labels, kept from before"


def _kept(task: TaskName, labels: int) -> Dataset:
    return Dataset("f" * 16, "a&b.csv", task, 1204, {f"label {number}": 4 for number in range(labels)}, 0.0, 20.0, 60.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("task", "labels", "said"),
    [
        ("token-classification", 3, "1,204 rows · tagged tokens · 3 kinds of entities, kept from before"),
        ("regression", 0, "1,204 rows · a number for each text, kept from before"),
    ],
)
def test_a_kept_dataset_of_another_task_counts_what_it_has(task: TaskName, labels: int, said: str) -> None:
    assert visible(views.kept_html(_kept(task, labels), "en")) == f"a&amp;b.csv {said}"


def test_the_line_under_the_tab_counts_rows_and_labels() -> None:
    assert views.status_line(_kept("text-classification", 9), "en") == "1,204 rows · 9 labels"
    assert views.status_line(_kept("text-classification", 9), "zh") == "1,204 行 · 9 个标签"
    assert views.status_line(_kept("token-classification", 3), "zh") == "1,204 行 · 3 类实体"
    assert views.status_line(_kept("language-modeling", 0), "en") == "1,204 rows"
