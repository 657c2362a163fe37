"""The README of an adapter folder."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from markdown_it import MarkdownIt

from playground.compare import compare
from playground.data.types import Step
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.types import Result, SeveralSeeds, Splits
from playground.training.card import Card, card_text, escaped, installed_versions
from playground.training.card_code import load_code
from playground.words import LANGUAGES

MINILM = get_model("sentence-transformers/all-MiniLM-L6-v2")
RECIPE = Recipe(model=MINILM.id, lora_r=8, seed=7)
EXPECTED = ["refund", "praise"] * 20
RESULT = Result(
    task="text-classification", model=MINILM.id, model_source="hub", device="cpu", method="lora", quantization="none",
    compute_dtype="bfloat16", splits=Splits(120, 30, 40), labels=("praise", "refund"), base="zero_shot",
    references=("majority", "zero_shot"), best_step=10, best_metric=1.0, total_seconds=42.4, training_seconds=30.0,
    samples_per_second=20.0, peak_memory_mb=900.0, world_size=1,
)  # fmt: skip
PREDICTIONS = pd.DataFrame({"text": "t", "label": EXPECTED, "tuned": EXPECTED, "majority": "refund", "zero_shot": ["refund"] * 40})
STEPS = (Step("drop_duplicates"), Step("rename_labels", facts={"refnd": "refund"}))
CARD = Card(RECIPE, RESULT, compare(RESULT, PREDICTIONS), MINILM, "customers.csv", STEPS, {"peft": "0.21.2"})
EVIL = "<script>alert(1)</script> [a](http://evil.example) ![b](c) `d` **e** | f\n# g\x1b[31m\u202e www.evil.example"


def front(text: str) -> dict[str, Any]:
    """The YAML between the two marks."""
    values: dict[str, Any] = yaml.safe_load(text.split("---\n")[1])
    return values


def page(text: str) -> str:
    """The card as a hub shows it."""
    return MarkdownIt("gfm-like", {"linkify": False}).render(text.split("---\n", 2)[2])


def test_a_hub_learns_base_model_licence_task_language_and_scores() -> None:
    values = front(card_text(CARD))
    assert values["base_model"] == MINILM.id
    assert (values["library_name"], values["license"], values["pipeline_tag"]) == ("peft", "apache-2.0", "text-classification")
    assert values["language"] == ["en"]
    results = values["model-index"][0]["results"]
    assert {metric["name"]: metric["value"] for result in results for metric in result["metrics"]} == {"accuracy": 1.0, "macro-F1": 1.0}


def test_held_out_rows_that_nobody_was_asked_are_told() -> None:
    fewer = replace(RESULT, splits=Splits(120, 30, 40, left_out=77))
    text = card_text(replace(CARD, result=fewer))
    assert "Of 117 held-out rows 40 were answered" in text
    assert "117 行测试数据" in text
    assert "held-out rows 40 were answered" not in card_text(CARD)


def test_every_step_of_mending_stands_in_order_in_both_languages() -> None:
    text = card_text(CARD)
    assert text.index("Of identical texts") < text.index("refnd")
    assert len(re.findall(r"^2\. .*refnd.*refund", text, re.MULTILINE)) == len(LANGUAGES)


def test_data_that_was_not_mended_says_so() -> None:
    assert "nothing was mended" in card_text(replace(CARD, steps=()))


def test_scores_of_references_and_fine_tune_and_the_verdict_are_told() -> None:
    shown = page(card_text(CARD))
    assert "<td>most frequent label</td>" in shown
    assert "<td>label names by similarity (base)</td>" in shown
    assert "<strong>1.000</strong>" in shown
    assert "The fine-tune is better: macro-F1 0.333 → 1.000 on 40 held-out rows, likely between +0.5" in shown
    assert "微调更好：在 40 行测试数据上" in shown


def test_rows_of_each_split_and_the_name_of_the_data_are_told() -> None:
    text = card_text(CARD)
    assert "customers.csv: 120 rows to train on, 30 to watch the training" in text
    assert "40 held out" in text


def test_settings_that_differ_stand_in_a_table_and_the_recipe_can_be_read_back() -> None:
    text = card_text(CARD)
    assert "| LoRA rank r | `lora_r` | 8 | 16 |" in text
    assert "`lora_alpha`" not in text
    assert Recipe.from_json(text.split("```json\n")[1].split("```")[0]) == RECIPE


def test_seed_and_versions_are_told() -> None:
    assert "Seed 7; cpu, bfloat16; 42 s in all. Made with peft 0.21.2." in card_text(CARD)
    assert {"fine-tuning-playground", "torch", "peft"} <= installed_versions().keys()


def test_names_from_a_file_stay_plain_text() -> None:
    result = replace(RESULT, labels=(EVIL, "refund"))
    card = replace(CARD, result=result, data_name=EVIL, steps=(Step("rename_labels", facts={EVIL: EVIL}),))
    text = card_text(card)
    assert not [sign for sign in ("\x1b", "\u202e") if sign in text]
    shown = page(text)
    assert not re.findall(r"<(?:script|a|img|em|h1>\s*g)\b", shown)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; [a](http://evil.example) ![b](c) `d` **e** | f # g" in shown
    assert front(text)["model-index"][0]["results"][0]["dataset"]["name"].startswith("<script>")


@pytest.mark.parametrize("text", ["plain words", "a_b", "价格 (元)", "5 * 3", "x < y & z"])
def test_an_escaped_name_reads_as_it_was(text: str) -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False}).renderInline(escaped(text))
    assert shown == text.replace("&", "&amp;").replace("<", "&lt;")


def test_no_path_of_this_machine_is_in_it(tmp_path: Path) -> None:
    assert not re.search(r"/(?:home|tmp|work|root|Users)/", card_text(CARD))


@pytest.mark.parametrize("task", ["text-classification", "token-classification", "multi-label-classification", "regression"])
def test_the_code_of_the_card_loads_the_adapter(task: str, tiny_bert: Path, tmp_path: Path) -> None:
    import transformers
    from peft import LoraConfig, get_peft_model

    kind = "AutoModelForTokenClassification" if task == "token-classification" else "AutoModelForSequenceClassification"
    outputs = 1 if task == "regression" else 3
    base = getattr(transformers, kind).from_pretrained(tiny_bert, num_labels=outputs)
    get_peft_model(base, LoraConfig(target_modules=["query"], modules_to_save=["classifier"])).save_pretrained(tmp_path)
    transformers.AutoTokenizer.from_pretrained(tiny_bert).save_pretrained(tmp_path)
    known = {"thresholds": [0.0, 0.5, 0.1], "mean": [20.0], "deviation": [0.001]}
    (tmp_path / "labels.json").write_text(json.dumps({"calibration": known}), encoding="utf-8")
    code = load_code(MINILM, task, outputs).replace(f'"{MINILM.id}"', json.dumps(str(tiny_bert))).replace("ADAPTER", str(tmp_path))
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["scores"].shape[-1] == outputs or task == "token-classification"
    assert task != "regression" or names["scores"].item() == pytest.approx(20, abs=0.1)
    assert len([line for line in code.splitlines() if line and "import" not in line]) <= 5


def test_a_causal_model_answers_through_its_own_chat_template() -> None:
    code = load_code(get_model("HuggingFaceTB/SmolLM2-135M-Instruct"), "generation", 0)
    compile(code, "card", "exec")
    assert "AutoModelForCausalLM" in code
    assert "apply_chat_template" in code


def test_an_adapter_that_holds_its_start_says_so() -> None:
    card = replace(CARD, recipe=replace(RECIPE, lora_init="pissa"))
    assert "plain LoRA of rank 16" in card_text(card)
    assert "秩为 16" in card_text(card)


def test_several_seeds_stand_in_the_card() -> None:
    several = replace(RESULT, seeds=SeveralSeeds((7, 8), (1.0, 0.9)))
    text = card_text(replace(CARD, result=several, comparison=compare(several, PREDICTIONS)))
    assert "0.950 ± 0.071" in text
