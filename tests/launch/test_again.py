"""A run that ran out of memory is tried again with a smaller plan, says what was asked for, and never looks failed in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from playground.launch.again import attend, kernel_kills, try_again_smaller
from playground.launch.local import LocalLauncher
from playground.launch.queue import Queue
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.runs.records import Launch, Smaller
from playground.runs.store import RunStore
from playground.runs.types import Run
from tests.launch import children
from tests.launch.children import CPU, Child
from tests.runs.making import make_run, until

#: Needs memory by the row: more than 4 rows at once are too many for what it is allowed.
HUNGRY = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (400_000_000, 400_000_000))
recipe = json.loads((folder / "recipe.json").read_text())
rows = [bytearray(60_000_000) for _ in range(recipe["batch_size"])]
event("finished")
"""
ALWAYS_HUNGRY = "raise MemoryError"


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def child(tmp_path: Path) -> Child:
    return Child(tmp_path, HUNGRY)


@pytest.fixture
def queue(store: RunStore, child: Child) -> Queue:
    return Queue(store, LocalLauncher(store, CPU, command=child, attend=attend))


def trained(store: RunStore, queue: Queue, run: Run) -> list[str]:
    """Every status the run is seen in until it ends."""
    queue.put(run)
    seen: list[str] = []

    def ended() -> bool:
        queue.advance()
        seen.append(store.state(run).status)
        return seen[-1] in ("finished", "failed")

    until(ended, seconds=60)
    return seen


def recipe(run: Run) -> Recipe:
    return Recipe.from_json((run.folder / "recipe.json").read_text())


def test_a_child_without_enough_memory_is_started_again_until_it_fits(store: RunStore, queue: Queue) -> None:
    run = make_run(store)
    asked = recipe(run)
    seen = trained(store, queue, run)
    assert seen[-1] == "finished"
    assert "failed" not in seen
    now = recipe(run)
    assert now.batch_size == 4
    assert now.batch_size * now.gradient_accumulation == asked.batch_size * asked.gradient_accumulation


def test_what_was_asked_for_is_kept(store: RunStore, queue: Queue) -> None:
    run = make_run(store)
    asked = recipe(run)
    trained(store, queue, run)
    assert Smaller.read(RunFolder(run.folder)) == Smaller(asked.batch_size, asked.gradient_accumulation, False, times=2)


def test_when_nothing_is_left_to_make_smaller_it_failed(store: RunStore, queue: Queue, child: Child) -> None:
    child.becomes(ALWAYS_HUNGRY)
    run = make_run(store)
    assert trained(store, queue, run)[-1] == "failed"
    cause = store.state(run).cause
    assert cause is not None
    assert cause.code == "out_of_memory"
    assert recipe(run).batch_size == 1
    assert recipe(run).gradient_checkpointing


def test_another_failure_is_not_tried_again(store: RunStore, queue: Queue, child: Child) -> None:
    child.becomes(children.CRASHES)
    run = make_run(store)
    assert trained(store, queue, run)[-1] == "failed"
    assert not RunFolder(run.folder).smaller.exists()


def ended(store: RunStore, log: str = "", **files: str) -> tuple[RunFolder, Launch]:
    """A run whose first attempt has just ended."""
    run = make_run(store)
    folder = RunFolder(run.folder)
    folder.log.write_text(log)
    for name, text in files.items():
        (run.folder / f"{name}.json").write_text(text)
    return folder, Launch((), 1, 0, 0, "cpu", 0.0, 0.0, None, None)


def test_a_kill_by_the_kernel_is_for_want_of_memory_and_one_by_a_person_is_not(store: RunStore) -> None:
    assert try_again_smaller(*ended(store), -9, kernel_killed=True)
    assert not try_again_smaller(*ended(store), -9, kernel_killed=False)


def test_the_kernels_count_tells_them_apart(store: RunStore, tmp_path: Path) -> None:
    counter = tmp_path / "vmstat"
    counter.write_text("nr_free_pages 7\noom_kill 3\n")
    by_person, by_kernel = (attend(*ended(store), [counter]) for _ in range(2))
    assert not by_person(-9)
    counter.write_text("nr_free_pages 7\noom_kill 4\n")
    assert by_kernel(-9)
    assert kernel_kills([tmp_path / "absent"]) is None


def test_a_gpu_without_memory_is_told_by_the_log(store: RunStore) -> None:
    log = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."
    assert try_again_smaller(*ended(store, log), 1, kernel_killed=False)


def test_a_run_that_was_asked_to_stop_stays_stopped(store: RunStore) -> None:
    assert not try_again_smaller(*ended(store, "MemoryError", stop=json.dumps({"time": 1.0})), 1, kernel_killed=False)


def test_it_goes_before_those_who_wait(store: RunStore) -> None:
    folder, launch = ended(store, "MemoryError")
    waiting = make_run(store)
    (waiting.folder / "queue.json").write_text(json.dumps({"queued": 5.0, "attempt": 1}))
    launch.write(folder)
    assert try_again_smaller(folder, launch, 1, kernel_killed=False)
    assert store.waiting() == (folder.path.name, waiting.id)
