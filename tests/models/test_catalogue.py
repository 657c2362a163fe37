"""What the catalogue promises about every model, and which one it proposes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from playground.data.types import Dataset
from playground.devices import Device
from playground.errors import ModelError
from playground.models import CATALOGUE, Model, better_from_a_hub, get_model, recommend, recommend_reader
from playground.words import entries

MINILM = get_model("sentence-transformers/all-MiniLM-L6-v2")
ENGLISH = Dataset("f" * 16, "a.csv", "text-classification", 10, {"a": 5, "b": 5}, 0.0, 40.0, 90.0, cjk_share=0.0)


def test_ids_and_slugs_are_unique() -> None:
    assert len({model.id for model in CATALOGUE}) == len({model.slug for model in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.slug)
def test_every_model_says_what_it_is_good_for(model: Model) -> None:
    assert f"model.{model.slug}.good_for" in entries()


@pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.slug)
def test_weights_are_asked_for_as_safetensors_only(model: Model) -> None:
    names = {fact.name for fact in model.files}
    assert "model.safetensors" in names
    assert not [name for name in names if re.search(r"\.(bin|pt|pth|ckpt|pkl|h5|msgpack|py)$", name)]


@pytest.mark.parametrize("model", [model for model in CATALOGUE if model.package], ids=lambda model: model.slug)
def test_every_file_of_a_package_is_pinned_by_size_and_checksum(model: Model) -> None:
    assert model.package
    facts = [fact for wheel in model.package.wheels for _, fact in wheel.members]
    assert facts
    assert all(fact.size and re.fullmatch(r"[0-9a-f]{64}", fact.sha256 or "") for fact in facts)


@pytest.mark.parametrize("model", [model for model in CATALOGUE if model.architecture == "bert"], ids=lambda model: model.slug)
def test_parameters_follow_from_the_sizes_of_a_bert(model: Model) -> None:
    width = model.hidden
    layer = 12 * width * width + 13 * width
    assert model.parameters == model.embedding_parameters + model.layers * layer + width * width + width


def test_an_unknown_id_names_the_known_ones() -> None:
    with pytest.raises(ModelError, match="all-MiniLM-L6-v2"):
        get_model("gpt-5")


@pytest.mark.parametrize(
    ("quantization", "double", "measured"), [("none", False, 45.4), ("int8", False, 34.8), ("nf4", True, 29.5)]
)  # bitsandbytes on MiniLM, bfloat16
def test_memory_is_what_was_measured(quantization: str, double: bool, measured: float) -> None:
    assert MINILM.memory_mb(quantization, double_quantization=double) == pytest.approx(measured, rel=0.01)  # type: ignore[arg-type]


def test_memory_grows_with_the_bytes_of_a_weight() -> None:
    assert MINILM.memory_mb("none", bytes_per_weight=4) == 2 * MINILM.memory_mb("none")


def test_english_text_gets_minilm() -> None:
    assert recommend(ENGLISH).id == "sentence-transformers/all-MiniLM-L6-v2"


@pytest.mark.parametrize("shares", [{"cjk_share": 0.9}, {"cjk_share": 0.05}, {"non_ascii_letter_share": 0.03}], ids=str)
def test_chinese_mixed_and_accented_text_get_the_multilingual_model(shares: dict[str, float]) -> None:
    assert recommend(replace(ENGLISH, **shares)).id == "intfloat/multilingual-e5-small"  # type: ignore[arg-type]


def test_a_stray_foreign_name_does_not_change_the_proposal() -> None:
    assert recommend(replace(ENGLISH, cjk_share=0.001, non_ascii_letter_share=0.002)) == MINILM


def test_another_language_in_plain_letters_gets_the_multilingual_model() -> None:
    assert recommend(replace(ENGLISH, languages={"id": 0.8, "en": 0.2})).id == "intfloat/multilingual-e5-small"
    assert recommend(replace(ENGLISH, languages={"en": 1.0})).id == "sentence-transformers/all-MiniLM-L6-v2"


GENERATION = replace(ENGLISH, task="generation", labels={})
SMOLLM2, QWEN3 = get_model("HuggingFaceTB/SmolLM2-135M-Instruct"), get_model("Qwen/Qwen3-0.6B")
CPU = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)
GPU = Device("cuda", "GPU", 1, 8, 24_000, bf16=True)


def test_writing_takes_a_causal_model_that_needs_no_hub() -> None:
    assert recommend(GENERATION, CPU) == SMOLLM2
    assert recommend(replace(GENERATION, cjk_share=0.9), CPU) == SMOLLM2


def test_texts_that_answers_are_written_to_are_still_read_by_an_encoder() -> None:
    assert recommend_reader(GENERATION) == MINILM


def test_a_model_this_machine_has_is_proposed_if_it_reads_the_language_better() -> None:
    chinese = replace(GENERATION, cjk_share=0.9)
    assert recommend(chinese, CPU, here={QWEN3.id}) == QWEN3
    assert recommend(GENERATION, CPU, here={QWEN3.id}) == SMOLLM2


def test_a_gpu_gets_the_largest_model_at_hand_that_leaves_room_for_training() -> None:
    here = {model.id for model in CATALOGUE}
    assert recommend(GENERATION, GPU, here).parameters > 1e9
    assert recommend(GENERATION, replace(GPU, memory_mb=6_000), here) == QWEN3
    assert recommend(GENERATION, replace(GPU, memory_mb=500), here) == SMOLLM2


def test_no_gated_model_is_proposed() -> None:
    assert not recommend(GENERATION, GPU, {model.id for model in CATALOGUE}).gated


def test_a_better_model_is_named_where_the_proposal_does_not_read_the_language() -> None:
    assert better_from_a_hub(replace(GENERATION, cjk_share=0.9), CPU) == QWEN3
    assert better_from_a_hub(GENERATION, CPU) is None
    assert better_from_a_hub(ENGLISH, CPU) is None


@pytest.mark.parametrize("task", ["token-classification", "regression", "text-pair-classification", "language-modeling"])
def test_reading_tasks_take_an_encoder_as_classification_does(task: str) -> None:
    assert recommend(replace(ENGLISH, task=task)) == MINILM


def test_a_download_of_unknown_size_is_that_of_the_weights() -> None:
    assert QWEN3.size_mb is None
    assert QWEN3.download_mb == pytest.approx(1192.1, abs=0.1)
