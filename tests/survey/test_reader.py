"""Reading texts with a model: in any order the same, whole texts counted, and nothing read twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playground.models import fetch
from playground.survey.progress import Progress
from playground.survey.reader import Reader, read_all
from playground.survey.vectors import VectorCache

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
TEXTS = ["refund please", "where is my order", "good", "it was a very very very very good card and it works", "退货 很慢"]


@pytest.fixture
def reader(tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tiny_models))
    return Reader.open(fetch(MINILM), MINILM, 32)


def never() -> Reader:
    raise AssertionError("nothing is new, so no model is needed")


def test_each_text_has_its_own_vector_whatever_stands_beside_it(reader: Reader, tmp_path: Path) -> None:
    together = reader.read(TEXTS, VectorCache(tmp_path, "a"), lambda done: None).as_float()
    alone = np.concatenate([reader.read([text], VectorCache(tmp_path, "b"), lambda done: None).as_float() for text in TEXTS])
    assert np.abs(together - alone).max() < 0.05  # bf16 and 16-bit keeping
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=0.01)
    assert ((together @ alone.T).argmax(axis=1) == np.arange(len(TEXTS))).all()


def test_a_text_is_counted_to_its_end_although_only_its_beginning_is_read(reader: Reader, tmp_path: Path) -> None:
    lengths = reader.read(["good", "good " * 300], VectorCache(tmp_path, "a"), lambda done: None).lengths
    assert lengths.tolist() == [3, 302]


def test_only_new_texts_are_read(reader: Reader, tmp_path: Path) -> None:
    told: list[str] = []
    progress = Progress(tmp_path)
    first = read_all(TEXTS[:3], VectorCache(tmp_path, "a"), lambda: reader, progress)
    again = read_all([*reversed(TEXTS[:3])], VectorCache(tmp_path, "a"), never, progress)
    assert np.array_equal(first.vectors, again.vectors[::-1])
    assert np.array_equal(first.lengths, again.lengths[::-1])
    more = read_all(TEXTS, VectorCache(tmp_path, "a"), lambda: told.append("opened") or reader, progress)
    assert np.array_equal(more.vectors[:3], first.vectors)
    assert told == ["opened"]


def test_progress_is_told_in_texts(reader: Reader, tmp_path: Path) -> None:
    done: list[int] = []
    reader.read([f"good {number}" for number in range(600)], VectorCache(tmp_path, "a"), done.append)
    assert done[-1] == 600
    assert done == sorted(done)
    assert len(done) > 1
