"""How a file is read can be changed, and only where it applies."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from playground.data.infer import inspect
from playground.data.read import read_table
from playground.data.types import ColumnChoice, Inspection, Reading
from playground.errors import DatasetError
from playground.ui import data_change
from playground.ui.data_change import ChangeParts

CHINESE = ("评论内容,情感,编号\n" + "".join(f"物流很快，第{n}次购买了,{'好差'[n % 2]}评,{n}\n" for n in range(40))).encode("gb18030")


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> ChangeParts:
    with gr.Blocks():
        return data_change.build(_Page())  # type: ignore[arg-type]


class _Page:
    def t(self, key: str) -> str:
        return key


def look(data: bytes, name: str = "a.csv") -> Inspection:
    return inspect(read_table(data, name))


def drawn(parts: ChangeParts, data: bytes, name: str = "a.csv", reading: Reading | None = None) -> dict[Any, Any]:
    return data_change.drawn(parts, look(data, name), reading or Reading(), data, "en")


def test_an_encoding_is_offered_with_how_the_file_reads_in_it(parts: ChangeParts) -> None:
    shown = [label for label, _ in drawn(parts, CHINESE)[parts.encoding].choices]
    assert any(label.startswith("GB18030 · 评论内容") for label in shown)
    assert shown[0] == "as detected"


def test_the_chosen_reading_stands_in_the_fields(parts: ChangeParts) -> None:
    fields = drawn(parts, CHINESE, reading=Reading(encoding="big5", delimiter=";"))
    assert fields[parts.encoding].value == "big5"
    assert fields[parts.delimiter].value == ";"


def test_a_json_file_has_no_delimiter_and_no_sheet(parts: ChangeParts) -> None:
    data = b'[{"text": "one thing", "label": "a"}, {"text": "another thing", "label": "b"}]'
    fields = drawn(parts, data, "a.json")
    assert not fields[parts.delimiter].visible
    assert not fields[parts.sheet].visible


def test_two_columns_leave_no_room_for_a_second_text(parts: ChangeParts) -> None:
    assert not drawn(parts, b"text,label\n" + b"one thing,a\nanother thing,b\n" * 9)[parts.text_pair].visible
    assert drawn(parts, CHINESE)[parts.text_pair].visible


def test_the_fold_stands_open_where_the_columns_could_not_be_told(parts: ChangeParts) -> None:
    data = "a,b\n" + "".join(f"a whole sentence about thing {n},another sentence on thing {n}\n" for n in range(30))
    assert drawn(parts, data.encode())[parts.fold].open


def test_a_refused_file_is_asked_only_what_may_help(parts: ChangeParts) -> None:
    helped = data_change.refused(parts, DatasetError("encoding_not_found", name="a"), Reading(), CHINESE, "en")
    assert helped[parts.encoding].visible
    assert data_change.refused(parts, DatasetError("file_is_pickle", name="a"), Reading(), b"", "en") == {}


def test_another_task_or_other_bytes_ask_for_columns_anew() -> None:
    reading = Reading(encoding="gb18030", task="regression", choice=ColumnChoice("a", "b"))
    assert data_change.with_task(reading, "text-classification") == Reading(encoding="gb18030", task="text-classification")
    assert data_change.with_task(reading, "format the disk").task is None
    assert data_change.with_bytes(reading, "big5", "", None) == Reading(encoding="big5", task="regression")


def test_other_columns_keep_task_and_encoding() -> None:
    reading = Reading(encoding="gb18030", task="regression")
    assert data_change.with_columns(reading, "a", "", "b") == Reading(encoding="gb18030", task="regression", choice=ColumnChoice("a", "b"))
    assert data_change.with_columns(reading, "a", "c", "b").choice == ColumnChoice("a", "b", "c")
    assert data_change.with_columns(reading, "a", None, None).choice is None
    assert data_change.with_columns(reading, "a", None, "").choice == ColumnChoice("a", "")


def test_a_label_can_be_named_for_texts_unless_somebody_wants_them_without(parts: ChangeParts) -> None:
    data = b"text,source\n" + b"".join(f"a text of some length with number {row},web\n".encode() for row in range(30))
    label = drawn(parts, data)[parts.label]
    assert (label.visible, label.value) == (True, data_change.AUTO)
    wanted = Reading(task="language-modeling")
    found = inspect(read_table(data, "a.csv"), task=wanted.task)
    assert not data_change.drawn(parts, found, wanted, data, "zh")[parts.label].visible
