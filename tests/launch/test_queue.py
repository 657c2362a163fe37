"""One run trains at a time, in the order of asking, whoever asks and however often the app is restarted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from filelock import FileLock

from playground.errors import RunError
from playground.launch.command import Command
from playground.launch.local import LocalLauncher
from playground.launch.queue import Queue
from playground.runs.events import FinishedEvent
from playground.runs.folder import RunFolder
from playground.runs.process import MARK, ProcessId
from playground.runs.records import Launch, Queued, Stop, mark
from playground.runs.state import is_alive
from playground.runs.store import RunStore
from playground.runs.types import Run
from tests.launch import children
from tests.launch.children import CPU, Child
from tests.runs.making import NO_PID, finish, launched, make_run, say, until

ROOT = Path(__file__).parents[2]
ALIVE = ProcessId.of(os.getpid())
DEAD = ProcessId(NO_PID, 1.0)


@dataclass
class Notes:
    """A launcher that notes what it is told."""

    store: RunStore
    started: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)

    def start(self, run: Run) -> None:
        self.started.append(run.id)
        launch = Launch.read(RunFolder(run.folder))
        launched(run, ALIVE, attempt=launch.attempt + 1 if launch else 1)

    def stop(self, run: Run) -> None:
        self.stopped.append(run.id)

    def enforce_stop(self, run: Run) -> bool:
        return True


@pytest.fixture
def notes(store: RunStore) -> Notes:
    return Notes(store)


@pytest.fixture
def queue(store: RunStore, notes: Notes) -> Queue:
    return Queue(store, notes)


def end(run: Run) -> None:
    """The process of the run is gone after it finished."""
    launched(run, DEAD)
    say(run, FinishedEvent())


def status(store: RunStore, run: Run) -> str:
    return store.state(run).status


def test_a_queued_run_waits_until_the_queue_is_advanced(store: RunStore, queue: Queue, run: Run) -> None:
    queue.put(run)
    assert (status(store, run), queue.waiting()) == ("waiting", (run,))
    assert queue.advance().started == run
    assert (status(store, run), queue.waiting()) == ("running", ())


def test_an_empty_queue_starts_nothing(queue: Queue) -> None:
    assert queue.advance().started is None


def test_runs_start_one_at_a_time_in_order_of_asking(store: RunStore, queue: Queue, notes: Notes) -> None:
    runs = [make_run(store) for _ in range(3)]
    for run in reversed(runs):
        queue.put(run)
    for run in reversed(runs):
        assert queue.advance().started == run
        assert queue.advance().started is None
        end(run)
    assert notes.started == [run.id for run in reversed(runs)]


def test_the_device_is_busy_until_the_process_is_gone(store: RunStore, queue: Queue, run: Run) -> None:
    launched(run, ALIVE)
    say(run, FinishedEvent())
    queue.put(make_run(store))
    assert queue.advance().started is None


def test_a_child_that_does_not_go_after_its_last_word_is_made_to(store: RunStore, queue: Queue, run: Run) -> None:
    launched(run, ALIVE)
    say(run, FinishedEvent(time=time.time() - 100))
    queue.put(make_run(store))
    queue.advance()
    assert queue.advance().pressed == (run,)
    assert status(store, run) == "finished"


def test_queueing_twice_changes_nothing(store: RunStore, queue: Queue, run: Run) -> None:
    queue.put(run)
    before = RunFolder(run.folder).queue.read_bytes()
    queue.put(run)
    assert RunFolder(run.folder).queue.read_bytes() == before
    queue.advance()
    queue.put(run)
    assert status(store, run) == "running"


def test_the_queue_survives_a_restart(store: RunStore, queue: Queue, run: Run) -> None:
    other = make_run(store)
    queue.put(run)
    queue.put(other)
    again = RunStore(store.root)
    assert Queue(again, Notes(again)).waiting() == (run, other)
    assert again.state(other).position == 2


def test_stopping_a_waiting_run_takes_its_place_away(store: RunStore, queue: Queue, notes: Notes, run: Run) -> None:
    queue.put(run)
    queue.stop(run)
    assert (status(store, run), queue.waiting()) == ("stopped", ())
    assert queue.advance().started is None
    assert notes.stopped == []


def test_a_stop_interrupted_halfway_still_keeps_the_run_from_starting(store: RunStore, queue: Queue, run: Run) -> None:
    queue.put(run)
    Stop(time.time()).write(RunFolder(run.folder))
    assert queue.advance().started is None
    assert status(store, run) == "stopped"


def test_stopping_a_running_run_asks_its_launcher(store: RunStore, queue: Queue, notes: Notes, run: Run) -> None:
    launched(run, ALIVE)
    queue.stop(run)
    assert notes.stopped == [run.id]


def test_there_is_nothing_to_stop_in_a_run_that_ended(store: RunStore, queue: Queue, run: Run) -> None:
    end(run)
    with pytest.raises(RunError) as caught:
        queue.stop(run)
    assert caught.value.code == "run_not_active"
    assert not RunFolder(run.folder).stop.exists()


@pytest.mark.parametrize("asked_to_stop", [True, False])
def test_a_run_that_stopped_or_failed_is_resumed_as_a_new_attempt(store: RunStore, queue: Queue, run: Run, asked_to_stop: bool) -> None:
    launched(run, DEAD)
    if asked_to_stop:
        Stop(time.time()).write(RunFolder(run.folder))
    queue.resume(run)
    assert status(store, run) == "waiting"
    queue.advance()
    launch = Launch.read(RunFolder(run.folder))
    assert launch is not None
    assert (launch.attempt, status(store, run)) == (2, "running")


def test_a_stopped_place_in_the_queue_can_be_taken_again(store: RunStore, queue: Queue, run: Run) -> None:
    queue.put(run)
    queue.stop(run)
    queue.resume(run)
    assert queue.advance().started == run


def test_a_finished_run_is_not_resumed(store: RunStore, queue: Queue, run: Run) -> None:
    launched(run, DEAD)
    finish(run.folder)
    with pytest.raises(RunError) as caught:
        queue.resume(run)
    assert caught.value.code == "run_finished"


def test_an_active_run_is_not_resumed(store: RunStore, queue: Queue, run: Run) -> None:
    launched(run, ALIVE)
    with pytest.raises(RunError) as caught:
        queue.resume(run)
    assert caught.value.code == "run_active"


def test_a_run_that_cannot_be_started_gives_way_to_the_next(store: RunStore, run: Run) -> None:
    good, child = make_run(store), Child(store.root.parent, children.IGNORES_STOP)

    def command(folder: Path, *rest: object) -> Command:
        return Command(("/no/such/program",), {}) if folder == run.folder else child(folder, *rest)  # type: ignore[arg-type]

    queue = Queue(store, LocalLauncher(store, CPU, command=command))
    queue.put(run)
    queue.put(good)
    assert queue.advance().started == good
    assert (status(store, run), status(store, good)) == ("failed", "running")


def test_the_device_is_freed_before_a_run_starts(store: RunStore, notes: Notes, run: Run) -> None:
    freed: list[tuple[str, list[str]]] = []
    queue = Queue(store, notes, on_start=lambda run: freed.append((run.id, list(notes.started))))
    queue.put(run)
    queue.advance()
    assert freed == [(run.id, [])]


def test_a_stop_overdue_is_pressed_on_with(store: RunStore, queue: Queue, run: Run) -> None:
    launched(run, ALIVE)
    assert queue.advance().pressed == ()
    Stop(1.0).write(RunFolder(run.folder))
    assert queue.advance().pressed == (run,)


def test_a_stop_long_ago_is_not_pressed_on_with(store: RunStore, queue: Queue, run: Run) -> None:
    launched(run, DEAD)
    Stop(1.0).write(RunFolder(run.folder))
    assert queue.advance().pressed == ()


def test_while_another_process_holds_the_lock_nothing_is_done(
    store: RunStore, queue: Queue, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.put(run)
    monkeypatch.setattr(store, "lock", lambda: FileLock(store.root / ".lock", timeout=0))
    with FileLock(store.root / ".lock"):
        assert queue.advance().started is None
        with pytest.raises(RunError) as caught:
            queue.resume(run)
    assert caught.value.code == "queue_busy"


def test_a_process_started_but_not_written_down_is_taken_up_again(store: RunStore, queue: Queue, run: Run) -> None:
    # The app died between starting the process and writing its number down.
    launched(run, None, app=DEAD)
    folder = RunFolder(run.folder)
    child = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], env=os.environ | {MARK: mark(folder, 1)}, start_new_session=True
    )
    try:
        until(lambda: status(store, run) == "running")
        queue.put(make_run(store))
        assert queue.advance().started is None
        launch = Launch.read(folder)
        assert launch is not None
        assert launch.process == ProcessId.of(child.pid)
    finally:
        child.kill()
        child.wait()


def test_a_start_that_never_came_about_leaves_the_queue_free(store: RunStore, queue: Queue, run: Run) -> None:
    launched(run, None, app=DEAD)
    Queued(1.0, 1).write(RunFolder(run.folder))
    other = make_run(store)
    queue.put(other)
    assert queue.advance().started == other
    assert status(store, run) == "failed"


RACER = """
import pathlib, sys, time
from playground.launch.local import LocalLauncher
from playground.launch.queue import Queue
from playground.runs.store import RunStore
from tests.launch.children import CPU, IGNORES_STOP, Child
root = pathlib.Path(sys.argv[1])
store = RunStore(root / "runs")
queue = Queue(store, LocalLauncher(store, CPU, command=Child(root, IGNORES_STOP)))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    started = queue.advance().started
    if started:
        print("started", started.id, flush=True)
"""


def test_processes_that_race_start_each_run_once(store: RunStore, run: Run) -> None:
    queue = Queue(store, Notes(store))
    queue.put(run)
    queue.put(make_run(store))
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(store.root.parent)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    said = ""
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        said += racer.communicate()[0]
    assert said.split() == ["started", run.id]
    launch = Launch.read(RunFolder(run.folder))
    assert launch is not None
    assert launch.attempt == 1
    assert len(queue.waiting()) == 1


def test_a_real_run_is_stopped_and_resumed_to_its_end(store: RunStore, run: Run) -> None:
    child = Child(store.root.parent, children.HONOURS_STOP)
    queue = Queue(store, LocalLauncher(store, CPU, command=child))
    queue.put(run)
    queue.advance()
    queue.stop(run)
    until(lambda: status(store, run) == "stopped" and not is_alive(RunFolder(run.folder)))
    worked = store.state(run).seconds
    child.becomes("assert not (folder / 'stop.json').exists(); " + children.FINISHES)
    queue.resume(run)
    queue.advance()
    until(lambda: status(store, run) == "finished")
    assert store.state(run).seconds >= worked
