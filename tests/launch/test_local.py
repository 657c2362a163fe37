"""A child's whole life, with real processes: however it ends, the run says so, and no wish to stop goes unheard."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from playground.errors import RunError
from playground.launch.command import Command
from playground.launch.local import COOPERATIVE_SECONDS, TERMINATE_SECONDS, LocalLauncher
from playground.runs.folder import RunFolder, read_json
from playground.runs.records import Launch
from playground.runs.state import is_alive
from playground.runs.store import RunStore
from playground.runs.types import Run
from tests.launch import children
from tests.launch.children import CPU, Child
from tests.runs.making import until

ROOT = Path(__file__).parents[2]


def start(store: RunStore, run: Run, program: str, *, cooperative: float = 60.0, terminate: float = 60.0) -> LocalLauncher:
    launcher = LocalLauncher(store, CPU, command=Child(store.root.parent, program), cooperative=cooperative, terminate=terminate)
    launcher.start(run)
    return launcher


def ended(store: RunStore, run: Run) -> tuple[str, str]:
    """Status and cause once nothing of the run is left."""
    until(lambda: not is_alive(RunFolder(run.folder)))
    state = store.state(run)
    return state.status, state.cause.code if state.cause else ""


def log(run: Run) -> str:
    return RunFolder(run.folder).log.read_text(encoding="utf-8")


def test_a_child_that_finishes_is_finished(store: RunStore, run: Run) -> None:
    start(store, run, children.FINISHES)
    assert ended(store, run) == ("finished", "")


def test_a_started_run_is_running_at_once(store: RunStore, run: Run) -> None:
    start(store, run, children.IGNORES_STOP)
    assert store.state(run).status == "running"
    until(lambda: store.state(run).stage == "training")


def test_a_crash_is_failed_with_the_error(store: RunStore, run: Run) -> None:
    start(store, run, children.CRASHES)
    assert ended(store, run) == ("failed", "training_error")
    cause = store.state(run).cause
    assert cause is not None
    assert "the rows are odd" in cause.message()


def test_a_missing_module_is_named(store: RunStore, run: Run) -> None:
    start(store, run, "import no_such_module_of_ours")
    assert ended(store, run) == ("failed", "module_missing")


def test_a_killed_child_is_failed_for_memory(store: RunStore, run: Run) -> None:
    start(store, run, children.KILLED)
    assert ended(store, run) == ("failed", "killed_memory")


def test_a_silent_end_is_failed_with_its_exit_code(store: RunStore, run: Run) -> None:
    start(store, run, children.SILENT)
    assert ended(store, run) == ("failed", "ended_without_word")
    assert "7" in str(store.state(run).cause)


def test_a_result_counts_though_the_child_died_right_after(store: RunStore, run: Run) -> None:
    start(store, run, "(folder / 'result.json').write_text('{}'); " + children.KILLED)
    assert ended(store, run) == ("finished", "")


def test_a_megabyte_of_errors_does_not_block_the_child(store: RunStore, run: Run) -> None:
    start(store, run, children.LOUD)
    assert ended(store, run) == ("finished", "")
    assert RunFolder(run.folder).log.stat().st_size > 10**6
    text, offset = store.log(run)
    assert text
    assert offset == RunFolder(run.folder).log.stat().st_size


def test_a_command_that_does_not_exist_fails_the_run(store: RunStore, run: Run) -> None:
    launcher = LocalLauncher(store, CPU, command=lambda *_: Command(("/no/such/program",), {}))
    with pytest.raises(RunError) as caught:
        launcher.start(run)
    assert caught.value.code == "launch_failed"
    assert ended(store, run) == ("failed", "launch_failed")


def test_what_was_started_is_written_down(store: RunStore, run: Run) -> None:
    start(store, run, children.IGNORES_STOP)
    record = read_json(RunFolder(run.folder).launch)
    assert record is not None
    process = psutil.Process(record["pid"])
    assert process.create_time() == record["start_time"]
    assert process.cmdline() == record["argv"]
    assert (record["attempt"], record["events_offset"], record["device"]) == (1, 0, "cpu")


def test_the_child_has_a_session_of_its_own_and_no_terminal(store: RunStore, run: Run) -> None:
    start(store, run, "print('session', os.getsid(0) == os.getpid(), 'input', repr(sys.stdin.read())); " + children.FINISHES)
    assert ended(store, run) == ("finished", "")
    assert "session True input ''" in log(run)


def test_a_child_that_honours_stop_is_stopped_and_keeps_its_checkpoint(store: RunStore, run: Run) -> None:
    launcher = start(store, run, children.HONOURS_STOP)
    launcher.stop(run)
    assert store.state(run).status in ("stopping", "stopped")
    assert ended(store, run) == ("stopped", "")
    assert any(RunFolder(run.folder).checkpoints.iterdir())


def test_a_child_that_does_not_listen_is_terminated(store: RunStore, run: Run) -> None:
    launcher = start(store, run, children.IGNORES_STOP, cooperative=0.1)
    launcher.stop(run)
    assert ended(store, run) == ("stopped", "")


def test_a_child_that_ignores_sigterm_is_killed(store: RunStore, run: Run) -> None:
    launcher = start(store, run, children.IGNORES_SIGTERM, cooperative=0.1, terminate=0.3)
    until(lambda: "deaf" in log(run))
    launcher.stop(run)
    assert ended(store, run) == ("stopped", "")
    until(lambda: (read_json(RunFolder(run.folder).exit) or {}).get("returncode") == -9)


def test_a_stop_that_must_kill_stays_within_the_promised_ten_seconds() -> None:
    assert COOPERATIVE_SECONDS + TERMINATE_SECONDS + 1.0 < 10


def test_a_stop_goes_on_in_an_app_started_since(store: RunStore, run: Run) -> None:
    start(store, run, children.IGNORES_SIGTERM)
    until(lambda: "deaf" in log(run))
    # The wish of an app that is gone: no thread of ours works on it.
    RunFolder(run.folder).stop.write_text('{"time": 1.0}')
    later = LocalLauncher(store, CPU, terminate=0.2)
    assert later.enforce_stop(run)
    until(lambda: later.enforce_stop(run) or not is_alive(RunFolder(run.folder)))
    assert ended(store, run) == ("stopped", "")


def test_a_stop_within_its_time_sends_no_signal(store: RunStore, run: Run) -> None:
    launcher = start(store, run, children.IGNORES_STOP)
    launcher.stop(run)
    assert not launcher.enforce_stop(run)
    assert store.state(run).status == "stopping"


def test_what_a_killed_leader_left_behind_still_runs_and_is_stopped(store: RunStore, run: Run) -> None:
    launcher = start(store, run, children.LEADER, cooperative=0.1, terminate=0.2)
    until(lambda: "worker" in log(run))
    worker = psutil.Process(int(log(run).split("worker ")[1].split()[0]))
    launch = Launch.read(RunFolder(run.folder))
    assert launch is not None
    assert launch.process is not None
    until(lambda: worker.environ().get("PLAYGROUND_RUN"))
    os.kill(launch.process.pid, 9)
    until(lambda: not launch.process or not launch.process.alive)
    assert store.state(run).status == "running"
    launcher.stop(run)
    assert ended(store, run) == ("stopped", "")
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


def test_another_attempt_appends_to_the_log_and_starts_its_events_anew(store: RunStore, run: Run) -> None:
    child = Child(store.root.parent, children.CRASHES)
    launcher = LocalLauncher(store, CPU, command=child)
    launcher.start(run)
    assert ended(store, run) == ("failed", "training_error")
    child.becomes(children.FINISHES)
    launcher.start(run)
    assert ended(store, run) == ("finished", "")
    launch = Launch.read(RunFolder(run.folder))
    assert launch is not None
    assert (launch.attempt, launch.events_offset > 0) == (2, True)
    assert log(run).count("pid ") == 2
    assert "────" in log(run)


def test_a_token_reaches_the_child_but_no_file(store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_very_secret")
    start(store, run, "print('length', len(os.environ['HF_TOKEN'])); " + children.FINISHES)
    assert ended(store, run) == ("finished", "")
    assert "length 14" in log(run)
    assert [path.name for path in run.folder.iterdir() if b"hf_very_secret" in path.read_bytes()] == []


APP = """
import sys, time, pathlib
from playground.launch.local import LocalLauncher
from playground.runs.store import RunStore
from tests.launch.children import CPU, FINISHES_ON_GO, Child
root = pathlib.Path(sys.argv[1])
store = RunStore(root / "runs")
LocalLauncher(store, CPU, command=Child(root, FINISHES_ON_GO)).start(store.get(sys.argv[2]))
print("launched", flush=True)
time.sleep(600)
"""


def test_a_run_goes_on_when_its_app_is_killed_and_another_app_sees_it(store: RunStore, run: Run) -> None:
    app = subprocess.Popen([sys.executable, "-c", APP, str(store.root.parent), run.id], cwd=ROOT, stdout=subprocess.PIPE)
    assert app.stdout is not None
    assert app.stdout.readline() == b"launched\n"
    app.kill()
    app.wait()
    app.stdout.close()
    assert store.state(run).status == "running"
    (run.folder / "go").touch()
    assert ended(store, run) == ("finished", "")


def test_a_run_killed_after_its_app_is_failed_with_a_cause(store: RunStore, run: Run) -> None:
    app = subprocess.Popen([sys.executable, "-c", APP, str(store.root.parent), run.id], cwd=ROOT, stdout=subprocess.PIPE)
    assert app.stdout is not None
    assert app.stdout.readline() == b"launched\n"
    app.kill()
    app.wait()
    app.stdout.close()
    launch = Launch.read(RunFolder(run.folder))
    assert launch is not None
    assert launch.process is not None
    os.kill(launch.process.pid, 9)
    assert ended(store, run) == ("failed", "vanished")
