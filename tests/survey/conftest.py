"""The example files, read once by the real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from playground.models import fetch
from playground.survey.reader import Reader
from playground.survey.rows import Rows, read_rows
from playground.survey.vectors import VectorCache
from playground.training.embed import Matrix

EXAMPLES = Path(__file__).parents[2] / "examples"
MINILM, E5 = "sentence-transformers/all-MiniLM-L6-v2", "intfloat/multilingual-e5-small"
#: What does not belong among product reviews.
ODD = ["for i in range(10): print(i ** 2)", "The weather is nice today", "人民银行下调存款准备金率0.5个百分点", "1111111"]

Read = tuple[Rows, Matrix]


def read(model_id: str, frame: pd.DataFrame, folder: Path) -> Read:
    rows = read_rows(frame.set_axis(["text", "label"], axis=1), "text-classification")
    return rows, Reader.open(fetch(model_id), model_id, 256).read(rows.texts, VectorCache(folder, "model"), lambda done: None).as_float()


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """As in the child."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def intents(minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """English customer questions and their intents."""
    frame = pd.read_csv(EXAMPLES / "support_intents.csv", dtype=str, keep_default_na=False)
    return read(MINILM, frame, tmp_path_factory.mktemp("intents"))


@pytest.fixture(scope="session")
def tickets(minilm: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """English tickets and the queue each goes to."""
    frame = pd.read_json(EXAMPLES / "it_tickets.jsonl", lines=True, dtype=False)[["ticket", "queue"]]
    return read(MINILM, frame, tmp_path_factory.mktemp("tickets"))


@pytest.fixture(scope="session")
def reviews(e5: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Chinese product reviews, good, bad and neither; the last four rows do not belong."""
    frame = pd.read_csv(EXAMPLES / "product_reviews_zh.csv", dtype=str, keep_default_na=False).set_axis(["text", "label"], axis=1)
    odd = pd.DataFrame({"text": ODD, "label": ""})
    return read(E5, pd.concat([frame, odd], ignore_index=True), tmp_path_factory.mktemp("reviews"))
