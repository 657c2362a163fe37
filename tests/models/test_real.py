"""The real models, whichever source served them: they load completely and do what they are for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification, AutoTokenizer

from playground.models import cached, get_model
from playground.models.verify import verify

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
E5 = "intfloat/multilingual-e5-small"


def load(path: Path, kind: Any = AutoModel, **options: Any) -> tuple[Any, Any, dict[str, Any]]:
    model, info = kind.from_pretrained(path, output_loading_info=True, dtype=torch.float32, **options)
    return model.eval(), AutoTokenizer.from_pretrained(path), info


def embed(model: Any, tokenizer: Any, texts: Sequence[str]) -> torch.Tensor:
    inputs = tokenizer(list(texts), padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**inputs).last_hidden_state
    mask = inputs["attention_mask"][..., None]
    return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


@pytest.mark.parametrize("name", ["minilm", "e5"])
def test_an_encoder_loads_without_a_missing_weight(name: str, request: pytest.FixtureRequest) -> None:
    _, _, info = load(request.getfixturevalue(name))
    assert not info["missing_keys"]
    assert not info["mismatched_keys"]


@pytest.mark.parametrize("name", ["minilm", "e5"])
def test_a_classifier_on_top_lacks_its_head_only(name: str, request: pytest.FixtureRequest) -> None:
    _, _, info = load(request.getfixturevalue(name), AutoModelForSequenceClassification, num_labels=3)
    assert info["missing_keys"] == {"classifier.weight", "classifier.bias"}


def test_fetched_models_are_cached_and_whole(minilm: Path, e5: Path) -> None:
    for path, model in ((minilm, get_model(MINILM)), (e5, get_model(E5))):
        local = cached(model.id)
        assert local
        assert local.path == path
        verify(path, model)


def test_minilm_knows_what_english_sentences_mean(minilm: Path) -> None:
    model, tokenizer, _ = load(minilm)
    vectors = embed(model, tokenizer, ["How do I get my money back?", "I want a refund.", "The weather is lovely today."])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_e5_ranks_passages_for_queries_in_chinese_english_and_german(e5: Path) -> None:
    model, tokenizer, _ = load(e5)
    queries = [
        "query: how much protein should a female eat",
        "query: 南瓜的家常做法",
        "query: 如何退货退款",
        "query: wie wird das Wetter morgen",
    ]
    passages = [
        "passage: As a general guideline, women ages 19 to 70 need about 46 grams of protein per day.",
        "passage: 清炒南瓜丝：嫩南瓜半个，加葱、盐、白糖，用葱花炒出香味即可。",
        "passage: 商品签收后七天内可以在订单页面申请无理由退货，退款将原路返回。",
        "passage: Für morgen wird Regen und starker Wind erwartet.",
    ]
    scores = embed(model, tokenizer, queries) @ embed(model, tokenizer, passages).T
    assert scores.argmax(dim=1).tolist() == [0, 1, 2, 3]


def test_e5_brings_the_same_meaning_in_two_languages_together(e5: Path) -> None:
    model, tokenizer, _ = load(e5)
    vectors = embed(model, tokenizer, ["query: 我要退货", "query: I want to return this item", "query: The weather is lovely today"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_smollm2_answers_a_question_and_ends(smollm2: Path) -> None:
    model, tokenizer, info = load(smollm2, AutoModelForCausalLM)
    assert not info["missing_keys"]
    chat = [{"role": "user", "content": "What is the capital of France?"}]
    inputs = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    with torch.no_grad():
        answer = model.generate(**inputs, max_new_tokens=24, do_sample=False)[0]
    assert "Paris" in tokenizer.decode(answer[inputs["input_ids"].shape[1] :])
    assert answer[-1] == tokenizer.eos_token_id
