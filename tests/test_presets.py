"""A preset fits the data, the model and the device."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.data.types import Dataset
from playground.devices import Device
from playground.models.catalogue import get_model
from playground.presets import enough_tokens, preset_recipe
from playground.recipe import PRESETS, Preset

MODEL = get_model("sentence-transformers/all-MiniLM-L6-v2")
CPU = Device("cpu", "CPU", 1, 2, 24_000, bf16=True)
GPU = Device("cuda", "NVIDIA A10G", 2, 8, 24_000, bf16=True)
DATA = Dataset(
    fingerprint="0" * 16, name="a.csv", task="text-classification", rows=400, labels={"a": 200, "b": 200}, added=0.0,
    mean_characters=70.0, long_characters=160.0, cjk_share=0.0,
)  # fmt: skip


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("device", [CPU, GPU], ids=["cpu", "gpu"])
@pytest.mark.parametrize("rows", [10, 400, 100_000])
def test_every_preset_is_sound_everywhere(preset: Preset, device: Device, rows: int) -> None:
    recipe = preset_recipe(preset, replace(DATA, rows=rows), MODEL, device)
    assert recipe.check(device, max_positions=MODEL.max_positions) == ()


def test_a_gpu_gets_a_4_bit_base_and_every_device() -> None:
    recipe = preset_recipe("balanced", DATA, MODEL, GPU)
    assert (recipe.quantization, recipe.double_quantization, recipe.processes) == ("nf4", True, 2)


def test_a_cpu_gets_the_fast_path() -> None:
    recipe = preset_recipe("balanced", DATA, MODEL, CPU)
    assert (recipe.quantization, recipe.lora_dropout, recipe.processes) == ("none", 0.0, 1)


def test_presets_grow_from_quick_to_thorough() -> None:
    epochs = [preset_recipe(preset, DATA, MODEL, CPU).epochs for preset in PRESETS]
    assert epochs == sorted(epochs)
    assert epochs[0] < epochs[-1]


def test_large_data_needs_fewer_passes() -> None:
    assert preset_recipe("quick", replace(DATA, rows=100_000), MODEL, CPU).epochs == 1


def test_the_length_limit_follows_the_long_texts_and_the_model() -> None:
    assert enough_tokens(DATA, MODEL) == 64
    assert enough_tokens(replace(DATA, long_characters=5000.0), MODEL) == 512
    assert enough_tokens(replace(DATA, cjk_share=1.0), MODEL) == 128


FEW = replace(DATA, rows=60, labels={"a": 20, "b": 20, "c": 20})


def test_few_rows_a_label_are_learned_in_pairs() -> None:
    recipe = preset_recipe("balanced", FEW, MODEL, CPU)
    assert recipe.method == "contrastive"
    assert recipe.check(CPU, max_positions=MODEL.max_positions) == ()


@pytest.mark.parametrize("preset", PRESETS)
def test_pairs_are_for_labels_below_thirty_training_rows(preset: Preset) -> None:
    below, enough = (replace(DATA, rows=3 * each, labels=dict.fromkeys("abc", each)) for each in (45, 47))
    assert preset_recipe(preset, below, MODEL, CPU).method == "contrastive"
    assert preset_recipe(preset, enough, MODEL, CPU).method == "lora"


def test_it_is_the_usual_label_that_counts() -> None:
    mixed = replace(DATA, rows=430, labels={"a": 200, "b": 200, "c": 30})
    assert preset_recipe("quick", mixed, MODEL, CPU).method == "lora"


def test_pairs_need_one_label_a_text_and_an_encoder() -> None:
    causal = get_model("HuggingFaceTB/SmolLM2-135M-Instruct")
    assert preset_recipe("quick", replace(FEW, task="multi-label-classification"), MODEL, CPU).method == "lora"
    assert preset_recipe("quick", FEW, causal, CPU).method == "lora"


def test_pairs_take_about_as_many_steps_whatever_the_rows() -> None:
    few, more = (preset_recipe("balanced", replace(FEW, rows=rows), MODEL, CPU) for rows in (48, 600))
    train_rows = [round(rows * 0.65) for rows in (48, 600)]
    steps = [recipe.epochs * -(-rows // recipe.batch_size) for recipe, rows in zip((few, more), train_rows, strict=True)]
    assert steps == [60, 65]


def test_written_answers_take_fewer_rows_and_leave_room_for_a_template() -> None:
    causal = get_model("HuggingFaceTB/SmolLM2-135M-Instruct")
    chats = replace(DATA, task="generation", labels={})
    assert preset_recipe("balanced", chats, causal, CPU).epochs < preset_recipe("balanced", DATA, MODEL, CPU).epochs
    assert enough_tokens(chats, causal) > enough_tokens(DATA, causal)


@pytest.mark.parametrize("device", [CPU, GPU], ids=["cpu", "gpu"])
def test_a_model_from_nothing_is_trained_whole_and_unquantized(device: Device) -> None:
    recipe = preset_recipe("quick", replace(DATA, task="language-modeling", labels={}), get_model("scratch/bert-tiny"), device)
    assert (recipe.method, recipe.quantization) == ("full", "none")
    assert recipe.check(device) == ()
