"""The table of every row: paged, filtered, searched, open for mending, and only ever plain characters."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from playground.data.types import ColumnChoice, Finding, Inspection, Table, TaskName
from playground.ui.data_cells import from_typed, readable, short, typed
from playground.ui.data_rows import Ask, finding_keys, page_of, rows_html


def rows_of(count: int, start: int = 0) -> pd.DataFrame:
    texts = {"text": [f"text {n}" for n in range(count)], "label": [f"label {n % 3}" for n in range(count)]}
    return pd.DataFrame(texts, dtype="str", index=range(start, start + count))


def inspection_of(frame: pd.DataFrame, choice: ColumnChoice | None, task: TaskName = "text-classification") -> Inspection:
    return Inspection(Table("a.csv", "csv", "utf-8", ",", frame), (), choice, (), task, len(frame), {"label 0": 1}, ())


def draw(rows: pd.DataFrame, ask: Ask | None = None, task: TaskName = "text-classification", mendable: bool = True) -> str:
    return rows_html(page_of(rows, ask or Ask()), inspection_of(rows, ColumnChoice("text", "label"), task), "en", mendable=mendable)


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr[^>]* data-row="(\d+)"', html)]


def test_rows_are_paged_by_twenty_five() -> None:
    html = draw(rows_of(60), Ask(page=1))
    assert numbers(html) == list(range(25, 50))
    assert "rows 26–50 of 60" in html


@pytest.mark.parametrize(("page", "shown"), [(-3, 0), (0, 0), (2, 2), (99, 2)])
def test_a_page_that_is_not_there_is_the_nearest_one(page: int, shown: int) -> None:
    assert page_of(rows_of(60), Ask(page=page)).page == shown


def test_any_page_of_a_million_rows_is_found() -> None:
    rows = pd.DataFrame({"text": ["a"] * 1_000_000, "label": ["b"] * 1_000_000}, dtype="str")
    assert list(page_of(rows, Ask(page=39_999)).part.index) == list(range(999_975, 1_000_000))
    assert page_of(rows, Ask(row=500_000)).page == 20_000


def test_rows_can_be_searched_in_texts_and_labels_without_regard_to_case() -> None:
    rows = pd.DataFrame({"text": ["Parcel (late)", "money", "x"], "label": ["a", "PARCEL", "b"]}, dtype="str")
    assert list(page_of(rows, Ask(search="parcel")).part.index) == [0, 1]
    assert list(page_of(rows, Ask(search="(late")).part.index) == [0]


def test_a_search_without_result_says_so() -> None:
    assert "No row holds that" in draw(rows_of(3), Ask(search="zebra"))


def test_only_the_rows_of_a_finding_are_shown_and_gone_ones_are_passed_over() -> None:
    finding = Finding("empty_text", "warning", {"count": 3}, (1, 40, 99))
    assert list(page_of(rows_of(60), Ask(finding)).part.index) == [1, 40]


def test_a_row_is_turned_to_and_marked() -> None:
    html = draw(rows_of(60, start=100), Ask(row=155))
    assert re.findall(r'<tr class="pg-marked" aria-current="true" data-row="(\d+)"', html) == ["155"]


def test_rows_keep_the_number_they_have_in_the_file() -> None:
    assert '<td class="pg-num">41</td>' in draw(rows_of(3, start=40))


def test_findings_of_one_code_have_names_of_their_own() -> None:
    findings = [Finding(code, "info") for code in ("near", "near", "empty_text")]
    assert finding_keys(findings) == ("near.0", "near.1", "empty_text.0")


def test_cells_can_be_edited_and_rows_left_out() -> None:
    html = draw(rows_of(2))
    assert re.findall(r'data-edit="(\w+)"', html) == ["text", "label"] * 2
    assert html.count('data-do="drop"') == 2
    assert '<option value="label 0">' in html


def test_rows_of_a_dataset_without_its_file_can_only_be_read() -> None:
    html = draw(rows_of(2), mendable=False)
    assert "data-edit" not in html
    assert "data-do=" not in html


def test_a_long_text_is_shown_short_and_edited_whole() -> None:
    text = "word " * 200
    html = draw(pd.DataFrame({"text": [text], "label": ["a"]}, dtype="str"))
    assert f'data-full="{text}"' in html
    assert len(short(text)) == 280


def test_a_text_too_long_for_a_field_is_not_edited_in_place() -> None:
    assert 'data-edit="text"' not in draw(pd.DataFrame({"text": ["x" * 30_000], "label": ["a"]}, dtype="str"))


@pytest.mark.parametrize("column", ["text", "label", "<i>other</i>"])
def test_no_cell_is_ever_markup(column: str) -> None:
    bad = "<img src=x onerror=alert(1)>\"' onfocus=alert(1) autofocus ${1} {{x}}"
    frame = pd.DataFrame({"text": [bad], "label": [bad], "<i>other</i>": [bad]}, dtype="str")
    inspection = inspection_of(frame, ColumnChoice("text", "label"))
    html = rows_html(page_of(frame[["text", "label"]], Ask()), inspection, "en")
    assert not re.search(r"<(img|i>other)", html)
    assert not re.search(r"<[^<>]*\sonfocus=[^<>]*>", re.sub(r'"[^"]*"', '""', html))
    assert column in ("text", "label") or "&lt;i&gt;other&lt;/i&gt;" in html


def test_characters_that_turn_writing_around_do_not_reach_the_page_but_stay_in_the_field() -> None:
    html = draw(pd.DataFrame({"text": ["abc\u202efed\x1b[31m"], "label": ["a"]}, dtype="str"))
    assert '<div class="pg-cell" dir="auto">abcfed</div>' in html
    assert 'data-full="abc\u202efed' in html


CHAT = json.dumps([{"role": "system", "content": "be kind"}, {"role": "user", "content": "hello"}])


@pytest.mark.parametrize(
    ("task", "column", "cell", "shown", "field"),
    [
        ("text-classification", "text", "[1, 2]", "[1, 2]", "[1, 2]"),
        ("token-classification", "text", '["New", "York"]', "New York", "New York"),
        ("token-classification", "label", '["B-LOC", "I-LOC"]', "B-LOC I-LOC", "B-LOC I-LOC"),
        ("multi-label-classification", "label", '["bug", "ui"]', "bug · ui", "bug; ui"),
        ("multi-label-classification", "label", '["a;b", "c"]', "a;b · c", '["a;b", "c"]'),
        ("generation", "text", CHAT, "system: be kind\nuser: hello", "hello"),
        ("generation", "label", "[an answer]", "[an answer]", "[an answer]"),
    ],
)
def test_lists_and_conversations_read_as_people_write_them(task: TaskName, column: str, cell: str, shown: str, field: str) -> None:
    assert readable(task, column, cell) == shown
    assert typed(task, column, cell) == field


def test_several_labels_are_typed_with_semicolons() -> None:
    assert from_typed("multi-label-classification", "label", " ui ; bug；ui;") == '["bug", "ui"]'
    assert from_typed("multi-label-classification", "label", '["a;b"]') == '["a;b"]'
    assert from_typed("text-classification", "label", "a; b") == "a; b"


def test_the_chosen_columns_stand_first_and_say_their_part() -> None:
    frame = pd.DataFrame({"id": ["1"], "mood": ["good"], "review": ["fine"]}, dtype="str")
    rows = pd.DataFrame({"text": ["fine"], "label": ["good"]}, dtype="str")
    html = rows_html(page_of(rows, Ask()), inspection_of(frame, ColumnChoice("review", "mood")), "en")
    assert re.findall(r"<th[^>]*>([^<]+)", html) == ["#", "review", "mood", "id"]


def test_a_wide_file_says_how_many_columns_are_not_shown() -> None:
    frame = pd.DataFrame({f"c{n}": ["1"] for n in range(9)}, dtype="str")
    assert "4 more columns are not shown" in rows_html(page_of(frame, Ask()), inspection_of(frame, None), "en")


def test_answers_and_tags_are_called_so() -> None:
    rows = pd.DataFrame({"text": ["hello"], "label": ["hi"]}, dtype="str")
    frame = pd.DataFrame({"messages": ["[]"]}, dtype="str")
    html = rows_html(page_of(rows, Ask()), inspection_of(frame, ColumnChoice("messages", ""), "generation"), "en")
    assert re.findall(r'<th scope="col" class="pg-chosen">([^<]*)(?:<span class="pg-role">([^<]*))?', html) == [
        ("messages", "prompt"),
        ("answer", ""),
    ]
