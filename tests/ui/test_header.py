"""The header tells the device as found, in both languages at once."""

from __future__ import annotations

from playground.devices import Device
from playground.ui.header import device_line, header_html

CPU = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)


def test_a_cpu_is_told_by_its_cores() -> None:
    line = device_line(CPU)
    assert line.startswith("CPU · 2 ")
    assert line.endswith(" · bf16")
    assert ">cores<" in line
    assert ">核<" in line


def test_gpus_are_told_by_count_name_and_memory() -> None:
    assert device_line(Device("cuda", "NVIDIA <L4>", 2, 8, 24_000, bf16=False)) == "2 × NVIDIA &lt;L4&gt; · 24 GB · fp32"


def test_the_queue_and_both_languages_are_there() -> None:
    header = header_html(CPU, 3)
    assert "<b>3</b>" in header
    assert 'data-pg-language="zh"' in header
    assert 'data-pg-language="en"' in header
