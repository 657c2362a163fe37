"""A base model from nothing: words learned from the training texts, weights drawn from the seed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    BertConfig,
    LlamaConfig,
    PreTrainedTokenizerFast,
)

from playground.models.scratch import FEED_FORWARD, HEAD, POSITIONS, VOCABULARY
from playground.models.types import Model

_BERT_MARKS: Final = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
_LLAMA_MARKS: Final = {"pad_token": "<pad>", "bos_token": "<s>", "eos_token": "</s>"}


def make_base(place: Path, facts: Model, texts: Iterable[str], seed: int) -> None:
    """A folder like that of any base model, in place by rename.

    :raises OSError: if the disk is full.
    """
    part = place.with_name(f".{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    tokenizer = _word_pieces(texts) if facts.architecture == "bert" else _byte_pairs(texts)
    tokenizer.save_pretrained(str(part))
    torch.manual_seed(seed)
    _drawn(facts, tokenizer).save_pretrained(str(part), safe_serialization=True)
    part.rename(place)


def _word_pieces(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """Lower-case word pieces; Chinese characters are words (Devlin et al. 2019)."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    marks = list(_BERT_MARKS.values())
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=marks, show_progress=False))
    ends = [(mark, tokenizer.token_to_id(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )  # fmt: skip
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=POSITIONS, **_BERT_MARKS)  # type: ignore[no-untyped-call]


def _byte_pairs(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """Byte pairs, which spell any text of any language (Radford et al. 2019)."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    marks = list(_LLAMA_MARKS.values())
    tokenizer.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=marks, initial_alphabet=alphabet, show_progress=False)
    )
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=POSITIONS, **_LLAMA_MARKS)  # type: ignore[no-untyped-call]


def _drawn(facts: Model, tokenizer: PreTrainedTokenizerFast) -> Any:
    """The model with random weights."""
    shape: dict[str, Any] = {
        "vocab_size": len(tokenizer), "hidden_size": facts.hidden, "num_hidden_layers": facts.layers,
        "num_attention_heads": facts.hidden // HEAD, "intermediate_size": FEED_FORWARD[facts.architecture] * facts.hidden,
        "max_position_embeddings": POSITIONS, "pad_token_id": tokenizer.pad_token_id,
    }  # fmt: skip
    if facts.architecture == "bert":
        return AutoModelForMaskedLM.from_config(BertConfig(**shape))  # type: ignore[no-untyped-call]
    config = LlamaConfig(**shape, bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, tie_word_embeddings=True)
    return AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
