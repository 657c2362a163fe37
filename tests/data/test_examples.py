"""The example files: whole, varied, and not solved by counting words."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

from playground.data.examples import EXAMPLES, ExampleFile
from playground.data.infer import examples, inspect
from playground.data.normal import normalise
from playground.data.read import read_table
from playground.data.split import split_examples
from playground.data.types import Inspection

BY_ID = {example.id: example for example in EXAMPLES}
#: id -> fewest rows, fewest labels, whether it is Chinese.
PROMISED = {"support_intents": (400, 8, False), "product_reviews_zh": (400, 3, True), "it_tickets": (300, 5, False)}


def _inspected(example: ExampleFile) -> Inspection:
    return inspect(read_table(example.path.read_bytes(), example.path.name))


def _tfidf_macro_f1(rows: pd.DataFrame, chinese: bool, seed: int) -> float:
    split = split_examples(rows, validation_share=0.2, test_share=0.2, seed=seed)
    train, test = split[split["split"] == "train"], split[split["split"] == "test"]
    words = TfidfVectorizer(analyzer="char" if chinese else "word", ngram_range=(1, 3) if chinese else (1, 2), sublinear_tf=True)
    model = make_pipeline(words, LogisticRegression(C=10, max_iter=2000, class_weight="balanced"))
    model.fit(train["text"], train["label"])
    return float(f1_score(test["label"], model.predict(test["text"]), average="macro"))


def test_the_promised_files_are_there() -> None:
    assert set(BY_ID) == set(PROMISED)


@pytest.mark.parametrize("id", PROMISED)
def test_an_example_needs_no_correction(id: str) -> None:
    inspection = _inspected(BY_ID[id])
    fewest_rows, fewest_labels, _ = PROMISED[id]
    assert inspection.findings == ()
    assert inspection.usable_rows == inspection.rows >= fewest_rows
    assert inspection.labels is not None
    assert len(inspection.labels) >= fewest_labels


@pytest.mark.parametrize("id", PROMISED)
def test_no_text_of_an_example_occurs_twice(id: str) -> None:
    texts = [re.sub(r"\W", "", text) for text in normalise(examples(_inspected(BY_ID[id]))["text"])]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("id", PROMISED)
def test_counting_words_does_not_solve_an_example(id: str) -> None:
    rows = examples(_inspected(BY_ID[id]))
    with threadpool_limits(1):  # such small matrices lose more by threads than they gain
        scores = [_tfidf_macro_f1(rows, PROMISED[id][2], seed) for seed in range(5)]
    assert 0.45 < sum(scores) / len(scores) < 0.93


def test_the_tickets_have_a_rare_class() -> None:
    labels = _inspected(BY_ID["it_tickets"]).labels
    assert labels is not None
    assert labels["security"] < 0.08 * sum(labels.values())


@pytest.mark.parametrize("id", PROMISED)
def test_an_example_is_introduced_in_both_languages(id: str) -> None:
    example = BY_ID[id]
    assert example.name("en") != example.name("zh")
    assert example.line("en") != example.line("zh")
