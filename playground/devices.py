"""What this machine can train on, found without importing torch.

``find_device`` gathers the facts; ``choose_device`` is the pure decision, so every kind of machine can be tested on any other.
The training process confirms the device it really got in its ``device`` event.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import psutil

DeviceKind = Literal["cuda", "mps", "cpu"]

#: CPU flags that make bfloat16 matrix products fast (Intel AMX, AVX-512 BF16; Arm's is plain "bf16").
FAST_BF16_FLAGS = frozenset({"amx_bf16", "avx512_bf16", "bf16"})
_CGROUP = Path("/sys/fs/cgroup")
_NVIDIA_QUERY = ["nvidia-smi", "--query-gpu=name,memory.total,compute_cap", "--format=csv,noheader,nounits"]


@dataclass(frozen=True, slots=True)
class Gpu:
    """One CUDA device as the driver reports it."""

    name: str
    memory_mb: int
    #: CUDA compute capability, e.g. 8.0; bfloat16 needs 8.0 or more.
    capability: float


@dataclass(frozen=True, slots=True)
class Device:
    """Where training and prediction run on this machine."""

    kind: DeviceKind
    #: Human name: the GPU's, or "CPU".
    name: str
    #: Devices of this kind (GPUs, or 1 for a CPU).
    count: int
    #: Physical CPU cores.
    cores: int
    #: Memory of one device, or of the whole machine for a CPU, in megabytes (10^6 bytes).
    memory_mb: int
    #: Whether bfloat16 arithmetic is fast here.
    bf16: bool


def choose_device(gpus: tuple[Gpu, ...], *, apple_silicon: bool, cpu_flags: frozenset[str], cores: int, memory_mb: int) -> Device:
    """The device a run uses by default: CUDA, else Apple's GPU, else the CPU."""
    if gpus:
        smallest = min(gpus, key=lambda gpu: gpu.memory_mb)
        bf16 = all(gpu.capability >= 8.0 for gpu in gpus)
        return Device("cuda", smallest.name, len(gpus), cores, smallest.memory_mb, bf16)
    if apple_silicon:
        return Device("mps", "Apple GPU", 1, cores, memory_mb, bf16=False)
    return Device("cpu", "CPU", 1, cores, memory_mb, bf16=bool(FAST_BF16_FLAGS & cpu_flags))


@cache
def find_device() -> Device:
    """The device of this machine, asked once per process."""
    return choose_device(
        visible(_gpus(), os.environ.get("CUDA_VISIBLE_DEVICES")),
        apple_silicon=platform.system() == "Darwin" and platform.machine() == "arm64",
        cpu_flags=_cpu_flags(),
        cores=usable_cores(psutil.cpu_count(logical=False) or 1, _affinity(), _first_line(_CGROUP / "cpu.max")),
        memory_mb=usable_memory(psutil.virtual_memory().total, _first_line(_CGROUP / "memory.max")) // 10**6,
    )


def usable_cores(physical: int, affinity: int | None, cpu_max: str | None) -> int:
    """Cores this process may really use: a container's share of a large host is often smaller than the host.

    :param affinity: logical cores the process is bound to, if it is.
    :param cpu_max: the cgroup file ``cpu.max``, "<quota> <period>" in microseconds or "max <period>", if there is one.
    """
    limits = [physical] if affinity is None else [physical, affinity]
    quota, _, period = (cpu_max or "").partition(" ")
    if quota.isdecimal() and period.isdecimal():
        limits.append(int(quota) // int(period))
    return max(1, min(limits))


def usable_memory(total: int, memory_max: str | None) -> int:
    """Bytes this process may really use.

    :param memory_max: the cgroup file ``memory.max``, bytes or "max", if there is one.
    """
    return min(total, int(memory_max)) if memory_max and memory_max.isdecimal() else total


def visible(gpus: tuple[Gpu, ...], cuda_visible_devices: str | None) -> tuple[Gpu, ...]:
    """The GPUs left by ``CUDA_VISIBLE_DEVICES``; a GPU named by its UUID counts as one like the first."""
    if cuda_visible_devices is None:
        return gpus
    names = [name.strip() for name in cuda_visible_devices.split(",") if name.strip()]
    return tuple(gpus[int(name)] if name.isdecimal() and int(name) < len(gpus) else gpus[0] for name in names if gpus)


def _affinity() -> int | None:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _first_line(path: Path) -> str | None:
    return path.read_text().strip() if path.is_file() else None


def _gpus() -> tuple[Gpu, ...]:
    if shutil.which(_NVIDIA_QUERY[0]) is None:
        return ()
    try:
        answer = subprocess.run(_NVIDIA_QUERY, capture_output=True, text=True, timeout=10, check=True).stdout
    except (subprocess.SubprocessError, OSError):
        return ()  # a driver that does not answer cannot train either; the CPU can
    return parse_nvidia_smi(answer)


def parse_nvidia_smi(answer: str) -> tuple[Gpu, ...]:
    """GPUs from ``nvidia-smi --query-gpu=name,memory.total,compute_cap`` (memory in MiB; 0 where the driver does not tell)."""
    rows = [[cell.strip() for cell in line.rsplit(",", 2)] for line in answer.splitlines() if line.count(",") >= 2]
    return tuple(Gpu(name, int(float(mib) * 1.048576) if mib.isdecimal() else 0, float(capability)) for name, mib, capability in rows)


def _cpu_flags() -> frozenset[str]:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return frozenset()
    flags = (line.partition(":")[2] for line in info.read_text().splitlines() if line.lower().startswith(("flags", "features")))
    return frozenset(next(flags, "").split())
