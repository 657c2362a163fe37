"""Which task a table is for, which columns make its examples, and why."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pandas as pd
import pytest

from playground.data.infer import inspect
from playground.data.types import ColumnChoice, Inspection, TaskName
from playground.words import LANGUAGES, say
from tests.data.conftest import ENGLISH, table_of
from tests.data.findings.making import sentences

LABELS = [label for _, label in ENGLISH]
TEXTS = [text for text, _ in ENGLISH]
ROWS = 60
ONE, OTHER = sentences(ROWS), sentences(ROWS, seed=2)
DICE = random.Random(3)
GENRES = ("action", "drama", "comedy", "horror")
MANY = [sorted(DICE.sample(GENRES, DICE.randint(1, 3))) for _ in range(ROWS)]
TURNS = json.dumps([{"role": "user", "content": "why"}, {"role": "assistant", "content": "because"}])
PEOPLE = [f"Anna saw {text}" for text in ONE]
SPANS = [json.dumps([{"start": 0, "end": 4, "label": "PER"}])] * ROWS


def _proposed(columns: dict[str, list[str]]) -> tuple[str, str] | None:
    choice = inspect(table_of(columns)).choice
    return (choice.text, choice.label) if choice else None


def _codes(inspection: Inspection) -> set[str]:
    return {finding.code for finding in inspection.findings}


# Text and label


@pytest.mark.parametrize(
    ("text", "label"),
    [("text", "label"), ("评论内容", "情感"), ("Review", "Sentiment"), ("ticket", "queue"), ("foo", "bar"), ("x-1", "x 2")],
)
@pytest.mark.parametrize("turned", [False, True])
def test_text_and_label_are_proposed_whatever_their_order(text: str, label: str, turned: bool) -> None:
    columns = {text: TEXTS, label: LABELS}
    assert _proposed(dict(reversed(columns.items())) if turned else columns) == (text, label)


def test_other_columns_do_not_distract() -> None:
    rows = range(len(TEXTS))
    columns = {
        "id": [f"A-{row:05}" for row in rows],
        "date": [f"2026-01-{row + 1:02}" for row in rows],
        "price": [f"{row * 1.37:.2f}" for row in rows],
        "nothing": ["" for _ in rows],
        "message": TEXTS,
        "intent": LABELS,
    }
    kinds = {column.name: column.kind for column in inspect(table_of(columns)).columns}
    assert kinds == {"id": "identifier", "date": "identifier", "price": "number", "nothing": "empty", "message": "text", "intent": "label"}
    assert _proposed(columns) == ("message", "intent")


def test_a_column_of_one_value_is_not_preferred_as_label() -> None:
    assert _proposed({"text": TEXTS, "lang": ["en"] * 18, "team": LABELS}) == ("text", "team")


def test_repeated_short_texts_still_make_a_pair() -> None:
    assert _proposed({"a": ["what a day", "go on then"] * 9, "b": ["x", "y"] * 9}) == ("a", "b")


# Tasks

TASKS: dict[str, tuple[dict[str, list[str]], TaskName, tuple[str, str | None, str]]] = {
    "labels": ({"text": ONE, "label": ["yes", "no"] * 30}, "text-classification", ("text", None, "label")),
    "premise": (
        {"premise": ONE, "hypothesis": OTHER, "label": ["entailment", "neutral"] * 30},
        "text-pair-classification",
        ("premise", "hypothesis", "label"),
    ),
    "sentences": (
        {"sentence1": ONE, "sentence2": OTHER, "label": ["0", "1"] * 30},
        "text-pair-classification",
        ("sentence1", "sentence2", "label"),
    ),
    "chinese pair": ({"句子1": ONE, "句子2": OTHER, "标签": ["是", "否"] * 30}, "text-pair-classification", ("句子1", "句子2", "标签")),
    "judged answers": (
        {"question": ONE, "answer": OTHER, "label": ["good", "bad"] * 30},
        "text-pair-classification",
        ("question", "answer", "label"),
    ),
    "similarity": (
        {"sentence1": ONE, "sentence2": OTHER, "score": [f"{row * 0.083:.2f}" for row in range(ROWS)]},
        "regression",
        ("sentence1", "sentence2", "score"),
    ),
    "decimals": ({"text": ONE, "label": [f"{row * 0.37:.2f}" for row in range(ROWS)]}, "regression", ("text", None, "label")),
    "unnamed decimals": ({"text": ONE, "price": [f"{row},5" for row in range(ROWS)]}, "regression", ("text", None, "price")),
    "stars": ({"review": ONE, "stars": ["1", "2", "3", "4", "5"] * 12}, "text-classification", ("review", None, "stars")),
    "semicolons": ({"plot": ONE, "genres": ["; ".join(some) for some in MANY]}, "multi-label-classification", ("plot", None, "genres")),
    "bars": ({"plot": ONE, "x": ["|".join(some) for some in MANY]}, "multi-label-classification", ("plot", None, "x")),
    "commas": ({"plot": ONE, "x": [", ".join(some) for some in MANY]}, "multi-label-classification", ("plot", None, "x")),
    "json lists": ({"plot": ONE, "labels": [json.dumps(some) for some in MANY]}, "multi-label-classification", ("plot", None, "labels")),
    "python lists": ({"plot": ONE, "labels": [str(some) for some in MANY]}, "multi-label-classification", ("plot", None, "labels")),
    "flags": (
        {"comment": ONE, **{genre: [str(int(genre in some)) for some in MANY] for genre in GENRES}},
        "multi-label-classification",
        ("comment", None, ""),
    ),
    "tokens": (
        {"tokens": [json.dumps(text.split()) for text in ONE], "ner_tags": [json.dumps(["B-X", *["O"] * 9])] * ROWS},
        "token-classification",
        ("tokens", None, "ner_tags"),
    ),
    "words and tags": (
        {"sentence": ONE, "tags": [" ".join(["B-X", *["O"] * 9])] * ROWS},
        "token-classification",
        ("sentence", None, "tags"),
    ),
    "spans": ({"text": PEOPLE, "entities": SPANS}, "token-classification", ("text", None, "entities")),
    "mentions": ({"text": PEOPLE, "label": ['{"PER": {"Anna": [[0, 3]]}}'] * ROWS}, "token-classification", ("text", None, "label")),
    "messages": ({"id": [str(row) for row in range(ROWS)], "messages": [TURNS] * ROWS}, "generation", ("messages", None, "")),
    "answers": ({"prompt": ONE, "completion": OTHER}, "generation", ("prompt", None, "completion")),
    "instructions": ({"instruction": ONE, "input": ["", "x"] * 30, "output": OTHER}, "generation", ("instruction", "input", "output")),
    "answers that repeat": ({"question": ONE, "answer": ["yes", "no"] * 30}, "text-classification", ("question", None, "answer")),
}


@pytest.mark.parametrize("name", TASKS)
def test_the_task_is_told_by_names_and_values(name: str) -> None:
    columns, task, (text, pair, label) = TASKS[name]
    inspection = inspect(table_of(columns))
    assert inspection.task == task
    assert inspection.choice is not None
    assert (inspection.choice.text, inspection.choice.text_pair, inspection.choice.label) == (text, pair, label)
    assert inspection.usable_rows == ROWS


@pytest.mark.parametrize("name", TASKS)
def test_task_and_columns_have_a_reason_in_both_languages(name: str) -> None:
    columns, _, (text, _, label) = TASKS[name]
    reasons = inspect(table_of(columns)).reasons
    assert reasons[0][0].startswith("reason.task_")
    said = [say(key, language, **facts) for key, facts in reasons for language in LANGUAGES]
    assert not any("{" in sentence for sentence in said)
    assert all(any(f"“{column}”" in sentence for sentence in said) for column in (text, label) if column)


def test_a_name_with_a_comma_is_one_label() -> None:
    columns = {"text": ONE, "category": ["Food, Beverages & Tobacco", "Home, Garden", "Toys"] * 20}
    assert inspect(table_of(columns)).task == "text-classification"


@pytest.mark.parametrize("task", ["text-classification", "regression", "generation", "multi-label-classification"])
def test_the_person_may_want_another_task(task: TaskName) -> None:
    inspection = inspect(table_of({"question": ONE, "answer": ["1", "2", "3"] * 20}), task=task)
    assert (inspection.task, inspection.usable_rows) == (task, ROWS)
    assert inspection.reasons[0][0] == "reason.task_chosen"


@pytest.mark.parametrize(("task", "code"), [("token-classification", "no_tag_columns"), ("generation", "no_answer_column")])
def test_a_task_without_its_columns_is_an_error_finding(task: TaskName, code: str) -> None:
    assert _codes(inspect(table_of({"text": ONE, "kind": ["a1", "b1"] * 30}), task=task)) == {code}


def test_the_format_may_say_what_a_file_is_for() -> None:
    table = replace(table_of({"messages": [TURNS] * ROWS, "topic": ["a1", "b1"] * 30}), task="generation")
    inspection = inspect(table)
    assert (inspection.task, inspection.reasons[0][0]) == ("generation", "reason.task_format")


def test_labels_chosen_in_a_file_of_chats_are_labels() -> None:
    columns = {"messages": [TURNS] * ROWS, "question": ONE, "answer": OTHER, "category": ["a1", "b1"] * 30}
    table = replace(table_of(columns), task="generation")
    assert inspect(table, ColumnChoice("question", "category")).task == "text-classification"
    assert inspect(table, ColumnChoice("question", "answer")).task == "generation"


# What is noticed


def test_a_table_with_a_word_a_row_is_noticed() -> None:
    columns = {
        "sentence": [str(row // 6) for row in range(ROWS)],
        "word": [f"w{row % 25}" for row in range(ROWS)],
        "tag": ["B-PER", "O", "O"] * 20,
    }
    assert "one_word_a_row" in _codes(inspect(table_of(columns)))


def test_labels_beside_answers_are_mentioned() -> None:
    table = replace(table_of({"messages": [TURNS] * ROWS, "category": ["a1", "b1"] * 30}), task="generation")
    assert "labels_beside_answers" in _codes(inspect(table))


def test_questions_with_answers_and_a_column_called_label_are_pairs_whatever_the_format_says() -> None:
    columns = {"messages": [TURNS] * ROWS, "question": ONE, "answer": OTHER, "label": ["good", "bad"] * 30}
    assert inspect(replace(table_of(columns), task="generation")).task == "text-pair-classification"


def test_a_second_label_column_is_mentioned() -> None:
    inspection = inspect(table_of({"text": TEXTS, "label": LABELS, "channel": ["mail", "chat"] * 9}))
    assert [finding.facts["columns"] for finding in inspection.findings if finding.code == "other_label_columns"] == ["channel"]


def test_two_equally_good_label_columns_make_it_unsure() -> None:
    columns = {"text": ONE, "colour": ["red", "blue"] * 30, "shape": ["round", "square", "flat"] * 20}
    assert inspect(table_of(columns)).confidence == "unsure"


@pytest.mark.parametrize(
    ("columns", "sure"),
    [({"text": ONE, "label": ["a1", "b1"] * 30}, "clear"), ({"foo": ["x y", "z"] * 30, "bar": ["1", "2"] * 30}, "unsure")],
)
def test_how_sure_a_proposal_is(columns: dict[str, list[str]], sure: str) -> None:
    assert inspect(table_of(columns)).confidence == sure


def test_swapped_names_are_noticed_and_put_right() -> None:
    inspection = inspect(table_of({"text": ["good", "bad"] * 30, "label": ONE}))
    assert inspection.choice is not None
    assert (inspection.choice.text, inspection.choice.label) == ("label", "text")
    assert "names_swapped" in _codes(inspection)


def test_a_label_column_of_numbers_that_never_repeat_gives_way() -> None:
    inspection = inspect(table_of({"text": ONE, "label": [f"{row:05}" for row in range(ROWS)], "team": ["x1", "y1"] * 30}))
    assert inspection.choice is not None
    assert inspection.choice.label == "team"
    assert "label_column_is_id" in _codes(inspection)


def test_an_id_like_label_column_without_a_rival_is_an_error() -> None:
    assert "labels_do_not_repeat" in _codes(inspect(table_of({"text": ONE, "label": [f"id-{row}" for row in range(ROWS)]})))


def test_numbers_say_what_they_were_taken_for_and_what_else_they_may_be() -> None:
    classes = next(found for found in inspect(table_of(TASKS["stars"][0])).findings if found.code == "numbers_as_classes")
    target = next(found for found in inspect(table_of(TASKS["decimals"][0])).findings if found.code == "numbers_as_target")
    assert (classes.facts["other"], target.facts["other"]) == ("regression", "text-classification")


def test_whole_numbers_spelled_with_a_point_are_classes() -> None:
    assert inspect(table_of({"text": ONE, "label": ["1.0", "2.0"] * 30})).task == "text-classification"


def test_numbers_of_many_classes_are_classes_where_their_column_is_called_so() -> None:
    numbers = [str(row % 77) for row in range(770)]
    assert inspect(table_of({"text": sentences(770), "label": numbers})).task == "text-classification"
    assert inspect(table_of({"text": sentences(770), "score": numbers})).task == "regression"


def test_a_decimal_comma_separates_no_labels() -> None:
    assert inspect(table_of({"text": ONE, "score": [f"{row % 5},{row % 7}" for row in range(ROWS)]})).task == "regression"


def test_many_whole_numbers_are_a_quantity() -> None:
    assert inspect(table_of({"text": ONE, "score": [str(row % 40 + 1) for row in range(ROWS)]})).task == "regression"


def test_a_second_column_of_texts_is_mentioned() -> None:
    inspection = inspect(table_of({"title": sentences(ROWS, 4), "body": ONE, "team": ["x1", "y1"] * 30}))
    assert "other_text_columns" in _codes(inspection)


def test_a_column_of_splits_is_no_label_and_is_kept() -> None:
    columns = {"text": ONE, "split": ["train"] * 40 + ["dev"] * 10 + ["test"] * 10, "team": ["x1", "y1"] * 30}
    inspection = inspect(table_of(columns))
    assert inspection.choice is not None
    assert inspection.choice.label == "team"
    assert "split_column" in _codes(inspection)
    assert inspection.mended is not None
    assert inspection.mended["split"].value_counts().to_dict() == {"train": 40, "validation": 10, "test": 10}


def test_a_wide_table_is_looked_at_too() -> None:
    columns = {f"c{place}": [str(row * place) for row in range(ROWS)] for place in range(150)}
    inspection = inspect(table_of({**columns, "text": ONE, "label": ["a1", "b1"] * 30}))
    assert inspection.choice is not None
    assert inspection.choice.text == "text"


def test_an_empty_table_of_columns_is_no_crash() -> None:
    assert inspect(table_of({"a": ["", ""], "b": ["", ""]})).blocked
    assert isinstance(inspect(table_of({"text": ["x"], "label": ["y"]})).mended, pd.DataFrame)
