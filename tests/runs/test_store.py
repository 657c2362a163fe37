"""Every run is found by its owner, by nobody else, and never half made."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from playground.data.types import Step
from playground.errors import RunError
from playground.runs.events import FinishedEvent
from playground.runs.folder import RunFolder
from playground.runs.process import ProcessId
from playground.runs.records import Queued
from playground.runs.store import RunStore
from playground.runs.types import Run
from tests.runs.making import NO_PID, RECIPE, dataset, finish, launched, make_run, result, say, splits, step

ALIVE = ProcessId.of(os.getpid())
DEAD = ProcessId(NO_PID, 1.0)


def test_what_was_created_is_read_back_by_another_store(store: RunStore) -> None:
    run = make_run(store)
    assert RunStore(store.root).get(run.id) == run
    assert (run.owner, run.dataset, run.dataset_name, run.recipe) == ("ann", "0123456789abcdef", "mails.csv", RECIPE)


def test_the_splits_are_kept(store: RunStore) -> None:
    pd.testing.assert_frame_equal(pd.read_parquet(RunFolder(make_run(store).folder).splits), splits())


def test_a_run_remembers_how_its_data_was_mended(store: RunStore) -> None:
    steps = (Step("drop_rows", (3, 5)), Step("rename_labels", (), {"a": "b"}))
    run = store.create(RECIPE, splits(), owner="ann", dataset=replace(dataset(), steps=steps))
    assert run.steps == steps
    assert store.get(run.id) == run


def test_a_run_of_the_version_before_was_not_mended(store: RunStore) -> None:
    run = make_run(store)
    path = RunFolder(run.folder).run
    facts = json.loads(path.read_text(encoding="utf-8"))
    del facts["steps"]
    path.write_text(json.dumps(facts), encoding="utf-8")
    assert store.get(run.id) == run


def test_a_run_is_listed_newest_first(store: RunStore) -> None:
    runs = [make_run(store) for _ in range(3)]
    assert store.list() == sorted(runs, key=lambda run: run.created, reverse=True)


def test_ids_do_not_repeat(store: RunStore) -> None:
    assert len({make_run(store).id for _ in range(20)}) == 20


def test_a_run_of_somebody_else_is_not_found(store: RunStore) -> None:
    run = make_run(store, owner="ann")
    assert store.get(run.id, "ann") == run
    with pytest.raises(RunError) as foreign:
        store.get(run.id, "bob")
    with pytest.raises(RunError) as absent:
        store.get("20200101-000000-000000000000", "bob")
    assert foreign.value.code == absent.value.code == "not_found"
    assert store.list("bob") == []


@pytest.mark.parametrize(
    "id",
    ["", ".", "..", "../runs", "/etc", "../../etc/passwd", "20200101-000000-000000000000/..", "20200101-000000-00000000000\n", "*", "\0"],
)
def test_an_id_of_another_form_reaches_no_file(store: RunStore, id: str) -> None:
    for path in (store.root, store.root.parent):
        (path / "run.json").write_text(json.dumps({"owner": "ann", "dataset": "", "dataset_name": "", "created": 1.0}))
        (path / "recipe.json").write_text(RECIPE.to_json())
    with pytest.raises(RunError):
        store.get(id)


def test_a_folder_that_is_no_run_is_not_listed(store: RunStore) -> None:
    (store.root / "20200101-000000-000000000000").mkdir()
    (store.root / "notes").mkdir()
    (store.root / "20200101-000000-000000000001").touch()
    assert store.list() == []


def test_a_recipe_of_another_version_hides_only_its_own_run(store: RunStore) -> None:
    odd, good = make_run(store), make_run(store)
    RunFolder(odd.folder).recipe.write_text('{"model": "m", "telepathy": 1}')
    assert store.list() == [good]


def test_a_run_that_cannot_be_written_leaves_nothing(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(RunError, match="No space left"):
        store.create(RECIPE, splits(), owner="ann", dataset=dataset())
    assert list(store.root.iterdir()) == []


def test_events_go_on_from_the_offset(store: RunStore) -> None:
    run = make_run(store)
    say(run, step(1))
    first, offset = store.events(run)
    say(run, step(2), FinishedEvent())
    second, _ = store.events(run, offset)
    assert [event.kind for event in [*first, *second]] == ["step", "step", "finished"]


@pytest.mark.parametrize(("process", "expected"), [(ALIVE, "one\n"), (DEAD, "one\nhalf")])
def test_half_a_log_line_is_shown_only_when_nobody_will_finish_it(store: RunStore, process: ProcessId, expected: str) -> None:
    run = make_run(store)
    launched(run, process)
    RunFolder(run.folder).log.write_bytes(b"one\nhalf")
    assert store.log(run)[0] == expected


def test_the_result_appears_when_it_is_complete(store: RunStore) -> None:
    run = make_run(store)
    assert store.result(run) is None
    finish(run.folder)
    assert store.result(run) == result()


def test_a_deleted_run_is_gone_from_list_and_disk(store: RunStore) -> None:
    run = make_run(store)
    (run.folder / "checkpoints" / "checkpoint-1").mkdir(parents=True)
    store.delete(run)
    assert store.list() == []
    assert [path.name for path in store.root.iterdir() if path.is_dir()] == []


def test_what_a_delete_left_behind_the_next_one_removes(store: RunStore) -> None:
    (store.root / ".trash-old" / "adapter").mkdir(parents=True)
    store.delete(make_run(store))
    assert not (store.root / ".trash-old").exists()


def _waiting(run: Run) -> None:
    Queued(1.0, 1).write(RunFolder(run.folder))


def _running(run: Run) -> None:
    launched(run, ALIVE)


def _ending(run: Run) -> None:
    launched(run, ALIVE)
    say(run, FinishedEvent())


@pytest.mark.parametrize("make_active", [_waiting, _running, _ending])
def test_a_run_in_use_is_not_deleted(store: RunStore, make_active: object) -> None:
    run = make_run(store)
    assert callable(make_active)
    make_active(run)
    with pytest.raises(RunError) as caught:
        store.delete(run)
    assert caught.value.code == "run_active"
    assert store.get(run.id) == run


def test_a_deleted_run_has_no_state(store: RunStore, tmp_path: Path) -> None:
    run = make_run(store)
    store.delete(run)
    with pytest.raises(RunError):
        store.state(run)
