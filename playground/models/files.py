"""The files a hub or a folder is asked for. Facts that were not seen are left open; what a hub itself publishes is checked then."""

from __future__ import annotations

from typing import Final

from playground.models.types import FileFact

CONFIG: Final = "config.json"
WEIGHTS: Final = "model.safetensors"
#: Names the files of weights that are kept in several.
INDEX: Final = "model.safetensors.index.json"
TOKENIZER: Final = "tokenizer.json"

OPTIONAL: Final = tuple(
    FileFact(name, required=False)
    for name in ("tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "generation_config.json", "chat_template.jinja")
)
USUAL: Final = (FileFact(WEIGHTS), FileFact(CONFIG), FileFact(TOKENIZER), *OPTIONAL)
