"""The example files of the other tasks: understood as they are, varied, small, and not solved by what comes cheap."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from seqeval.metrics import f1_score as strict_f1
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from threadpoolctl import threadpool_limits

from playground.data.examples import ALL_EXAMPLES, EXAMPLES, MORE_EXAMPLES
from playground.data.infer import examples, inspect
from playground.data.normal import normalise
from playground.data.read import read_table
from playground.data.types import Inspection

BY_ID = {example.id: example for example in ALL_EXAMPLES}
#: id -> fewest rows.
PROMISED = {
    "leisure_centre_complaints": 500, "restaurant_gripes_zh": 480, "handover_claims": 580, "library_questions_zh": 500,
    "workshop_hours": 450, "clinic_satisfaction_zh": 450, "bakery_orders": 440, "flower_orders_zh": 440, "vet_desk_cards": 350,
    "shop_replies_zh": 320, "yard_log": 1800, "tea_workshop_log_zh": 1700, "yard_jobs": 180, "tea_steps_zh": 180,
}  # fmt: skip
_LARGEST_BYTES = 300_000


@cache
def _inspected(id: str) -> Inspection:
    path = BY_ID[id].path
    return inspect(read_table(path.read_bytes(), path.name))


@cache
def _rows(id: str) -> pd.DataFrame:
    return examples(_inspected(id))


def _halves(id: str) -> tuple[list[int], list[int]]:
    """Four fifths to learn from and one to be tested on."""
    order = np.random.default_rng(0).permutation(len(_rows(id))).tolist()
    cut = len(order) // 5
    return order[cut:], order[:cut]


def _counting(id: str, estimator: LogisticRegression | Ridge | OneVsRestClassifier) -> Pipeline:
    chinese = BY_ID[id].language == "zh"
    words = TfidfVectorizer(analyzer="char" if chinese else "word", ngram_range=(1, 2), sublinear_tf=True)
    return make_pipeline(words, estimator)


def _by_counting(id: str, texts: list[str]) -> float:
    """Macro-F1 of TF-IDF and logistic regression on held-out rows."""
    train, test = _halves(id)
    labels = _rows(id)["label"].tolist()
    model = _counting(id, LogisticRegression(C=10, max_iter=500))
    with threadpool_limits(1):
        model.fit([texts[row] for row in train], [labels[row] for row in train])
        answers = model.predict([texts[row] for row in test])
    return float(f1_score([labels[row] for row in test], answers, average="macro"))


def test_every_file_of_the_folder_is_offered_once() -> None:
    offered = [example.path for example in ALL_EXAMPLES]
    folder = Path(offered[0]).parent
    assert sorted(offered) == sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl", ".conll", ".txt"))
    assert set(PROMISED) == {example.id for example in MORE_EXAMPLES}


def test_every_task_has_an_example_in_english_and_in_chinese() -> None:
    tasks = {(example.task, example.language) for example in ALL_EXAMPLES}
    assert tasks == {(task, language) for task, _ in tasks for language in ("en", "zh")}
    assert len(tasks) == 2 * 7


def test_the_first_examples_are_single_labels() -> None:
    assert {example.task for example in EXAMPLES} == {"text-classification"}


@pytest.mark.parametrize("id", PROMISED)
def test_a_file_is_understood_without_help(id: str) -> None:
    inspection = _inspected(id)
    assert inspection.task == BY_ID[id].task
    # A column of hours could as well be something known beside the text; the page asks.
    assert inspection.confidence != "unsure" or id == "workshop_hours"
    assert [finding.code for finding in inspection.findings if finding.severity != "info"] == []
    assert inspection.usable_rows == inspection.rows >= PROMISED[id]


@pytest.mark.parametrize("id", PROMISED)
def test_no_text_comes_twice_or_nearly_so(id: str) -> None:
    assert not {finding.code for finding in _inspected(id).findings} & {"duplicate_texts", "near_duplicates"}


@pytest.mark.parametrize("id", PROMISED)
def test_a_file_is_small_plain_utf_8(id: str) -> None:
    data = BY_ID[id].path.read_bytes()
    assert len(data) < _LARGEST_BYTES
    assert data.decode("utf-8").endswith("\n")
    assert b"\r\n" not in data or BY_ID[id].path.suffix == ".csv"


@pytest.mark.parametrize("id", PROMISED)
def test_a_file_is_introduced_in_both_languages(id: str) -> None:
    example = BY_ID[id]
    assert re.search("[一-鿿]", example.name("zh"))
    assert re.search("[一-鿿]", example.line("zh"))
    assert example.name("en") != example.name("zh")
    assert example.line("en") != example.line("zh")


@pytest.mark.parametrize("id", ["handover_claims", "library_questions_zh"])
def test_a_pair_is_judged_by_both_its_texts(id: str) -> None:
    rows = _rows(id)
    chance = 1 / rows["label"].nunique()
    for column in ("text", "text_pair"):
        assert _by_counting(id, rows[column].tolist()) < chance + 0.13
    assert rows["label"].value_counts(normalize=True).max() < chance + 0.05


@pytest.mark.parametrize("id", ["yard_jobs", "tea_steps_zh"])
def test_few_labels_in_jargon_are_not_solved_by_counting_words(id: str) -> None:
    score = _by_counting(id, _rows(id)["text"].tolist())
    assert 0.35 < score < 0.85


@pytest.mark.parametrize("id", ["leisure_centre_complaints", "restaurant_gripes_zh"])
def test_topics_are_not_told_by_their_words_alone(id: str) -> None:
    train, test = _halves(id)
    texts = _rows(id)["text"].tolist()
    cells = MultiLabelBinarizer().fit_transform([json.loads(cell) for cell in _rows(id)["label"]])
    model = _counting(id, OneVsRestClassifier(LogisticRegression(C=10, solver="liblinear", class_weight="balanced")))
    with threadpool_limits(1):
        model.fit([texts[row] for row in train], cells[train])
        answers = model.predict([texts[row] for row in test])
    assert 0.45 < f1_score(cells[test], answers, average="micro") < 0.87
    assert (cells.sum(axis=1) > 1).mean() > 0.4


@pytest.mark.parametrize("id", ["workshop_hours", "clinic_satisfaction_zh"])
def test_a_number_is_not_told_by_words_alone(id: str) -> None:
    train, test = _halves(id)
    texts, numbers = _rows(id)["text"].tolist(), _rows(id)["label"].astype(float).to_numpy()
    with threadpool_limits(1):
        answers = _counting(id, Ridge()).fit([texts[row] for row in train], numbers[train]).predict([texts[row] for row in test])
    assert 0.4 < np.corrcoef(answers, numbers[test])[0, 1] < 0.87


@pytest.mark.parametrize("id", ["bakery_orders", "flower_orders_zh"])
def test_a_word_list_does_not_find_the_entities(id: str) -> None:
    train, test = _halves(id)
    tokens = [[token.lower() for token in json.loads(cell)] for cell in _rows(id)["text"]]
    tags = [json.loads(cell) for cell in _rows(id)["label"]]
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in train:
        for token, tag in zip(tokens[row], tags[row], strict=True):
            seen[token][tag] += 1
    listed = {token: counts.most_common(1)[0][0] for token, counts in seen.items()}
    answers = [[listed.get(token, "O") for token in tokens[row]] for row in test]
    assert strict_f1([tags[row] for row in test], answers) < 0.75


@pytest.mark.parametrize("id", ["bakery_orders", "flower_orders_zh"])
def test_one_word_is_several_kinds_of_entity(id: str) -> None:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for words, marks in zip(_rows(id)["text"], _rows(id)["label"], strict=True):
        for token, tag in zip(json.loads(words), json.loads(marks), strict=True):
            kinds[token.lower()].add(tag[2:])
    assert sum(len(found - {""}) >= 3 for found in kinds.values()) >= 15


def test_a_card_holds_nothing_that_was_not_in_the_message() -> None:
    for asked, card in zip(_rows("vet_desk_cards")["text"], _rows("vet_desk_cards")["label"], strict=True):
        lines = dict(line.split(": ", 1) for line in card.splitlines())
        assert list(lines) == ["OWNER", "PET", "NEED", "WHEN", "URGENCY"]
        message = json.loads(asked)[-1]["content"].lower()
        assert lines["PET"].partition(" (")[0].lower() in message
        assert lines["OWNER"].lower() in message


def test_a_reply_has_its_four_parts_and_names_the_thing() -> None:
    for asked, reply in zip(_rows("shop_replies_zh")["text"], _rows("shop_replies_zh")["label"], strict=True):
        match = re.fullmatch(r"(.+)您好，.+。\n【问题】(.+)·..\n【处理】为您.+\n【时限】.+内\n祝您生活愉快！", reply)
        assert match is not None
        assert match[2] in json.loads(asked)[-1]["content"]


@pytest.mark.parametrize(("log", "labelled"), [("yard_log", "yard_jobs"), ("tea_workshop_log_zh", "tea_steps_zh")])
def test_a_log_tells_of_the_labelled_entries_without_giving_them_away(log: str, labelled: str) -> None:
    lines = normalise(_rows(log)["text"])
    whole = "\n".join(lines)
    entries = normalise(_rows(labelled)["text"])
    assert not set(entries) & set(lines)
    length = 2 if BY_ID[log].language == "zh" else 4
    pieces = [{entry[at : at + length] for at in range(len(entry) - length + 1)} for entry in entries]
    assert np.mean([np.mean([piece in whole for piece in parts]) for parts in pieces]) > 0.5
