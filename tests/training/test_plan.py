"""How to compute, for machines this test does not run on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.devices import Device
from playground.recipe import Recipe
from playground.training.plan import evaluation_steps, plan

RECIPE = Recipe(model="m", max_length=128, batch_size=16)
LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)
OLD_LAPTOP = replace(LAPTOP, bf16=False)
GPU = Device("cuda", "A GPU", 1, 8, 24_000, bf16=True)
OLD_GPU = replace(GPU, bf16=False)
APPLE = Device("mps", "Apple GPU", 1, 8, 16_000, bf16=False)


def test_a_cpu_takes_the_measured_fast_path() -> None:
    how = plan(RECIPE, LAPTOP)
    assert (how.use_cpu, how.dtype, how.attention, how.base_dropout, how.fused_lora) == (True, "bfloat16", "eager", False, True)


def test_a_cpu_without_bf16_computes_in_float32() -> None:
    how = plan(RECIPE, OLD_LAPTOP)
    assert how.dtype == "float32"
    assert not how.autocast


def test_long_sequences_on_a_cpu_use_fused_attention_because_of_memory() -> None:
    assert plan(replace(RECIPE, max_length=512), LAPTOP).attention == "sdpa"


def test_a_gpu_keeps_dropout_and_uses_fused_attention_and_bf16() -> None:
    how = plan(RECIPE, GPU)
    assert (how.use_cpu, how.dtype, how.attention, how.base_dropout, how.fused_lora) == (False, "bfloat16", "sdpa", True, False)
    assert how.lazy_loss
    assert how.pad_to_multiple_of == 8


def test_a_gpu_without_bf16_uses_float16() -> None:
    assert plan(RECIPE, OLD_GPU).dtype == "float16"


def test_apple_silicon_computes_in_float32() -> None:
    assert plan(RECIPE, APPLE).dtype == "float32"
    assert not plan(RECIPE, APPLE).use_cpu


@pytest.mark.parametrize("device", [LAPTOP, GPU])
def test_the_recipe_has_the_last_word_on_precision(device: Device) -> None:
    assert plan(replace(RECIPE, compute_dtype="float32"), device).dtype == "float32"


def test_processes_on_a_cpu_share_its_cores() -> None:
    assert plan(RECIPE, replace(LAPTOP, cores=8), world_size=2).threads == 4
    assert plan(RECIPE, LAPTOP, world_size=4).threads == 1


def test_dropout_of_the_adapter_leaves_the_product_to_peft() -> None:
    assert not plan(replace(RECIPE, lora_dropout=0.1), LAPTOP).fused_lora


def test_evaluation_batches_are_larger_within_bounds() -> None:
    assert [plan(replace(RECIPE, batch_size=size), LAPTOP).evaluation_batch for size in (1, 16, 512)] == [32, 64, 256]


def test_each_epoch_is_evaluated() -> None:
    assert evaluation_steps(10, 5) == (10, 20, 30, 40, 50)


def test_many_epochs_are_evaluated_twenty_times_and_at_the_end() -> None:
    steps = evaluation_steps(7, 100)
    assert len(steps) == 20
    assert steps[-1] == 700


def test_one_long_epoch_is_evaluated_within() -> None:
    assert evaluation_steps(1000, 1) == (250, 500, 750, 1000)


def test_one_short_epoch_is_evaluated_at_its_end() -> None:
    assert evaluation_steps(10, 1) == (10,)
