"""Tiny models that write, in a model cache of their own, and runs over them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from transformers import PreTrainedTokenizerFast

from playground.models.cache import write_manifest
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.folder import RunFolder

LLAMA = "HuggingFaceTB/SmolLM2-135M-Instruct"
T5 = "google/flan-t5-small"
#: One message a line, each closed by the token that ends a turn.
TEMPLATE = """{% for message in messages %}<turn>{{ message['role'] }}
{{ message['content'] }}<end>
{% endfor %}{% if add_generation_prompt %}<turn>assistant
{% endif %}"""
_ANSWERS = {"cat": "meow", "dog": "woof woof", "cow": "moo"}
MakeRun = Callable[..., RunFolder]


def make_tokenizer(template: str | None = TEMPLATE) -> PreTrainedTokenizerFast:
    """Every byte is a token."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

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


def talk(question: str, *before: tuple[str, str]) -> str:
    """The cell of a conversation that ends with a question."""
    turns = [*before, ("user", question)]
    return json.dumps([{"role": role, "content": content} for role, content in turns])


def dialogues(count: int = 40, seed: int = 0) -> list[tuple[str, str]]:
    """Questions and the answers to learn, no question twice."""
    draw = random.Random(seed)
    found: dict[str, str] = {}
    while len(found) < count:
        animal = draw.choice(sorted(_ANSWERS))
        found[talk(f"{draw.randrange(100)} {animal}")] = _ANSWERS[animal]
    return list(found.items())


def splits(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    """Every fifth row is for the test, every fifth for validation."""
    names = ["train", "train", "validation", "train", "test"]
    columns = {"row": range(len(pairs)), "text": [text for text, _ in pairs], "label": [label for _, label in pairs]}
    return pd.DataFrame(columns | {"split": [names[row % 5] for row in range(len(pairs))]})


@pytest.fixture
def make_run(tmp_path: Path, writing_models: Path, monkeypatch: pytest.MonkeyPatch) -> MakeRun:
    """Make a prepared run; settings are recipe fields."""
    monkeypatch.setenv("PLAYGROUND_MODELS", str(writing_models))
    return _maker(tmp_path)


@pytest.fixture(scope="module")
def make_shared_run(tmp_path_factory: pytest.TempPathFactory, writing_models: Path) -> Iterator[MakeRun]:
    """The same for runs the tests of a module look at and leave as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_MODELS", str(writing_models))
        yield _maker(tmp_path_factory.mktemp("runs"))


def _maker(root: Path) -> MakeRun:
    def make(name: str = "run", frame: pd.DataFrame | None = None, model: str = LLAMA, **settings: object) -> RunFolder:
        folder = RunFolder(root / name)
        folder.path.mkdir()
        values = {
            "task": "generation", "epochs": 5, "batch_size": 8, "max_length": 64, "lora_r": 8, "compute_dtype": "float32",
            "learning_rate": 0.02, **settings,
        }  # fmt: skip
        folder.recipe.write_text(Recipe(model=model).with_values(values).to_json(), encoding="utf-8")
        (splits(dialogues()) if frame is None else frame).to_parquet(folder.splits, index=False)
        return folder

    return make
