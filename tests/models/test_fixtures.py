"""The tiny models other rooms' tests stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.models import cached


def test_the_tiny_bert_is_a_classifier_in_waiting(tiny_bert: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model, info = AutoModelForSequenceClassification.from_pretrained(tiny_bert, num_labels=2, output_loading_info=True)
    tokens = AutoTokenizer.from_pretrained(tiny_bert)("Where is my refund? 退款很慢", return_tensors="pt")
    assert model(**tokens).logits.shape == (1, 2)
    assert info["missing_keys"] == {"classifier.weight", "classifier.bias"}


def test_the_tiny_tokenizer_knows_both_languages(tiny_bert: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_bert)
    assert "[UNK]" not in tokenizer.tokenize("xyzzy is very good! 客服很好")


def test_a_cache_of_tiny_models_counts_as_whole(tiny_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tiny_models))
    local = cached("intfloat/multilingual-e5-small")
    assert local
    assert (local.path / "model.safetensors").stat().st_size < 200_000
