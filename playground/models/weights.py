"""What safetensors files hold, from their headers alone: no weight is read. (Format: 8 bytes, the header's length; the header as JSON.)"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final

from playground.models.files import INDEX, WEIGHTS

#: Longest header believed, in bytes; that of a model of a hundred thousand tensors is about 10 MB.
LONGEST_HEADER: Final = 25_000_000
#: What embedding tables and output tables are called.
_EMBEDDINGS: Final = ("embed", "wte.", "wpe.", "shared.", "lm_head.")
_OUTPUT: Final = "lm_head.weight"
_BYTES: Final[Mapping[str, int]] = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I8": 1, "U8": 1}

#: Tensor name -> its shape and number format.
Tensors = Mapping[str, tuple[tuple[int, ...], str]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many weights a model's files hold."""

    parameters: int
    embedding_parameters: int
    #: Bytes most weights take in the file.
    stored_bytes: int


def parse_header(header: bytes) -> Tensors:
    """:raises ValueError: if this is no safetensors header."""
    values = json.loads(header)
    if not isinstance(values, dict):
        raise ValueError("no JSON object")
    try:
        return {name: (tuple(map(int, one["shape"])), str(one["dtype"])) for name, one in values.items() if name != "__metadata__"}
    except (TypeError, KeyError) as error:
        raise ValueError(f"unexpected header: {error}") from error


def read_tensors(path: Path) -> Tensors:
    """:raises ValueError: if the file is no safetensors file, or its data are not what the header says."""
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 0 < length <= LONGEST_HEADER:
            raise ValueError("no safetensors header")
        header = stream.read(length)
    tensors = parse_header(header)
    ends = [int(one["data_offsets"][1]) for name, one in json.loads(header).items() if name != "__metadata__"]
    if path.stat().st_size != 8 + length + max(ends, default=0):
        raise ValueError("the file is shorter or longer than its header says")
    return tensors


def count(files: Iterable[Tensors], config: Mapping[str, Any]) -> Counted:
    """The weights of one model; an output table that is tied to the embeddings counts once even where a file repeats it."""
    tensors = {name: one for file in files for name, one in file.items()}
    if config.get("tie_word_embeddings") is True and _OUTPUT in tensors and _repeated(tensors):
        del tensors[_OUTPUT]
    sizes = {name: prod(shape) for name, (shape, _) in tensors.items()}
    embeddings = sum(size for name, size in sizes.items() if any(piece in name for piece in _EMBEDDINGS))
    formats: dict[str, int] = {}
    for name, (_, number) in tensors.items():
        formats[number] = formats.get(number, 0) + sizes[name]
    most = max(formats, key=lambda number: formats[number], default="F32")
    return Counted(sum(sizes.values()), embeddings, _BYTES.get(most, 4))


def _repeated(tensors: Tensors) -> bool:
    shape = tensors[_OUTPUT][0]
    return any(other == shape and "embed" in name for name, (other, _) in tensors.items())


def weight_files(names: Iterable[str], index: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Files of weights among ``names``: the one, or those an index names; () if there are none.

    :param index: the content of ``model.safetensors.index.json``, if there is one.
    """
    present = set(names)
    if WEIGHTS in present:
        return (WEIGHTS,)
    listed = index.get("weight_map") if index else None
    if INDEX not in present or not isinstance(listed, dict):
        return ()
    parts = tuple(sorted({str(name) for name in listed.values()}))
    safe = all(name in present and name.endswith(".safetensors") and "/" not in name and "\\" not in name for name in parts)
    return parts if safe else ()
