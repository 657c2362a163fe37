"""The device is chosen from facts, so every kind of machine is tested on any other."""

from __future__ import annotations

import pytest

from playground.devices import Device, Gpu, choose_device, parse_nvidia_smi, usable_cores, usable_memory, visible


def choose(gpus: tuple[Gpu, ...] = (), *, apple: bool = False, flags: frozenset[str] = frozenset()) -> Device:
    return choose_device(gpus, apple_silicon=apple, cpu_flags=flags, cores=2, memory_mb=24_000)


def test_a_gpu_wins() -> None:
    device = choose((Gpu("NVIDIA T4", 16_000, 7.5),), apple=True)
    assert (device.kind, device.name, device.count) == ("cuda", "NVIDIA T4", 1)


def test_an_old_gpu_has_no_bfloat16() -> None:
    assert not choose((Gpu("NVIDIA T4", 16_000, 7.5),)).bf16
    assert choose((Gpu("NVIDIA A10G", 24_000, 8.6),)).bf16


def test_several_gpus_count_with_the_smallest_memory() -> None:
    device = choose((Gpu("A", 24_000, 8.6), Gpu("B", 16_000, 8.6)))
    assert (device.count, device.memory_mb) == (2, 16_000)


def test_apple_silicon_comes_before_the_cpu() -> None:
    assert choose(apple=True).kind == "mps"


def test_a_cpu_has_fast_bfloat16_only_with_the_instructions() -> None:
    assert choose(flags=frozenset({"avx2", "amx_bf16"})).bf16
    assert not choose(flags=frozenset({"avx2"})).bf16


def test_the_answer_of_nvidia_smi_is_read() -> None:
    gpus = parse_nvidia_smi("NVIDIA A10G, 23028, 8.6\nNVIDIA H100, SXM, 81559, 9.0\nNVIDIA GB10, [N/A], 12.1\n")
    assert gpus == (Gpu("NVIDIA A10G", 24146, 8.6), Gpu("NVIDIA H100, SXM", 85520, 9.0), Gpu("NVIDIA GB10", 0, 12.1))


@pytest.mark.parametrize(
    ("affinity", "cpu_max", "cores"),
    [(None, None, 64), (4, None, 4), (None, "200000 100000", 2), (None, "max 100000", 64), (8, "50000 100000", 1)],
)
def test_a_container_counts_its_share_of_the_cores(affinity: int | None, cpu_max: str | None, cores: int) -> None:
    assert usable_cores(64, affinity, cpu_max) == cores


def test_a_container_counts_its_share_of_the_memory() -> None:
    assert usable_memory(64_000, "16000") == 16_000
    assert usable_memory(64_000, "max") == usable_memory(64_000, None) == 64_000


def test_hidden_gpus_do_not_count() -> None:
    gpus = (Gpu("A", 24_000, 8.6), Gpu("B", 16_000, 7.5))
    assert visible(gpus, None) == gpus
    assert visible(gpus, "1") == gpus[1:]
    assert visible(gpus, "") == ()
    assert visible((), "0") == ()
