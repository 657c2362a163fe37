"""Writing safetensors one tensor after another, so that a conversion never holds a whole model in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
#: Weights go to disk in half precision. They come from 4-bit blocks, whose own error is a hundred times the rounding's, and half the
#: bytes are read at every start. ``dtype`` in config.json says float32, so that is what ``from_pretrained`` computes in unless told.
STORED: Final = np.dtype("<f2")
#: Values dequantized at once.
PIECE: Final = 1 << 20


def write_safetensors(path: Path, shapes: Mapping[str, tuple[int, ...]], tensors: Iterable[tuple[str, Iterator[Array]]]) -> None:
    """Write the tensors named in ``shapes``, each given as the pieces of its values in order.

    :raises ValueError: if a tensor comes out of order or with another number of values than its shape has.
    """
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        size = prod(shape) * STORED.itemsize
        header[name] = {"dtype": "F16", "shape": list(shape), "data_offsets": [end, end + size]}  # type: ignore[dict-item]
        end += size
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)  # the format aligns the data to 8 bytes
    with path.open("wb") as stream:
        stream.write(len(encoded).to_bytes(8, "little"))
        stream.write(encoded)
        start = stream.tell()
        names = iter(shapes)
        for name, pieces in tensors:
            if name != next(names, None):
                raise ValueError(f"{name} is out of order")
            for piece in pieces:
                stream.write(piece.astype(STORED).tobytes())
            if stream.tell() - start != header[name]["data_offsets"][1]:  # type: ignore[index]
                raise ValueError(f"{name} has another number of values than {shapes[name]}")
        if stream.tell() - start != end:
            raise ValueError("tensors are missing")


def in_pieces(values: Array) -> Iterator[Array]:
    """``values`` whole, for tensors that are small or already in memory."""
    yield values
