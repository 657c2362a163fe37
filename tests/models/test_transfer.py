"""Deadlines, progress, and the check of a file."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models.transfer import DownloadProgress, after, check_file, within
from playground.models.types import FileFact


def test_a_call_that_hangs_is_left_behind() -> None:
    with pytest.raises(TimeoutError):
        within(0.01, threading.Event().wait)


def test_the_answer_and_the_error_of_a_call_come_through() -> None:
    assert within(5, lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


def test_a_call_that_answers_nothing_is_not_late() -> None:
    assert within(5, lambda: None) is None


def test_share_is_known_with_the_total_only() -> None:
    assert DownloadProgress("hub", 5, 20).share == 0.25
    assert DownloadProgress("hub", 5, None).share is None


def test_share_never_exceeds_the_whole() -> None:
    assert DownloadProgress("hub", 30, 20).share == 1.0


def test_bytes_of_a_file_count_on_top_of_those_before() -> None:
    seen: list[tuple[int, int | None]] = []
    after(100, 300, lambda done, total: seen.append((done, total)))(50)
    assert seen == [(150, 300)]


def test_size_and_checksum_of_a_file_are_both_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    check_file(path, FileFact("a", 3, hashlib.sha256(b"abc").hexdigest()))
    check_file(path, FileFact("a"))
    with pytest.raises(ModelError) as wrong_size:
        check_file(path, FileFact("a", 4))
    with pytest.raises(ModelError) as wrong_hash:
        check_file(path, FileFact("a", 3, "0" * 64))
    assert (wrong_size.value.code, wrong_hash.value.code) == ("model_file_size", "model_file_hash")
