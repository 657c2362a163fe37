"""The estimate moves the right way and learns from earlier runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.estimate import Measured, estimate
from playground.recipe import Recipe
from tests.test_presets import CPU, DATA, GPU, MODEL

RECIPE = Recipe(model=MODEL.id)


def test_time_grows_in_proportion_to_epochs_and_rows() -> None:
    once = estimate(replace(RECIPE, epochs=1), DATA, MODEL, CPU).seconds
    start = 2 * once - estimate(replace(RECIPE, epochs=2), DATA, MODEL, CPU).seconds
    ten = estimate(replace(RECIPE, epochs=1), replace(DATA, rows=10 * DATA.rows), MODEL, CPU).seconds
    assert ten - start == pytest.approx(10 * (once - start))


def test_a_gpu_is_faster() -> None:
    long = replace(DATA, rows=50_000)
    assert estimate(RECIPE, long, MODEL, GPU).seconds < estimate(RECIPE, long, MODEL, CPU).seconds


def test_slow_arithmetic_takes_longer() -> None:
    assert estimate(replace(RECIPE, compute_dtype="float32"), DATA, MODEL, CPU).seconds > estimate(RECIPE, DATA, MODEL, CPU).seconds


def test_quantized_weights_take_less_memory() -> None:
    full, small = (estimate(replace(RECIPE, quantization=kind), DATA, MODEL, CPU).memory_mb for kind in ("none", "nf4"))
    assert small < full


def test_training_every_weight_takes_far_more_memory_than_an_adapter() -> None:
    lora, full = (estimate(replace(RECIPE, method=method), DATA, MODEL, CPU).memory_mb for method in ("lora", "full"))
    assert full - lora == pytest.approx(16 * MODEL.parameters / 1e6)


def test_checkpointing_keeps_the_activations_of_one_layer() -> None:
    kept, again = (estimate(replace(RECIPE, gradient_checkpointing=on), DATA, MODEL, CPU).memory_mb for on in (False, True))
    assert again < kept


def test_a_head_alone_trains_faster_than_every_weight() -> None:
    seconds = [estimate(replace(RECIPE, method=method), DATA, MODEL, CPU).seconds for method in ("head", "lora", "full")]
    assert seconds == sorted(seconds)


def test_larger_batches_take_more_memory() -> None:
    assert estimate(replace(RECIPE, batch_size=64), DATA, MODEL, CPU).memory_mb > estimate(RECIPE, DATA, MODEL, CPU).memory_mb


def test_earlier_runs_on_this_machine_correct_the_formula() -> None:
    plain = estimate(RECIPE, DATA, MODEL, CPU).seconds
    start = plain - (estimate(RECIPE, DATA, MODEL, CPU, [Measured(1.0, 2.0)]).seconds - plain)
    slow_machine = [Measured(10.0, 30.0), Measured(10.0, 30.0), Measured(10.0, 500.0)]
    assert estimate(RECIPE, DATA, MODEL, CPU, slow_machine).seconds - start == pytest.approx(3 * (plain - start))
