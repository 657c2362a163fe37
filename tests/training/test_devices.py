"""What torch found."""

from __future__ import annotations

import pytest
import torch

from playground.devices import find_device
from playground.training.devices import memory_now_mb, memory_peak_mb, torch_device


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_without_a_gpu_it_is_the_device_the_app_found() -> None:
    if find_device().kind == "cpu":
        assert torch_device() == find_device()
    assert torch_device().kind in ("cpu", "mps")


def test_memory_is_that_of_this_process() -> None:
    cpu = torch.device("cpu")
    assert 50 < memory_now_mb(cpu) <= memory_peak_mb(cpu) * 1.05
