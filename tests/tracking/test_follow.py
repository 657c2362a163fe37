"""From a run's events to a log that the tools' own readers read back."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator as PluginEventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from playground.launch.tracking import keeper_command, start
from playground.runs.events import StageEvent
from playground.runs.folder import RunFolder
from playground.runs.types import Run
from playground.runs.writer import EventWriter
from playground.tracking.follow import follow
from tests.tracking.conftest import MakeTracked, interrupted, step


def over() -> threading.Event:
    ended = threading.Event()
    ended.set()
    return ended


def read_back(run: Run) -> EventAccumulator:
    log = EventAccumulator(str(run.folder / "tracking" / run.id))
    log.Reload()
    return log


def steps(log: EventAccumulator, tag: str) -> list[int]:
    return [scalar.step for scalar in log.Scalars(tag)]


def test_tensorboard_reads_every_curve_back(make_tracked: MakeTracked) -> None:
    run = make_tracked("tensorboard")
    follow(RunFolder(run.folder), over())
    log = read_back(run)
    assert steps(log, "train/loss") == list(range(1, 121))
    assert steps(log, "validation/macro_f1") == list(range(12, 121, 12))
    assert {"train/learning_rate", "train/samples_per_second", "train/memory_mb", "validation/loss"} <= set(log.Tags()["scalars"])


def test_tensorboard_reads_final_scores_and_verdict_back(make_tracked: MakeTracked) -> None:
    run = make_tracked("tensorboard")
    follow(RunFolder(run.folder), over())
    log = read_back(run)
    assert log.Scalars("verdict_test_macro_f1/tuned")[0].value > log.Scalars("verdict_test_macro_f1/majority")[0].value
    assert log.Tensors("verdict")[0].tensor_proto.string_val[0].decode().startswith("The fine-tune is better: macro-F1")


def test_tensorboard_shows_the_recipe_as_hyperparameters(make_tracked: MakeTracked) -> None:
    run = make_tracked("tensorboard", interrupted())
    follow(RunFolder(run.folder), over())
    log = PluginEventAccumulator(str(run.folder / "tracking" / run.id))
    log.Reload()
    content = log.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    settings = HParamsPluginData.FromString(content).session_start_info.hparams
    assert settings["lora_r"].number_value == run.recipe.lora_r
    assert settings["dataset"].string_value == run.dataset_name


def test_a_run_that_went_on_has_no_step_twice(make_tracked: MakeTracked) -> None:
    run = make_tracked("tensorboard", interrupted())
    follow(RunFolder(run.folder), over())
    assert steps(read_back(run), "train/loss") == [1, 2, 3, 4, 5, 7, 8, 9, 10]


def test_the_log_of_the_earlier_attempt_makes_way(make_tracked: MakeTracked) -> None:
    run = make_tracked("tensorboard", interrupted()[:12])
    follow(RunFolder(run.folder), over())
    before = list((run.folder / "tracking" / run.id).iterdir())
    for event in interrupted()[12:]:
        EventWriter(run.folder).append(event)
    follow(RunFolder(run.folder), over())
    after = list((run.folder / "tracking" / run.id).iterdir())
    assert (len(before), len(after)) == (1, 1)
    assert before != after
    assert len(steps(read_back(run), "train/loss")) == 9


def test_an_attempt_without_a_step_leaves_the_log_as_it_is(make_tracked: MakeTracked) -> None:
    run = make_tracked("tensorboard", interrupted())
    follow(RunFolder(run.folder), over())
    log = next((run.folder / "tracking" / run.id).iterdir())
    before = log.read_bytes()
    EventWriter(run.folder).append(StageEvent(stage="preparing"))
    follow(RunFolder(run.folder), over())
    assert log.read_bytes() == before


def test_what_is_told_while_it_follows_is_added(make_tracked: MakeTracked) -> None:
    run, ended = make_tracked("tensorboard", [StageEvent(stage="preparing"), step(1)]), threading.Event()
    keeper = threading.Thread(target=follow, args=(RunFolder(run.folder), ended))
    keeper.start()
    log = run.folder / "tracking" / run.id
    while not list(log.glob("*")):
        ended.wait(0.05)
    EventWriter(run.folder).append(step(2))
    ended.set()
    keeper.join()
    assert steps(read_back(run), "train/loss") == [1, 2]


def trackio_reads(run: Run, call: str) -> Any:
    """What trackio's own storage says of a run; in a process of its own, as trackio looks for its folder when it is imported."""
    script = f"import json; from trackio.sqlite_storage import SQLiteStorage as store; print(json.dumps(store.{call}))"
    environment = {"PATH": "", "TRACKIO_DIR": str(run.folder / "tracking"), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def kept_for_trackio(make_tracked: MakeTracked) -> Run:
    """A finished run whose log was written twice by the very process that a training starts."""
    run = make_tracked("trackio")
    for _ in range(2):
        keeper = start(keeper_command(RunFolder(run.folder)))
        keeper.communicate()
        assert keeper.returncode == 0
    return run


def test_trackio_reads_curves_scores_and_settings_back_each_step_once(kept_for_trackio: Run) -> None:
    run = kept_for_trackio
    logs = trackio_reads(run, f"get_logs('fine-tuning-playground', {run.id!r}, max_points=1000)")
    told = [entry["step"] for entry in logs if "train/loss" in entry]
    assert told == list(range(1, 121))
    assert any("verdict_test_macro_f1/tuned" in entry for entry in logs)
    config = trackio_reads(run, f"get_run_config('fine-tuning-playground', {run.id!r})")
    assert config["lora_r"] == run.recipe.lora_r
    assert config["verdict"].startswith("The fine-tune is better")


def test_a_store_meant_for_another_folder_is_refused(make_tracked: MakeTracked, tmp_path: Path) -> None:
    run = make_tracked("trackio", interrupted())
    command = keeper_command(RunFolder(run.folder))
    elsewhere = command.environment() | {"TRACKIO_DIR": str(tmp_path / "elsewhere")}
    done = subprocess.run(command.argv, env=elsewhere, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "trackio stores in" in done.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_neither_torch_nor_tensorflow_is_needed(make_tracked: MakeTracked) -> None:
    run = make_tracked("tensorboard", interrupted())
    script = (
        "import sys, threading; from pathlib import Path; from playground.runs.folder import RunFolder; "
        "from playground.tracking.follow import follow; over = threading.Event(); over.set(); "
        f"follow(RunFolder(Path({str(run.folder)!r})), over); print({{'torch', 'tensorflow'}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["set()"]
    assert steps(read_back(run), "train/loss")
