"""From a table to an inspection: proposals, choices, steps, counts, usable rows."""

from __future__ import annotations

import json
import random
from typing import get_args

import pytest

from playground.data.infer import examples, inspect
from playground.data.types import ColumnChoice, Step, TaskName
from playground.errors import DatasetError
from playground.words import LANGUAGES
from tests.data.conftest import ENGLISH, Pairs, table_of
from tests.data.findings.making import sentences

LABELS = [label for _, label in ENGLISH]
TEXTS = [text for text, _ in ENGLISH]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"n": [str(row) for row in range(30)], "m": [f"{row}.5" for row in range(30)]}, "numbers_only"),
        ({"n": [str(row) for row in range(30)], "kind": ["x", "y"] * 15}, "no_text_column"),
        ({"text": TEXTS, "label": [""] * len(TEXTS)}, "no_label_column"),
        ({"text": TEXTS, "story": [f"{text} told at length" for text in TEXTS]}, "no_label_column"),
    ],
)
def test_no_pair_is_an_error_finding_and_blocks(columns: dict[str, list[str]], code: str) -> None:
    inspection = inspect(table_of(columns))
    assert inspection.choice is None
    assert (inspection.findings[0].code, inspection.findings[0].severity, inspection.blocked) == (code, "error", True)
    assert (inspection.labels, inspection.mended) == (None, None)


def test_the_persons_columns_win() -> None:
    columns = {"text": TEXTS, "label": LABELS, "channel": ["mail", "chat"] * 9}
    inspection = inspect(table_of(columns), ColumnChoice("text", "channel"))
    assert inspection.labels == {"chat": 9, "mail": 9}
    assert inspection.confidence is None


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        (ColumnChoice("text", "nope"), "column_missing"),
        (ColumnChoice("text", "text"), "column_twice"),
        (ColumnChoice("text", "label", "nope"), "column_missing"),
        (ColumnChoice("text", "label", "label"), "column_twice"),
    ],
)
def test_impossible_choices_are_refused(choice: ColumnChoice, code: str) -> None:
    with pytest.raises(DatasetError) as caught:
        inspect(table_of({"text": TEXTS, "label": LABELS}), choice)
    assert caught.value.code == code
    assert caught.value.remedy("zh")


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(DatasetError) as caught:
        inspect(table_of({"text": TEXTS, "label": LABELS}), task="poetry")  # type: ignore[arg-type]
    assert "poetry" in caught.value.message()


def test_usable_rows_have_both_after_stripping() -> None:
    pairs: Pairs = [*ENGLISH, ("  ", "refund"), ("hello", " "), (" padded text ", " refund ")]
    inspection = inspect(table_of({"text": [text for text, _ in pairs], "label": [label for _, label in pairs]}))
    assert inspection.usable_rows == len(ENGLISH) + 1
    assert list(inspection.labels or {}) == ["refund", "damage", "delivery"]
    kept = examples(inspection)
    assert kept.iloc[-1].tolist() == ["padded text", "refund"]
    assert kept.index.tolist() == list(range(len(ENGLISH) + 1))


def test_a_blocked_inspection_gives_no_examples() -> None:
    with pytest.raises(DatasetError) as caught:
        examples(inspect(table_of({"text": TEXTS, "label": [""] * len(TEXTS)})))
    assert caught.value.code == "not_ready"


def test_words_that_look_like_nothing_stay_what_they_are() -> None:
    words = ["NA", "null", "None", "nan", "True", "007", "1.0"]
    inspection = inspect(table_of({"text": sentences(70), "label": words * 10}))
    assert inspection.labels == dict.fromkeys(sorted(words), 10)
    assert examples(inspection)["label"].tolist() == words * 10


def test_steps_come_before_findings_and_counts() -> None:
    columns = {"text": [*sentences(40), sentences(40)[0]], "label": [*["delivery", "refund"] * 20, "delivery"]}
    table = table_of(columns)
    assert "duplicate_texts" in {finding.code for finding in inspect(table).findings}
    steps = (Step("drop_rows", (40,)), Step("rename_labels", facts={"refund": "money"}))
    mended = inspect(table, steps=steps)
    assert (mended.findings, mended.steps, mended.rows, mended.usable_rows) == ((), steps, 41, 40)
    assert mended.labels == {"delivery": 20, "money": 20}
    assert len(examples(mended)) == 40


def test_every_fix_that_is_offered_can_be_applied() -> None:
    texts = [
        *sentences(40),
        sentences(40)[0],
        sentences(40)[2],
        f"{sentences(40)[4]}!",
        "x " * 2000,
        "mail anna@example.com",
        "see\u200bn",
        "",
    ]
    labels = [*["delivery", "refund"] * 20, "delivery", "delivery", "Refund", "single", "rare", "rare", "refund"]
    table = table_of({"text": texts, "label": labels})
    offered = [(finding.code, fix) for finding in inspect(table).findings for fix in finding.fixes]
    assert len(offered) >= 9
    for code, fix in offered:
        left = {finding.code: finding.facts for finding in inspect(table, steps=fix.steps).findings}
        assert left.get(code) != {finding.code: finding.facts for finding in inspect(table).findings}[code], fix.code


@pytest.mark.parametrize(
    ("task", "columns", "choice"),
    [
        ("text-pair-classification", {"a": sentences(20), "b": sentences(20, seed=2), "c": ["x1", "y1"] * 10}, ColumnChoice("a", "c", "b")),
        ("regression", {"a": sentences(20), "c": [str(row % 5) for row in range(20)]}, ColumnChoice("a", "c")),
        ("multi-label-classification", {"a": sentences(20), "c": ["x1;y1", "y1"] * 10}, ColumnChoice("a", "c")),
        ("token-classification", {"a": ["Anna spoke"] * 20, "c": ["B-PER O"] * 20}, ColumnChoice("a", "c")),
        ("generation", {"a": sentences(20), "c": sentences(20, seed=2)}, ColumnChoice("a", "c")),
    ],
)
def test_the_persons_task_is_done_with_the_persons_columns(task: TaskName, columns: dict[str, list[str]], choice: ColumnChoice) -> None:
    inspection = inspect(table_of(columns), choice, task)
    assert (inspection.task, inspection.choice, inspection.usable_rows) == (task, choice, 20)
    assert inspection.reasons[0][0] == "reason.task_chosen"


def test_faults_of_spans_are_found_in_rows_that_are_left() -> None:
    spans = [json.dumps([{"start": 0, "end": 4, "label": "PER"}])] * 12 + [json.dumps([{"start": 0, "end": 400, "label": "PER"}])]
    table = table_of({"text": [f"Anna saw {text}" for text in sentences(13)], "spans": spans})
    inspection = inspect(table)
    assert inspection.task == "token-classification"
    found = next(finding for finding in inspection.findings if finding.code == "span_out_of_range")
    assert found.rows == (12,)
    assert "span_out_of_range" not in {finding.code for finding in inspect(table, steps=found.fixes[0].steps).findings}


CELLS = (
    "", " ", "a", "B-PER", "I-PER O", "[]", "{}", "[", "['a']", '["a", "b"]', "[[1, 2, 'X']]", '{"entities": [[0, 1, "A"]]}', "%",
    '[{"start": 5, "end": 2, "label": "X", "text": "z"}]', '[{"role": "user", "content": "hi"}]', '[{"role": "user"}]',
    '[{"from": "gpt", "value": null}]', "0", "1", "1.5", "1,5", "NaN", "x;y", "y;x", "\u200b", "<|im_start|>", "a@b.co", "13812345678",
    "train", "test", "\x00", "👨‍👩‍👧", "word " * 500, "字" * 900,
)  # fmt: skip
NAMES = (
    "text",
    "label",
    "tokens",
    "tags",
    "split",
    "messages",
    "prompt",
    "response",
    "score",
    "premise",
    "hypothesis",
    "标签",
    "instruction",
)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_table_holds_it_is_looked_at_and_every_fix_can_be_applied(seed: int) -> None:
    dice = random.Random(seed)
    rows, names = dice.choice([1, 2, 12, 40]), dice.sample(NAMES, dice.randint(1, 5))
    pools = [dice.sample(CELLS, dice.randint(1, 6)) + (sentences(20, seed=seed) if dice.random() < 0.5 else []) for _ in names]
    table = table_of({name: [dice.choice(pool) for _ in range(rows)] for name, pool in zip(names, pools, strict=True)})
    task = dice.choice([None, *get_args(TaskName)])
    choice = ColumnChoice(names[0], names[-1]) if dice.random() < 0.5 and len(names) > 1 else None
    inspection = inspect(table, choice, task)
    for finding in inspection.findings:
        assert all(finding.message(language) and finding.remedy(language) for language in LANGUAGES)
        assert all(0 <= row < rows for row in finding.rows)
        for fix in finding.fixes:
            assert fix.label("zh")
            inspect(table, inspection.choice, inspection.task, fix.steps)
    if not inspection.blocked:
        assert len(examples(inspection)) == inspection.usable_rows
