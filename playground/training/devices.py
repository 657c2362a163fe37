"""What torch really found on this machine, which is what counts once training runs."""

from __future__ import annotations

import psutil
import torch

from playground.devices import Device, Gpu, choose_device, find_device


def torch_device() -> Device:
    """The device torch will compute on: a GPU only if this build of torch can use it."""
    found = find_device()
    if found.kind == "cpu":
        return found
    usable = torch.cuda.is_available()
    gpus = tuple(_gpu(index) for index in range(torch.cuda.device_count())) if usable else ()
    apple = not usable and found.kind == "mps" and torch.backends.mps.is_available()
    # The processor's flags are known to find_device only where there is no GPU; AVX-512 is the part of them torch can tell.
    fast = frozenset({"avx512_bf16"}) if torch.cpu._is_avx512_bf16_supported() else frozenset()
    return choose_device(gpus, apple_silicon=apple, cpu_flags=fast, cores=found.cores, memory_mb=psutil.virtual_memory().total // 10**6)


def _gpu(index: int) -> Gpu:
    facts = torch.cuda.get_device_properties(index)
    return Gpu(facts.name, facts.total_memory // 10**6, float(f"{facts.major}.{facts.minor}"))


def memory_now_mb(device: torch.device) -> float:
    """Megabytes (10^6 bytes) in use: allocated on the GPU, or resident in this process."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device) / 1e6
    return float(psutil.Process().memory_info().rss) / 1e6


def memory_peak_mb(device: torch.device) -> float:
    """The most megabytes in use so far; on a system that does not keep count, what is in use now."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e6
    try:
        import resource
    except ImportError:  # Windows keeps the peak in its own field
        info = psutil.Process().memory_info()
        return float(getattr(info, "peak_wset", info.rss)) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if psutil.MACOS else peak * 1024 / 1e6
