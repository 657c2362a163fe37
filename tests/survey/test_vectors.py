"""Texts read before are known again; nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from playground.survey.vectors import Read, VectorCache


def read(count: int, first: float = 0.0) -> Read:
    vectors = (np.arange(count * 4).reshape(count, 4) / 100 + first).astype(np.float16)
    return Read(vectors, np.arange(count, dtype=np.int32) + 3)


def test_what_was_kept_is_found_by_another_process(tmp_path: Path) -> None:
    VectorCache(tmp_path, "model").keep(["one", "二"], read(2))
    found = VectorCache(tmp_path, "model").find(["二", "three"])
    assert list(found) == ["二"]
    assert found["二"][0].tolist() == read(2).vectors[1].tolist()
    assert found["二"][1] == 4


def test_another_model_knows_nothing_of_it(tmp_path: Path) -> None:
    VectorCache(tmp_path, "model").keep(["one"], read(1))
    assert VectorCache(tmp_path, "other").find(["one"]) == {}


def test_what_a_process_reads_grows_in_one_file(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path, "model")
    cache.keep(["one"], read(1))
    cache.keep(["one", "two"], read(2))
    assert len(list(tmp_path.rglob("*.safetensors"))) == 1
    assert set(VectorCache(tmp_path, "model").find(["one", "two"])) == {"one", "two"}


def test_a_damaged_file_is_forgotten(tmp_path: Path) -> None:
    VectorCache(tmp_path, "model").keep(["one"], read(1))
    path = next(tmp_path.rglob("*.safetensors"))
    path.write_bytes(path.read_bytes()[:40])
    assert VectorCache(tmp_path, "model").find(["one"]) == {}
    assert not path.exists()


def test_what_was_unused_for_longest_goes_when_there_is_too_much(tmp_path: Path) -> None:
    for number, name in enumerate(("old", "used", "new")):
        VectorCache(tmp_path, "model").keep([name], read(1))
        for path in tmp_path.rglob("*.safetensors"):
            if path.stat().st_mtime > 10_000:
                os.utime(path, (1000 + number, 1000 + number))
    VectorCache(tmp_path, "model").find(["used"])
    size = next(tmp_path.rglob("*.safetensors")).stat().st_size
    VectorCache(tmp_path, "model", most_bytes=3 * size).keep(["newest"], read(1))
    assert set(VectorCache(tmp_path, "model").find(["old", "used", "new", "newest"])) == {"used", "new", "newest"}


def test_no_text_is_on_disk(tmp_path: Path) -> None:
    VectorCache(tmp_path, "model").keep(["a secret text"], read(1))
    assert b"secret" not in next(tmp_path.rglob("*.safetensors")).read_bytes()
