"""Every part of the memory grows with what it stands for, and the peak is what lies in memory at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.estimate.memory import memory
from playground.estimate.types import Memory
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from tests.test_presets import CPU, DATA, GPU, MODEL

RECIPE = Recipe(model=MODEL.id)
SMOLLM2 = get_model("HuggingFaceTB/SmolLM2-135M-Instruct")


def of(recipe: Recipe = RECIPE, longest: float = 128, device=CPU, model=MODEL) -> Memory:  # type: ignore[no-untyped-def]
    return memory(recipe, DATA, model, device, longest)


@pytest.mark.parametrize(
    ("settings", "length", "seen_mb"),
    [
        ({}, 32, 746), ({}, 128, 1061), ({"batch_size": 32}, 128, 1305), ({"max_length": 256}, 256, 1511),
        ({"max_length": 512, "batch_size": 8}, 512, 1086), ({"quantization": "nf4"}, 128, 986), ({"quantization": "int8"}, 128, 982),
        ({"method": "full"}, 128, 1506), ({"method": "last-layers"}, 128, 982), ({"method": "head"}, 128, 853),
        ({"method": "ia3"}, 128, 1141), ({"target_modules": "query-value"}, 128, 1041), ({"gradient_checkpointing": True}, 128, 919),
    ],
)  # fmt: skip
def test_the_formula_says_what_was_seen_of_minilm_on_a_cpu(settings: dict[str, object], length: int, seen_mb: float) -> None:
    assert of(RECIPE.with_values(settings), length).peak == pytest.approx(seen_mb, rel=0.15)


def test_quantized_weights_take_less() -> None:
    assert of(replace(RECIPE, quantization="nf4")).weights < of(replace(RECIPE, quantization="int8")).weights < of().weights


def test_training_every_weight_holds_a_copy_a_gradient_and_two_moments_of_each() -> None:
    full, head = (of(replace(RECIPE, method=method)) for method in ("full", "head"))
    more = [getattr(full, part) - getattr(head, part) for part in ("trained", "gradients", "optimizer")]
    assert more == pytest.approx([each * MODEL.parameters / 1e6 for each in (4, 4, 8)], rel=0.01)


def test_an_optimizer_without_memory_takes_none() -> None:
    by_optimizer = [of(replace(RECIPE, method="full", optimizer=name)).optimizer for name in ("sgd", "adafactor", "adamw-8bit", "adamw")]
    assert by_optimizer[0] == 0
    assert by_optimizer == sorted(by_optimizer)


def test_activations_grow_with_batch_and_length() -> None:
    assert of(replace(RECIPE, batch_size=32)).activations == pytest.approx(2 * of().activations)
    assert of(longest=64).activations < of().activations / 2  # the scores of plain attention grow with the square


def test_checkpointing_keeps_the_activations_of_one_layer() -> None:
    assert of(replace(RECIPE, gradient_checkpointing=True)).activations < of().activations / 3


def test_fused_attention_keeps_no_scores() -> None:
    plain, fused = (of(replace(RECIPE, max_length=length), 256).activations for length in (256, 512))
    assert fused < plain


def test_a_task_that_predicts_words_holds_scores_of_the_vocabulary() -> None:
    language = replace(RECIPE, model=SMOLLM2.id, task="language-modeling")
    assert of().logits == 0
    assert of(language, model=SMOLLM2).logits == pytest.approx(16 * 128 * 49_152 * 12 / 1e6, rel=0.01)
    assert of(replace(language, task="generation"), model=SMOLLM2).logits < of(language, model=SMOLLM2).logits
    assert of(replace(language, task="text-classification"), model=SMOLLM2).logits > 0


def test_the_peak_is_training_or_another_stage_and_never_both() -> None:
    parts = {"runtime": 600.0, "weights": 50.0, "trained": 5.0, "gradients": 5.0, "optimizer": 10.0, "activations": 100.0, "logits": 0.0}
    training, loading = Memory(**parts, other_stage=90.0), Memory(**parts, other_stage=300.0)
    assert training.peak == 770.0
    assert loading.peak == 955.0
    for each in (training, loading):
        assert sum(megabytes for _, megabytes in each.parts()) == pytest.approx(each.peak)


def test_a_gpu_holds_no_interpreter() -> None:
    assert of(device=GPU).runtime == 0
    assert of().runtime > 500
