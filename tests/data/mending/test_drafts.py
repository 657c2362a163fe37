"""Drafts on disk: whose they are, what is kept of them, and when they go."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from threading import Thread

import pytest

from playground.data.mending.drafts import FACTS_FILE, MOST_DRAFTS, SOURCES, DraftStore
from playground.data.types import ColumnChoice, Reading, Step
from playground.errors import DatasetError

DATA = b"text,label\nhello,a\n"
GONE = Step("drop_rows", (1,))
CLEAN = Step("clean_characters")


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path / "drafts")


def _sources(store: DraftStore) -> list[bytes]:
    return sorted(path.read_bytes() for path in (store.root / SOURCES).iterdir())


def _folders(store: DraftStore) -> set[str]:
    return {path.name for path in store.root.iterdir()} - {".lock", SOURCES}


def test_a_draft_comes_back_in_another_store(store: DraftStore) -> None:
    reading = Reading("gb18030", ";", "Sheet 1", "regression", ColumnChoice("a", "b", "c"))
    draft = store.add(DATA, "mails.csv", "ann", reading)
    mended = store.mend(draft.id, "ann", [GONE, Step("set_label", (2,), {"to": "好"})])
    assert DraftStore(store.root).get(draft.id, "ann") == mended
    assert (draft.name, draft.source, draft.reading, draft.steps) == ("mails.csv", hashlib.sha256(DATA).hexdigest(), reading, ())


def test_the_original_is_kept_byte_for_byte_whatever_is_done(store: DraftStore) -> None:
    data = b"\xff\xfe\x00\r\n\x80"
    draft = store.add(data, "odd.csv", "ann")
    draft = store.reread(store.mend(draft.id, "ann", [GONE]).id, "ann", Reading(encoding="cp1252"))
    assert store.data(draft) == data


def test_the_same_bytes_are_kept_once_for_everybody(store: DraftStore) -> None:
    first, second = store.add(DATA, "a.csv", "ann"), store.add(DATA, "b.csv", "bob")
    assert first.id != second.id
    assert _sources(store) == [DATA]


def test_several_files_are_one_draft(store: DraftStore) -> None:
    draft = store.add_files([(b"1", "train.csv"), (b"2", "test.csv")], "ann")
    assert [(file.name, store.file_data(draft, file)) for file in draft.files] == [("train.csv", b"1"), ("test.csv", b"2")]


@pytest.mark.parametrize("deed", ["get", "undo", "delete"])
def test_a_draft_of_somebody_else_is_not_found(store: DraftStore, deed: str) -> None:
    draft = store.add(DATA, "a.csv", "ann")
    for id in (draft.id, "0123456789abcdef"):
        with pytest.raises(DatasetError) as caught:
            getattr(store, deed)(id, "bob")
        assert caught.value.code == "not_found"
    assert store.list("bob") == []
    assert store.get(draft.id, "ann") == draft


def test_nobody_else_can_change_a_draft(store: DraftStore) -> None:
    draft = store.add(DATA, "a.csv", "ann")
    for deed in (
        lambda: store.mend(draft.id, "bob", [GONE]),
        lambda: store.reread(draft.id, "bob", Reading()),
        lambda: store.remember_dataset(draft.id, "bob", "x"),
    ):
        with pytest.raises(DatasetError) as caught:
            deed()
        assert caught.value.code == "not_found"
    assert store.get(draft.id, None) == draft


@pytest.mark.parametrize(
    "id", ["", ".", "..", "sources", "../drafts", "/etc/passwd", "0" * 15 + "\n", "\0" * 16, "*" * 16, "ABCDEF0123456789"]
)
def test_an_id_of_another_form_reaches_no_file(store: DraftStore, id: str) -> None:
    store.add(DATA, "a.csv", "ann")
    with pytest.raises(DatasetError) as caught:
        store.get(id, None)
    assert caught.value.code == "not_found"


def test_one_press_is_one_change_and_is_taken_back_whole(store: DraftStore) -> None:
    draft = store.add(DATA, "a.csv", "ann")
    store.mend(draft.id, "ann", [CLEAN])
    draft = store.mend(draft.id, "ann", [GONE, Step("drop_rows", (2,))])
    assert draft.steps == (CLEAN, GONE, Step("drop_rows", (2,)))
    assert store.undo(draft.id, "ann").steps == (CLEAN,)
    assert store.undo(draft.id, "ann").steps == ()
    assert store.undo(draft.id, "ann").steps == ()


def test_a_step_that_is_none_is_not_recorded(store: DraftStore) -> None:
    draft = store.add(DATA, "a.csv", "ann")
    with pytest.raises(DatasetError) as caught:
        store.mend(draft.id, "ann", [CLEAN, Step("drop_rows")])
    assert caught.value.code == "step_incomplete"
    assert store.get(draft.id, "ann").steps == ()


def test_another_reading_takes_out_the_steps_that_do_not_fit_it(store: DraftStore) -> None:
    draft = store.add(DATA, "a.csv", "ann")
    store.mend(draft.id, "ann", [GONE, CLEAN])
    store.mend(draft.id, "ann", [GONE])
    draft = store.reread(draft.id, "ann", Reading(delimiter=";"), fits=lambda step: not step.rows)
    assert (draft.reading.delimiter, draft.changes) == (";", ((CLEAN,),))


def test_the_bytes_go_with_the_last_draft_that_has_them(store: DraftStore) -> None:
    first, second = store.add(DATA, "a.csv", "ann"), store.add(DATA, "b.csv", "bob")
    store.delete(first.id, "ann")
    assert _sources(store) == [DATA]
    store.delete(second.id, "bob")
    assert _sources(store) == []
    assert _folders(store) == set()


def test_drafts_left_alone_are_forgotten_unless_a_dataset_was_made_of_them(store: DraftStore) -> None:
    lost, kept = store.add(b"1", "a.csv", "ann"), store.add(b"2", "b.csv", "ann")
    store.remember_dataset(kept.id, "ann", "0123456789abcdef")
    assert store.forget_old(now=lost.changed + 6 * 86_400) == 0
    assert store.forget_old(now=lost.changed + 8 * 86_400) == 1
    assert [draft.id for draft in store.list("ann")] == [kept.id]
    assert _sources(store) == [b"2"]


def test_nothing_to_forget_makes_no_folder(store: DraftStore) -> None:
    assert store.forget_old() == 0
    assert not store.root.exists()


def test_the_draft_left_alone_for_longest_makes_room(store: DraftStore) -> None:
    ids = [store.add(str(n).encode(), "a.csv", "ann").id for n in range(MOST_DRAFTS + 1)]
    other = store.add(b"x", "a.csv", "bob")
    assert [draft.id for draft in store.list("ann")] == ids[:0:-1]
    assert store.get(other.id, "bob") == other


def test_changed_bytes_are_noticed(store: DraftStore) -> None:
    draft = store.add(DATA, "a.csv", "ann")
    path = store.root / SOURCES / draft.source
    path.write_bytes(b"text,label\nHELLO,a\n")
    with pytest.raises(DatasetError) as caught:
        store.data(draft)
    assert caught.value.code == "draft_damaged"
    path.unlink()
    with pytest.raises(DatasetError) as caught:
        store.data(draft)
    assert caught.value.code == "draft_damaged"


@pytest.mark.parametrize(
    "change",
    [
        {"files": []},
        {"files": [{"name": "x", "source": "../../../etc/passwd"}]},
        {"reading": {"eval": "1"}},
        {"changes": [[{"kind": "eval"}]]},
        {"changes": 3},
        {"added": "yesterday"},
    ],
    ids=str,
)
def test_a_damaged_draft_says_so_and_leaves_the_list_whole(store: DraftStore, change: dict[str, object]) -> None:
    good, bad = store.add(DATA, "a.csv", "ann"), store.add(DATA, "b.csv", "ann")
    path = store.root / bad.id / FACTS_FILE
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    assert store.list("ann") == [good]
    with pytest.raises(DatasetError) as caught:
        store.get(bad.id, "ann")
    assert caught.value.code == "draft_damaged"


def test_names_and_owners_with_path_characters_are_harmless(store: DraftStore) -> None:
    draft = store.add(DATA, "../../x\ud800.csv", "../../root")
    assert store.get(draft.id, "../../root").name == "../../x\ud800.csv"
    assert [path.name for path in store.root.parent.iterdir()] == ["drafts"]


def test_a_full_disk_says_so_and_leaves_nothing_half(store: DraftStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DatasetError, match="No space left") as caught:
        store.add(DATA, "a.csv", "ann")
    assert caught.value.code == "draft_not_written"
    assert _folders(store) == set()


def test_changes_from_many_tabs_are_all_recorded(store: DraftStore) -> None:
    draft = store.add(DATA, "a.csv", "ann")
    threads = [Thread(target=store.mend, args=(draft.id, "ann", [Step("drop_rows", (row,))])) for row in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {step.rows[0] for step in store.get(draft.id, "ann").steps} == set(range(8))
