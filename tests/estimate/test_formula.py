"""The estimate moves the right way, adds up, and believes what this machine showed more than the formula."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.estimate import Measured, Trial, estimate
from playground.recipe import Recipe
from tests.test_presets import CPU, DATA, GPU, MODEL

RECIPE = Recipe(model=MODEL.id)
TRIAL = Trial(
    start_seconds=20.0, references_seconds=4.0, rows=400, batch_seconds=0.5,
    row_seconds=0.01, memory_mb=3_000.0, mean_tokens=20.0, longest_tokens=40,
)  # fmt: skip


def test_time_grows_in_proportion_to_epochs() -> None:
    one, two, three = (estimate(replace(RECIPE, epochs=epochs), DATA, MODEL, CPU).time.steps for epochs in (1, 2, 3))
    assert three - two == pytest.approx(two - one) == pytest.approx(one)


def test_ten_times_the_rows_take_ten_times_the_steps() -> None:
    few, many = (estimate(RECIPE, replace(DATA, rows=rows), MODEL, CPU).time.steps for rows in (1_600, 16_000))
    assert many == pytest.approx(10 * few, rel=0.02)


def test_a_gpu_is_faster() -> None:
    long = replace(DATA, rows=50_000)
    assert estimate(RECIPE, long, MODEL, GPU).seconds < estimate(RECIPE, long, MODEL, CPU).seconds


def test_slow_arithmetic_takes_longer_and_more_memory() -> None:
    slow, fast = (estimate(replace(RECIPE, compute_dtype=dtype), DATA, MODEL, CPU) for dtype in ("float32", "bfloat16"))
    assert slow.seconds > fast.seconds
    assert slow.memory_mb > fast.memory_mb


def test_a_head_alone_trains_faster_than_every_weight() -> None:
    seconds = [estimate(replace(RECIPE, method=method), DATA, MODEL, CPU).seconds for method in ("head", "lora", "full")]
    assert seconds == sorted(seconds)


def test_the_time_is_the_sum_of_its_parts() -> None:
    time = estimate(RECIPE, DATA, MODEL, CPU).time
    assert time.total == pytest.approx(time.start + time.references + time.steps + time.evaluations)
    assert min(time.start, time.references, time.steps, time.evaluations) > 0


def test_earlier_runs_on_this_machine_correct_the_formula() -> None:
    plain = estimate(RECIPE, DATA, MODEL, CPU)
    slow_machine = [Measured(10.0, 30.0), Measured(10.0, 30.0), Measured(10.0, 500.0)]
    corrected = estimate(RECIPE, DATA, MODEL, CPU, slow_machine)
    assert corrected.seconds - plain.seconds == pytest.approx(2 * plain.time.training)
    assert corrected.ground == "alike"


def test_earlier_runs_correct_the_memory_too() -> None:
    plain = estimate(RECIPE, DATA, MODEL, CPU).memory
    found = estimate(RECIPE, DATA, MODEL, CPU, [Measured(1.0, 1.0, 100.0, 120.0)]).memory_mb
    assert found == pytest.approx(plain.runtime + 1.2 * plain.beyond_runtime)


def test_steps_of_this_very_recipe_outweigh_earlier_runs() -> None:
    found = estimate(RECIPE, DATA, MODEL, CPU, [Measured(1.0, 50.0)], TRIAL)
    assert found.ground == "measured"
    assert TRIAL.memory_mb <= found.memory_mb < 1.1 * TRIAL.memory_mb
    assert found.time.start == pytest.approx(20.0, abs=2)
    train = DATA.rows * (1 - RECIPE.validation_share - RECIPE.test_share)
    assert found.time.steps == pytest.approx(-(-train // RECIPE.batch_size) * RECIPE.epochs * 0.5)


def test_the_band_narrows_with_what_is_known() -> None:
    found = [
        estimate(RECIPE, DATA, MODEL, CPU),
        estimate(RECIPE, DATA, MODEL, CPU, [Measured(1.0, 1.0)]),
        estimate(RECIPE, DATA, MODEL, CPU, trial=TRIAL),
    ]
    widths = [each.most_seconds / each.least_seconds for each in found]
    assert widths == sorted(widths, reverse=True)
    assert [each.memory_error for each in found] == sorted((each.memory_error for each in found), reverse=True)
    assert all(each.least_seconds < each.seconds < each.most_seconds for each in found)


def test_the_files_own_splits_are_the_rows_trained_on() -> None:
    brought = replace(DATA, rows=400, splits={"train": 100, "validation": 100, "test": 200})
    assert estimate(RECIPE, brought, MODEL, CPU).time.steps < estimate(RECIPE, DATA, MODEL, CPU).time.steps


def test_rows_a_trial_did_not_ask_the_references_about_take_longer() -> None:
    few, many = (estimate(RECIPE, replace(DATA, rows=rows), MODEL, CPU, trial=TRIAL).time.references for rows in (400, 1_400))
    assert few == TRIAL.references_seconds
    assert many == pytest.approx(few + 1_000 * TRIAL.row_seconds)


def test_each_seed_takes_its_own_steps_and_all_share_the_references() -> None:
    one, three = (estimate(replace(RECIPE, seeds=seeds), DATA, MODEL, CPU).time for seeds in (1, 3))
    assert three.training == pytest.approx(3 * one.training)
    assert three.references == one.references


def test_virtual_tokens_take_time_and_hardly_a_weight() -> None:
    few, many = (estimate(replace(RECIPE, method="prompt", virtual_tokens=count), DATA, MODEL, CPU) for count in (8, 128))
    assert many.time.steps > few.time.steps
    assert many.memory.activations > few.memory.activations
    assert many.memory.trained < 0.1 * estimate(RECIPE, DATA, MODEL, CPU).memory.trained


def test_an_adapter_that_holds_its_start_takes_twice_the_room_and_trains_as_much() -> None:
    plain, beside = (estimate(replace(RECIPE, lora_init=init), DATA, MODEL, CPU).memory for init in ("default", "pissa"))
    assert beside.trained > plain.trained
    assert beside.optimizer == plain.optimizer
