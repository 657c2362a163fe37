"""Vectors of texts read before, so that a survey after a fix reads new texts only.

One folder a model and way of reading; in it parts, each with the digests of its texts, their vectors and their lengths in tokens
(safetensors). A part holds no text. Parts unused for longest go when the whole exceeds ``MOST_BYTES``.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from playground.training.embed import Matrix

#: Of all models together: about 300,000 vectors.
MOST_BYTES: Final = 256 * 10**6
_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What reading a text gives: one entry a text."""

    #: Unit length. Kept with 16 bits a number, so a text read now and one read last week are exactly equal.
    vectors: NDArray[np.float16]
    #: Tokens of the whole text.
    lengths: NDArray[np.int32]

    def as_float(self) -> Matrix:
        """The vectors to compute with."""
        return self.vectors.astype(np.float32)


class VectorCache:
    """The texts one model has read.

    :param root: of all models.
    :param name: of the model and the way of reading, as a file name.
    """

    def __init__(self, root: Path, name: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._root = root
        self._folder = root / name
        self._most_bytes = most_bytes
        #: What this process adds goes into one part, which grows.
        self._part = self._folder / f"{uuid.uuid4().hex}.safetensors"

    def find(self, texts: Sequence[str]) -> dict[str, tuple[NDArray[np.float16], int]]:
        """Vector and length of those of ``texts`` that were read before."""
        wanted = {_digest(text): text for text in texts}
        found: dict[str, tuple[NDArray[np.float16], int]] = {}
        for path in sorted(self._folder.glob("*.safetensors")):
            try:
                part = load_file(path)
                digests, vectors, lengths = part["digests"], part["vectors"], part["lengths"]
            except (OSError, KeyError, SafetensorError):
                path.unlink(missing_ok=True)  # damaged, or removed by another process at this moment
                continue
            hits = [(place, text) for place, digest in enumerate(digests) if (text := wanted.get(digest.tobytes())) is not None]
            found |= {text: (vectors[place], int(lengths[place])) for place, text in hits}
            if hits:
                with suppress(FileNotFoundError):
                    path.touch()  # used
        return found

    def keep(self, texts: Sequence[str], read: Read) -> None:
        """Everything this process has read so far, in place of what it kept before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digests = np.frombuffer(b"".join(map(_digest, texts)), np.uint8).reshape(len(texts), _DIGEST_BYTES)
        draft = self._part.with_suffix(".part")
        save_file({"digests": digests, "vectors": np.ascontiguousarray(read.vectors), "lengths": read.lengths}, draft)
        draft.replace(self._part)
        self._trim()

    def _trim(self) -> None:
        parts = [(path, path.stat()) for path in self._root.glob("*/*.safetensors")]
        total = sum(facts.st_size for _, facts in parts)
        for path, facts in sorted(parts, key=lambda part: part[1].st_mtime):
            if total > self._most_bytes and path != self._part:
                path.unlink(missing_ok=True)
                total -= facts.st_size


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_DIGEST_BYTES]
