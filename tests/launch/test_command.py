"""The command is exactly what a person could type, and nothing on the machine bends it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from playground.devices import Device
from playground.launch import command
from playground.launch.command import Command, launch_command, without_paths
from playground.recipe import Recipe

CPU = Device("cpu", "CPU", 1, 8, 16_000, bf16=True)
GPUS = Device("cuda", "Some GPU", 4, 32, 80_000, bf16=True)
APPLE = Device("mps", "Apple GPU", 1, 8, 16_000, bf16=False)
RECIPE = Recipe(model="some/model")
FOLDER = Path("/home/someone/my runs/20261122-101530-0123456789ab")


def value(argv: tuple[str, ...], flag: str) -> str:
    return argv[argv.index(flag) + 1]


def test_it_is_accelerate_launching_the_training_module_on_the_run() -> None:
    argv = launch_command(FOLDER, RECIPE, CPU, {}).argv
    assert argv[:3] == (sys.executable, "-m", "accelerate.commands.launch")
    assert argv[-3:] == ("-m", "playground.training", str(FOLDER))


def test_the_same_wish_gives_the_same_command() -> None:
    assert launch_command(FOLDER, RECIPE, CPU, {}) == launch_command(FOLDER, RECIPE, CPU, {})


def test_one_process_on_a_cpu() -> None:
    made = launch_command(FOLDER, RECIPE, CPU, {})
    assert "--cpu" in made.argv
    assert "--multi_gpu" not in made.argv
    assert made.env["CUDA_VISIBLE_DEVICES"] == ""


def test_several_processes_on_a_cpu_do_not_take_the_form_that_starts_one() -> None:
    made = launch_command(FOLDER, replace(RECIPE, processes=2), CPU, {})
    assert "--cpu" not in made.argv
    assert "--multi_gpu" in made.argv
    assert value(made.argv, "--num_processes") == "2"
    assert made.env["ACCELERATE_USE_CPU"] == "true"


def test_one_process_sees_one_gpu_of_four() -> None:
    made = launch_command(FOLDER, RECIPE, GPUS, {})
    assert value(made.argv, "--gpu_ids") == "0"
    assert "--multi_gpu" not in made.argv
    assert "CUDA_VISIBLE_DEVICES" not in made.env


def test_several_processes_see_as_many_gpus() -> None:
    made = launch_command(FOLDER, replace(RECIPE, processes=3), GPUS, {})
    assert value(made.argv, "--gpu_ids") == "0,1,2"
    assert "--multi_gpu" in made.argv


def test_a_choice_of_gpus_made_outside_is_kept() -> None:
    environ = {"CUDA_VISIBLE_DEVICES": "3,1"}
    assert value(launch_command(FOLDER, RECIPE, GPUS, environ).argv, "--gpu_ids") == "3"
    assert value(launch_command(FOLDER, replace(RECIPE, processes=2), GPUS, environ).argv, "--gpu_ids") == "3,1"


def test_an_apple_gpu_needs_no_placement() -> None:
    argv = launch_command(FOLDER, RECIPE, APPLE, {}).argv
    assert not {"--cpu", "--multi_gpu", "--gpu_ids"} & set(argv)


@pytest.mark.parametrize(("processes", "threads"), [(1, "8"), (2, "4"), (3, "2"), (16, "1")])
def test_processes_share_the_cores(processes: int, threads: str) -> None:
    made = launch_command(FOLDER, replace(RECIPE, processes=processes), CPU, {})
    assert (made.env["OMP_NUM_THREADS"], value(made.argv, "--num_cpu_threads_per_process")) == (threads, threads)


def test_python_paths_and_preloads_of_the_person_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_tcmalloc", lambda: "libtcmalloc_minimal.so.4")
    made = launch_command(FOLDER, RECIPE, CPU, {"PYTHONPATH": "/mine", "LD_PRELOAD": "libmine.so"})
    assert made.env["PYTHONPATH"].split(os.pathsep)[1:] == ["/mine"]
    assert made.env["LD_PRELOAD"].split(os.pathsep) == ["libtcmalloc_minimal.so.4", "libmine.so"]


def test_without_the_faster_allocator_nothing_is_preloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_tcmalloc", lambda: None)
    assert "LD_PRELOAD" not in launch_command(FOLDER, RECIPE, CPU, {}).env


def test_a_token_is_passed_on_but_never_shown() -> None:
    made = launch_command(FOLDER, RECIPE, CPU, {"HF_TOKEN": "hf_secret"})
    assert "hf_secret" not in made.shell_line()
    assert made.environment({"HF_TOKEN": "hf_secret"})["HF_TOKEN"] == "hf_secret"


def test_what_another_launcher_left_behind_does_not_reach_the_child() -> None:
    left = {"RANK": "3", "WORLD_SIZE": "8", "ACCELERATE_MIXED_PRECISION": "fp16", "HOME": "/home/someone"}
    environment = Command((), {"ACCELERATE_USE_CPU": "true"}).environment(left)
    assert environment == {"HOME": "/home/someone", "ACCELERATE_USE_CPU": "true"}


def test_the_shown_line_is_the_command_in_a_shells_reading() -> None:
    made = launch_command(FOLDER, RECIPE, CPU, {})
    words = shlex.split(made.shell_line())
    assert tuple(words[len(made.env) :]) == made.argv
    assert dict(word.split("=", 1) for word in words[: len(made.env)]) == made.env


STRAY_CONFIG = """
compute_environment: LOCAL_MACHINE
distributed_type: MULTI_GPU
num_processes: 4
num_machines: 2
machine_rank: 1
main_process_ip: 10.0.0.1
main_process_port: 1234
mixed_precision: fp16
debug: true
"""
REPORT = "import os, sys; print('world', os.environ.get('WORLD_SIZE', '1'), os.environ['OMP_NUM_THREADS'], sys.argv[1], flush=True)"


@pytest.mark.parametrize("processes", [1, 2])
def test_accelerate_starts_what_was_asked_whatever_the_persons_own_configuration_says(tmp_path: Path, processes: int) -> None:
    (tmp_path / "hub" / "accelerate").mkdir(parents=True)
    (tmp_path / "hub" / "accelerate" / "default_config.yaml").write_text(STRAY_CONFIG)
    (tmp_path / "report_world.py").write_text(REPORT)
    made = launch_command(tmp_path / "a run", replace(RECIPE, processes=processes), CPU, {"PYTHONPATH": str(tmp_path)})
    argv = [word.replace("playground.training", "report_world") for word in made.argv]
    done = subprocess.run(
        argv, env=made.environment() | {"HF_HOME": str(tmp_path / "hub")}, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [f"world {processes} {8 // processes} {tmp_path / 'a run'}"] * processes


def test_strangers_are_not_told_where_things_lie() -> None:
    line = without_paths(launch_command(FOLDER, RECIPE, CPU, {}).shell_line(), Path("/home/someone"))
    assert "/home/someone" not in line
    assert sys.executable not in line
    assert str(Path(command.__file__).parents[2]) not in line
    assert "WORKSPACE/my runs" in line
