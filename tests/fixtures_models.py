"""Models for tests: the real ones, fetched once into the user's cache, and tiny ones made here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from playground.models import CATALOGUE, fetch
from playground.models.cache import write_manifest
from playground.models.catalogue import get_model

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

#: What the tiny tokenizer knows besides single characters.
WORDS = """the a is was i my it this that not very good bad great poor love hate late early where when refund order card money
payment delivery broken works fast slow please thanks help what how why can you"""
CHINESE = "的一是不了我有这个好很差快慢喜欢讨厌退货款物流质量客服钱买卖用坏新旧大小真太没还可以吗呢请谢再"

LLAMA = "HuggingFaceTB/SmolLM2-135M-Instruct"
T5 = "google/flan-t5-small"
#: One message a line, each closed by the token that ends a turn.
TEMPLATE = """{% for message in messages %}<turn>{{ message['role'] }}
{{ message['content'] }}<end>
{% endfor %}{% if add_generation_prompt %}<turn>assistant
{% endif %}"""


@pytest.fixture(scope="session")
def minilm() -> Path:
    """The real all-MiniLM-L6-v2."""
    return fetch("sentence-transformers/all-MiniLM-L6-v2").path


@pytest.fixture(scope="session")
def e5() -> Path:
    """The real multilingual-e5-small."""
    return fetch("intfloat/multilingual-e5-small").path


@pytest.fixture(scope="session")
def smollm2() -> Path:
    """The real SmolLM2-135M-Instruct."""
    return fetch("HuggingFaceTB/SmolLM2-135M-Instruct").path


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of 2 layers x 32 with a WordPiece tokenizer, 128 positions: everything works, nothing takes time."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny-bert")
    vocabulary = _write_tokenizer(folder)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_models(tiny_bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model cache (for ``PLAYGROUND_MODELS``) in which every encoder of the catalogue is ``tiny_bert``."""
    root = tmp_path_factory.mktemp("tiny-models")
    for model in CATALOGUE:
        if model.kind == "encoder":
            place = root / model.slug
            place.mkdir()
            for path in tiny_bert.iterdir():
                (place / path.name).write_bytes(path.read_bytes())
            write_manifest(place, model, "folder", "made by the tests")
    return root


def make_tokenizer(template: str | None = TEMPLATE) -> PreTrainedTokenizerFast:
    """Every byte is a token."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    special = ["<pad>", "<unk>", "<turn>", "<end>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inside = Tokenizer(models.BPE({piece: place for place, piece in enumerate([*special, *alphabet])}, []))
    inside.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    inside.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inside, pad_token="<pad>", unk_token="<unk>", eos_token="<end>", additional_special_tokens=["<turn>"]
    )
    tokenizer.chat_template = template
    return tokenizer


@pytest.fixture(scope="session")
def writing_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model cache (for ``PLAYGROUND_MODELS``) with a random Llama and a random T5, both of 2 layers x 32."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM, T5Config, T5ForConditionalGeneration

    root, tokenizer = tmp_path_factory.mktemp("writing-models"), make_tokenizer()
    size = len(tokenizer)
    llama = LlamaConfig(
        vocab_size=size, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, intermediate_size=64,
        max_position_embeddings=128, pad_token_id=0, eos_token_id=3, bos_token_id=None, tie_word_embeddings=True, initializer_range=0.3,
    )  # fmt: skip
    t5 = T5Config(vocab_size=size, d_model=32, d_kv=16, d_ff=64, num_layers=2, num_heads=2, pad_token_id=0, eos_token_id=3,
                  decoder_start_token_id=0)  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made: dict[str, Any] = {LLAMA: LlamaForCausalLM(llama), T5: T5ForConditionalGeneration(t5)}
    for name, model in made.items():
        facts = get_model(name)
        model.save_pretrained(root / facts.slug)
        tokenizer.save_pretrained(root / facts.slug)
        write_manifest(root / facts.slug, facts, "folder", "made by the tests")
    return root


def _write_tokenizer(folder: Path) -> int:
    """Write a BERT tokenizer into ``folder`` and return the size of its vocabulary."""
    from transformers import BertTokenizer

    characters = [chr(code) for code in range(33, 127)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *(f"##{one}" for one in characters), *WORDS.split(), *CHINESE]
    vocabulary = {piece: place for place, piece in enumerate(dict.fromkeys(pieces))}
    BertTokenizer(vocab=vocabulary, model_max_length=128).save_pretrained(folder)
    return len(vocabulary)
