"""What the catalogue promises about every model, and which one it proposes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from playground.data.types import Dataset
from playground.errors import ModelError
from playground.models import CATALOGUE, Model, get_model, recommend
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
