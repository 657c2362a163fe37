"""Free memory is what the machine and its container leave, and a recipe fits only if its whole band does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playground.estimate import Room, disk_mb, estimate, find_room, fit_of
from playground.estimate.room import free_memory
from playground.recipe import Recipe
from tests.test_presets import CPU, DATA, GPU, MODEL

RECIPE = Recipe(model=MODEL.id)


def test_without_a_container_all_that_is_available_is_free(tmp_path: Path) -> None:
    assert free_memory(5_000, tmp_path) == 5_000


def test_a_containers_limit_counts_and_cached_files_do_not(tmp_path: Path) -> None:
    for name, text in (("memory.max", "1000"), ("memory.current", "700"), ("memory.stat", "anon 500\ninactive_file 200\n")):
        (tmp_path / name).write_text(text)
    assert free_memory(5_000, tmp_path) == 500
    assert free_memory(300, tmp_path) == 300


def test_a_container_without_a_limit_has_what_the_machine_has(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("max")
    (tmp_path / "memory.current").write_text("700")
    assert free_memory(5_000, tmp_path) == 5_000


def test_this_machine_has_room(tmp_path: Path) -> None:
    room = find_room(CPU, tmp_path)
    assert room.memory_mb > 0
    assert room.disk_mb > 0


def test_a_gpu_keeps_some_for_its_driver(tmp_path: Path) -> None:
    assert 0.8 * GPU.memory_mb < find_room(GPU, tmp_path).memory_mb < GPU.memory_mb


def test_it_fits_only_if_the_upper_end_of_the_band_does() -> None:
    found = estimate(RECIPE, DATA, MODEL, CPU)
    assert fit_of(found, Room(found.most_memory_mb + 1, 1e6)) == "fits"
    assert fit_of(found, Room((found.memory_mb + found.most_memory_mb) / 2, 1e6)) == "tight"
    assert fit_of(found, Room(found.memory_mb - 1, 1e6)) == "too_large"


def test_training_every_weight_takes_more_disk() -> None:
    assert disk_mb(replace(RECIPE, method="full"), MODEL) > 10 * disk_mb(RECIPE, MODEL)
