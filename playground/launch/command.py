"""The exact command that trains a run, as data: nothing is started here.

Verified with accelerate 1.15: ``--cpu --num_processes 2`` starts one process and says nothing, while ``--multi_gpu`` with
``ACCELERATE_USE_CPU`` gives a world of two over gloo; so several processes always use that form, on a CPU too.
"""

from __future__ import annotations

import ctypes.util
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from playground.devices import Device
from playground.recipe import Recipe

_CONFIG: Final = Path(__file__).with_name("accelerate.yaml")
#: Where the package ``playground`` is found from any working directory.
_ROOT: Final = Path(__file__).resolve().parents[2]
#: What another launcher may have left in our environment; a child must not take it for its own.
_FOREIGN: Final = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "GROUP_RANK", "MASTER_ADDR", "MASTER_PORT")
_FOREIGN_PREFIXES: Final = ("ACCELERATE_", "FSDP_", "TORCHELASTIC_", "PARALLELISM_CONFIG_")
#: The smaller library first: it has no profiler and starts faster.
_TCMALLOC: Final = ("tcmalloc_minimal", "tcmalloc")


@dataclass(frozen=True, slots=True)
class Command:
    """A command line and what it needs in its environment beyond the app's own. Holds no secret."""

    argv: tuple[str, ...]
    env: Mapping[str, str]

    def shell_line(self) -> str:
        """The same as one line for a shell."""
        return " ".join([*(f"{name}={shlex.quote(value)}" for name, value in self.env.items()), shlex.join(self.argv)])

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The whole environment of the process: ``base`` (the app's own if None, tokens included), cleaned and added to."""
        base = os.environ if base is None else base
        kept = {name: value for name, value in base.items() if name not in _FOREIGN and not name.startswith(_FOREIGN_PREFIXES)}
        return kept | dict(self.env)


def launch_command(folder: Path, recipe: Recipe, device: Device, environ: Mapping[str, str] | None = None) -> Command:
    """How to train the run in ``folder`` on ``device``.

    :param environ: the environment it will run in, for what must be added to instead of replaced; None means the app's own.
    """
    environ = os.environ if environ is None else environ
    processes = recipe.processes
    threads = max(1, device.cores // processes)
    argv = [
        sys.executable, "-m", "accelerate.commands.launch",
        "--config_file", str(_CONFIG),
        "--num_machines", "1", "--machine_rank", "0", "--num_processes", str(processes),
        "--mixed_precision", "no",  # training decides, it knows what the device is fast at
        "--dynamo_backend", "no",
        "--num_cpu_threads_per_process", str(threads),
        *_placement(device, processes, environ),
        "-m", "playground.training", str(folder),
    ]  # fmt: skip
    return Command(tuple(argv), process_environment(device, processes, environ))


def without_paths(line: str, home: Path) -> str:
    """A shell line as strangers may see it: interpreter, workspace and repository under names instead of where they lie on this machine."""
    for path, name in ((sys.executable, "python"), (str(home), "WORKSPACE"), (str(_ROOT), "REPOSITORY")):
        line = line.replace(path, name)
    return line


def process_environment(device: Device, processes: int = 1, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a process that computes on ``device`` needs in its environment, in training and in prediction alike."""
    environ = os.environ if environ is None else environ
    added = {
        "PYTHONPATH": python_path(environ),
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": str(max(1, device.cores // processes)),
        # Fast tokenizers must not start threads in a process that may fork.
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    return added | (_cpu_environment(processes, environ) if device.kind == "cpu" else {})


def python_path(environ: Mapping[str, str] | None = None) -> str:
    """``PYTHONPATH`` for a child that runs a module of this package from any working directory."""
    environ = os.environ if environ is None else environ
    return _joined(str(_ROOT), environ.get("PYTHONPATH", ""))


def _cpu_environment(processes: int, environ: Mapping[str, str]) -> dict[str, str]:
    added = {"ACCELERATE_USE_CPU": "true", "CUDA_VISIBLE_DEVICES": ""}
    if processes > 1 and sys.platform == "linux":
        # All processes are on this machine; gloo would look for the address of its host name, which often has none.
        added["GLOO_SOCKET_IFNAME"] = "lo"
    library = _tcmalloc()
    if library:
        added["LD_PRELOAD"] = _joined(library, environ.get("LD_PRELOAD", ""))
        added["TCMALLOC_LARGE_ALLOC_REPORT_THRESHOLD"] = str(2**40)  # else every large tensor is reported in the log
    return added


def _placement(device: Device, processes: int, environ: Mapping[str, str]) -> list[str]:
    several = ["--multi_gpu", "--main_process_port", "0"] if processes > 1 else []  # 0: any free port
    if device.kind == "cuda":
        # Exactly as many GPUs as processes: with more in sight, one process would spread each batch over all of them.
        return [*several, "--gpu_ids", ",".join(_visible_gpus(device, environ)[:processes])]
    if device.kind == "cpu" and processes == 1:
        return ["--cpu"]
    return several


def _visible_gpus(device: Device, environ: Mapping[str, str]) -> list[str]:
    chosen = [name.strip() for name in environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    return chosen or [str(number) for number in range(device.count)]


@cache
def _tcmalloc() -> str | None:
    """An allocator that makes training on a CPU 5 to 10 % faster, if this system has it."""
    if sys.platform != "linux":
        return None
    return next((found for name in _TCMALLOC if (found := ctypes.util.find_library(name))), None)


def _joined(first: str, rest: str) -> str:
    return f"{first}{os.pathsep}{rest}" if rest else first
