"""What the Train tab says about models, plans and contradictions."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from playground.data.types import Dataset
from playground.devices import Device
from playground.errors import RecipeError
from playground.models.catalogue import CATALOGUE, get_model, recommend
from playground.recipe import Recipe, settings
from playground.ui import train_views as views

CPU = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)
ENGLISH = Dataset("0" * 16, "a.csv", "text-classification", 400, {"x": 200, "y": 200}, 0.0, 40.0, 90.0, 0.0, 0.0)
CHINESE = replace(ENGLISH, cjk_share=0.98, non_ascii_letter_share=0.98)
FRENCH = replace(ENGLISH, non_ascii_letter_share=0.05)
MINILM = get_model("sentence-transformers/all-MiniLM-L6-v2")


def visible(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.mark.parametrize(("dataset", "why"), [(ENGLISH, "in English"), (CHINESE, "98 % of the letters"), (FRENCH, "not all in English")])
def test_a_recommended_model_says_why(dataset: Dataset, why: str) -> None:
    model = recommend(dataset)
    card = visible(views.model_html(model, dataset, model, "en"))
    assert "recommended for this data" in card
    assert why in card


def test_another_model_is_not_called_recommended() -> None:
    assert "recommended" not in views.model_html(MINILM, CHINESE, recommend(CHINESE), "en")


def test_a_card_tells_size_languages_licence_and_memory_at_each_quantization() -> None:
    card = visible(views.model_html(MINILM, ENGLISH, MINILM, "en"))
    for fact in ("22.7 M parameters", "English", "Apache-2.0", "16-bit 45 MB · int8 35 MB · nf4 30 MB", "92 MB"):
        assert fact in card


def test_a_model_that_is_here_needs_no_download() -> None:
    assert "already on this machine" in views.model_html(MINILM, ENGLISH, MINILM, "en", here=True)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_model_of_the_catalogue_has_its_card(language: views.Language) -> None:
    for model in CATALOGUE:
        assert model.title in views.model_html(model, ENGLISH, MINILM, language)


def test_presets_say_how_long_they_take() -> None:
    choices = {name: label for label, name in views.preset_choices({"quick": 43, "balanced": 241}, "en")}
    assert choices["quick"].startswith("Quick · about 45 s\n")
    assert choices["balanced"].startswith("Balanced · about 4 min\n")


def test_every_contradiction_is_told_at_once() -> None:
    problems = Recipe(model=MINILM.id, double_quantization=True, lora_r=0, validation_share=0.45, test_share=0.45).check(CPU)
    said = views.problems_html(problems, "en")
    assert len(problems) == 3
    assert said.count("<li>") == 3
    assert "3 settings do not fit together" in said


def test_a_contradiction_names_the_setting_as_its_field_does() -> None:
    assert "LoRA rank r is 0" in views.problems_html(Recipe(model=MINILM.id, lora_r=0).check(CPU), "en")
    assert "LoRA 秩 r 为 0" in views.problems_html(Recipe(model=MINILM.id, lora_r=0).check(CPU), "zh")


def test_no_contradiction_shows_nothing() -> None:
    assert views.problems_html((), "en") == ""
    assert views.field_note_html(None, "en") == ""


def test_a_field_note_is_the_remedy_with_a_sign() -> None:
    assert visible(views.field_note_html(RecipeError("float16_on_cpu", field="compute_dtype"), "en")) == "▲ Use auto, bfloat16 or float32."


@pytest.mark.parametrize("value", [None, "", "many"])
def test_a_field_without_a_number_is_told_its_range(value: object) -> None:
    epochs = next(setting for setting in settings() if setting.name == "epochs")
    assert "1" in views.unreadable(epochs, value).remedy("en")
    assert "100" in views.unreadable(epochs, value).remedy("zh")


def test_the_command_can_be_copied_and_is_escaped() -> None:
    shown = views.command_html("accelerate launch <x>", '{"a": 1}', "en")
    assert shown.count("data-pg-copy") == 2
    assert "&lt;x&gt;" in shown


def test_the_line_under_the_tab_names_model_method_and_storage() -> None:
    assert views.status_line(MINILM, Recipe(model=MINILM.id, quantization="nf4"), "en") == "MiniLM L6 · LoRA · nf4"
    assert views.status_line(MINILM, Recipe(model=MINILM.id), "zh") == "MiniLM L6 · LoRA · 16 位"


def test_a_model_that_does_not_speak_the_datas_language_says_so() -> None:
    german = replace(ENGLISH, languages={"de": 0.75, "en": 0.25})
    assert "75 %" in visible(views.model_html(MINILM, german, MINILM, "en"))
    assert "German" in visible(views.model_html(MINILM, german, MINILM, "en"))
    assert "德语" in visible(views.model_html(MINILM, german, MINILM, "zh"))
    assert "does not speak" not in visible(views.model_html(MINILM, ENGLISH, MINILM, "en"))


def test_few_rows_a_label_explain_the_method() -> None:
    few = replace(ENGLISH, rows=24, labels={"x": 12, "y": 12})
    pairs = Recipe(model=MINILM.id, method="contrastive")
    assert "about 8 to train on" in visible(views.method_html(pairs, few, MINILM, "en"))
    assert "约 8 行" in visible(views.method_html(pairs, few, MINILM, "zh"))


def test_a_method_that_few_rows_did_not_choose_is_not_explained_by_them() -> None:
    few = replace(ENGLISH, rows=24, labels={"x": 12, "y": 12})
    assert views.method_html(Recipe(model=MINILM.id), few, MINILM, "en") == ""
    assert views.method_html(Recipe(model=MINILM.id, method="contrastive"), ENGLISH, MINILM, "en") == ""


def test_a_model_that_was_chosen_by_hand_is_called_so() -> None:
    assert "your choice" in views.model_html(MINILM, CHINESE, recommend(CHINESE), "en")
