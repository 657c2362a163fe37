"""Writing safetensors one tensor after another, so that a conversion never holds a whole model in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
#: Number formats on disk. Values that come from 4-bit blocks are written as F16: the rounding is a hundredth of the blocks' own error,
#: and half the bytes are read at every start. What the source holds in full precision stays F32. ``dtype`` in config.json says
#: float32, so that is what ``from_pretrained`` computes in unless it is told otherwise.
Stored = Literal["F16", "F32"]
_TYPES: Final[Mapping[Stored, np.dtype[Any]]] = {"F16": np.dtype("<f2"), "F32": np.dtype("<f4")}
#: Values dequantized at once.
PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor to write."""

    shape: tuple[int, ...]
    stored: Stored
    #: Its values in order, in pieces of any size; asked once.
    pieces: Callable[[], Iterator[Array]]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return prod(self.shape) * _TYPES[self.stored].itemsize


def write_safetensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write ``tensors`` in order.

    :raises ValueError: if a tensor's pieces do not add up to its shape.
    """
    encoded = _header(tensors)
    with path.open("wb") as stream:
        stream.write(len(encoded).to_bytes(8, "little"))
        stream.write(encoded)
        for name, tensor in tensors.items():
            end = stream.tell() + tensor.size
            for piece in tensor.pieces():
                stream.write(piece.astype(_TYPES[tensor.stored], copy=False).tobytes())
            if stream.tell() != end:
                raise ValueError(f"{name} does not have the {prod(tensor.shape)} values of its shape")


def _header(tensors: Mapping[str, Tensor]) -> bytes:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    start = 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": tensor.stored, "shape": tensor.shape, "data_offsets": (start, start + tensor.size)}
        start += tensor.size
    encoded = json.dumps(header, separators=(",", ":")).encode()
    return encoded + b" " * (-len(encoded) % 8)  # the format aligns the data to 8 bytes
