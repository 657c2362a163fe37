"""What a child is writing is read in whole lines, and as text a person can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.runs.events import Event, FinishedEvent, encode
from playground.runs.reading import CUT, events_backwards, read_events, read_log, readable
from tests.runs.making import step


def lines(*events: Event) -> bytes:
    return b"".join(encode(event).encode() + b"\n" for event in events)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "events.jsonl"


def test_no_file_is_no_events(file: Path) -> None:
    assert read_events(file).events == []
    assert list(events_backwards(file, 0)) == []
    assert read_log(file, ended=True) == ("", 0)


def test_every_cut_of_a_file_gives_every_event_once(file: Path) -> None:
    events = [step(number) for number in range(3)]
    data = lines(*events)
    for cut in range(len(data) + 1):
        file.write_bytes(data[:cut])
        first = read_events(file)
        file.write_bytes(data)
        second = read_events(file, first.offset)
        assert [*first.events, *second.events] == events
        assert second.offset == len(data)


@pytest.mark.parametrize("junk", [b"\xff\xfe\x00", b"[1, 2]", b'{"kind": "step"}', b"null", b'{"a"', b"[" * 100_000])
def test_a_corrupt_line_is_skipped_and_counted(file: Path, junk: bytes) -> None:
    file.write_bytes(lines(step(1)) + junk + b"\n" + lines(step(2)))
    page = read_events(file)
    assert [event.step for event in page.events if hasattr(event, "step")] == [1, 2]
    assert page.skipped == 1


def test_an_event_of_a_newer_version_is_no_error(file: Path) -> None:
    file.write_bytes(b'{"kind": "telepathy", "time": 1}\n')
    assert read_events(file).skipped == 0


def test_backwards_is_forwards_reversed_across_blocks(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [step(number) for number in range(20)]
    file.write_bytes(lines(*events))
    for block in (7, 100, 333, 10**6):
        monkeypatch.setattr("playground.runs.reading._BLOCK", block)
        assert list(events_backwards(file, 0)) == events[::-1]


def test_backwards_stops_at_the_start_of_the_attempt(file: Path) -> None:
    file.write_bytes(lines(FinishedEvent(), step(1)))
    start = file.read_bytes().index(b"\n") + 1
    assert [event.kind for event in events_backwards(file, start)] == ["step"]


def test_a_progress_bar_becomes_its_last_state() -> None:
    assert readable(b"before\n\r 0%|  |\r50%|# |\r100%|##|\nafter\n") == "before\n100%|##|\nafter\n"


def test_a_bar_that_wipes_itself_leaves_its_last_words() -> None:
    assert readable(b"50%\r100%\r    \r\n") == "100%\n"


def test_windows_line_ends_are_line_ends() -> None:
    assert readable(b"one\r\ntwo\r\n") == "one\ntwo\n"


def test_colours_cursor_moves_and_links_vanish() -> None:
    assert readable(b"\x1b[1;31mred\x1b[0m \x1b[2K\x1b]8;;http://x\x07link\x1b]8;;\x1b\\ \x1b[?25l\x07done\n") == "red link done\n"


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert readable("好".encode() + b"\xff\n") == "好\ufffd\n"


def test_an_unfinished_line_is_kept_back_until_it_is_finished(file: Path) -> None:
    file.write_bytes("一行\n半".encode())
    text, offset = read_log(file, ended=False)
    assert text == "一行\n"
    file.write_bytes("一行\n半行\n".encode())
    assert read_log(file, offset, ended=False)[0] == "半行\n"


def test_the_last_words_of_a_dead_child_are_shown_without_their_line_end(file: Path) -> None:
    file.write_bytes(b"one\nlast")
    assert read_log(file, ended=True) == ("one\nlast", 8)


def test_of_a_huge_log_only_the_newest_end_is_read(file: Path) -> None:
    file.write_bytes(b"old line\n" * 1000 + b"newest\n")
    text, offset = read_log(file, ended=False, limit=100)
    assert text.startswith(CUT + "old line\n")
    assert text.endswith("newest\n")
    assert len(text) < 120
    assert offset == file.stat().st_size


def test_an_endless_line_is_not_cut_over_and_over(file: Path) -> None:
    file.write_bytes(b"x" * 500)
    assert read_log(file, ended=False, limit=100) == ("", 0)
