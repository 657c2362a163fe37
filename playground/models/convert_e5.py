"""multilingual-e5-small from its 4-bit package file (magic E5S1) to what ``BertModel`` loads; numpy only, in one pass."""

from __future__ import annotations

import json
import mmap
import shutil
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np

from playground.errors import ModelError
from playground.models.tensors import PIECE, Array, in_pieces, write_safetensors
from playground.models.verify import CONFIG, TOKENIZER, WEIGHTS

_MAGIC: Final = b"E5S1"
#: A Q4_0 block: 32 values in an fp16 scale and 16 bytes of nibbles.
_BLOCK_VALUES: Final = 32
_BLOCK: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])

#: Part of a layer -> its name in BertModel.
_LAYER_PARTS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_TOKENS: Final = {"bos": "<s>", "eos": "</s>", "unk": "<unk>", "sep": "</s>", "pad": "<pad>", "cls": "<s>", "mask": "<mask>"}


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes in the file's header."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pad: int


@dataclass(frozen=True, slots=True)
class _Stored:
    """Where one tensor lies in the file."""

    count: int
    offset: int
    length: int


def convert(source: Path, tokenizer: Path, folder: Path) -> None:
    """Write config, weights and tokenizer into ``folder``.

    The source has no pooler, which a classification head stands on. It gets the identity: the head then starts from tanh of the
    first token's own hidden state instead of a random mixture of it (README of the tests has the comparison).

    :raises ModelError: "source_archive_unreadable" if the file is not what it should be.
    """
    try:
        with source.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            shape, stored = _read_header(data)
            shapes = _shapes(shape)
            tensors = ((name, _values(data, stored, shape, name)) for name in shapes)
            write_safetensors(folder / WEIGHTS, shapes, tensors)
    except (struct.error, KeyError, ValueError) as error:
        raise ModelError("source_archive_unreadable", file=source.name, why=str(error)) from error
    _write_json(folder / CONFIG, _config(shape))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(shape))
    shutil.copyfile(tokenizer, folder / TOKENIZER)


class _Reader:
    """Takes packed values off a buffer, one format after the other."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._position = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._position)
        self._position += struct.calcsize(layout)
        return values

    def text(self, length: int) -> str:
        return self.take(f"<{length}s")[0].decode("ascii")  # type: ignore[no-any-return]

    def skip(self, length: int) -> None:
        self._position += length


def _read_header(data: mmap.mmap) -> tuple[Shape, Mapping[str, _Stored]]:
    if data[:4] != _MAGIC:
        raise ValueError(f"it starts with {data[:4]!r}, not {_MAGIC!r}")
    reader = _Reader(data)
    reader.skip(8)
    sizes = reader.take("<7i")
    epsilon, _ = reader.take("<fi")
    pieces, _, _, pad, _ = reader.take("<5i")
    (blob,) = reader.take("<Q")
    reader.skip(4 * (pieces + 1) + 4 * pieces + blob)  # the vocabulary: tokenizer.json has it too
    _, normaliser = reader.take("<iI")
    reader.skip(normaliser)
    (tensors,) = reader.take("<i")
    stored: dict[str, _Stored] = {}
    for _ in range(tensors):
        name = reader.text(reader.take("<H")[0])
        reader.take("<B")
        stored[name] = _Stored(*_reordered(reader.take("<IQQ")))
    return Shape(*sizes, epsilon=epsilon, pad=pad), stored


def _reordered(entry: tuple[int, ...]) -> tuple[int, int, int]:
    count, offset, length = entry
    return count, offset, length


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False), encoding="utf-8")
