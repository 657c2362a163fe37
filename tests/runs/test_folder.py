"""Files are put in place whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.runs.folder import read_json, write_json, write_text


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"标签": "好"})
    assert read_json(tmp_path / "a.json") == {"标签": "好"}


def test_a_text_that_is_no_valid_unicode_is_written_all_the_same(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"name": "half \ud83d"})
    assert read_json(tmp_path / "a.json") == {"name": "half \ud83d"}


def test_a_failed_write_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_text(tmp_path / "a.json", "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("playground.runs.folder.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_text(tmp_path / "a.json", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.json", "old")]


@pytest.mark.parametrize("content", [b"", b'{"pid": 1', b"[1]", b"\xff\xfe"])
def test_a_file_that_is_no_json_object_reads_as_absent(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    assert read_json(tmp_path / "a.json") is None
