"""What a base model is, from its small files and the headers of its weights: everything that can be known before it is downloaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from playground.errors import ModelError
from playground.models.architectures import kind_of, shape_of
from playground.models.files import CONFIG, INDEX, OPTIONAL, TOKENIZER, WEIGHTS
from playground.models.transfer import SourceName
from playground.models.types import FileFact, Model, Origin, Pooling
from playground.models.verify import refuse_code, tensors_of
from playground.models.weights import Counted, Tensors, count, weight_files

#: Longest small file believed, in bytes.
SMALL_FILE: Final = 10_000_000
_POOLING: Final = "1_Pooling/config.json"
_TOKENIZER_CONFIG: Final = "tokenizer_config.json"


class Place(Protocol):
    """Where a model's files lie, on a hub or on this machine."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Bytes of every file by its path; 0 where nobody says."""

    def read(self, name: str) -> bytes:
        """A small file.

        :raises ModelError: if it cannot be had.
        """

    def tensors(self, name: str) -> Tensors:
        """What a file of weights holds.

        :raises ModelError: if it cannot be had or is no safetensors file.
        """


@dataclass(frozen=True, slots=True)
class Published:
    """What whoever offers a model says about it."""

    id: str
    title: str
    origin: Origin
    source: SourceName
    languages: tuple[str, ...] = ()
    licence: str = ""
    gated: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found out about a model before anything of it was downloaded."""

    published: Published
    #: None where something kept us from knowing it; then ``refusals`` says what.
    model: Model | None
    #: Why it cannot be used, each with its reason and the next step; () if it can.
    refusals: tuple[ModelError, ...]
    #: A folder of this machine that holds it; never shown.
    folder: Path | None = None

    def require(self) -> Model:
        """:raises ModelError: the first reason why it cannot be used."""
        if self.refusals or self.model is None:
            raise self.refusals[0]
        return self.model


@dataclass(frozen=True, slots=True)
class LocalPlace:
    """A folder of this machine."""

    folder: Path

    @property
    def sizes(self) -> Mapping[str, int]:
        """Its files, and those of its own folders."""
        files = [*self.folder.glob("*"), *self.folder.glob("*/*")]
        return {path.relative_to(self.folder).as_posix(): path.stat().st_size for path in files if path.is_file()}

    def read(self, name: str) -> bytes:
        """:raises ModelError: "model_config_unreadable"."""
        try:
            with (self.folder / name).open("rb") as stream:
                return stream.read(SMALL_FILE)
        except OSError as error:
            raise ModelError("model_config_unreadable", file=name, why=error.strerror or type(error).__name__) from error

    def tensors(self, name: str) -> Tensors:
        """:raises ModelError: "model_weights_unreadable"."""
        return tensors_of(self.folder / name)


def examine(place: Place, published: Published) -> Seen:
    """Read what is small, count what is large.

    :raises ModelError: if the place cannot be read at all.
    """
    if CONFIG not in place.sizes:
        return Seen(published, None, (ModelError("model_file_missing", file=CONFIG),))
    try:
        config = _json(place, CONFIG)
        weights = _weights(place)
        counted = count((place.tensors(name) for name in weights), config)
    except ModelError as error:
        return Seen(published, None, (error,))
    refusals = tuple(_refusals(place, config, weights))
    return Seen(published, _model(place, published, config, weights, counted), refusals)


def _weights(place: Place) -> tuple[str, ...]:
    return weight_files(place.sizes, _json(place, INDEX) if INDEX in place.sizes and WEIGHTS not in place.sizes else None)


def _refusals(place: Place, config: Mapping[str, Any], weights: tuple[str, ...]) -> list[ModelError]:
    """Every reason not to load this model, whatever it is wanted for."""
    found: list[ModelError] = []
    for name in (CONFIG, _TOKENIZER_CONFIG):
        if name in place.sizes:
            try:
                refuse_code(_json(place, name), name)
            except ModelError as error:
                found.append(error)
    shape = shape_of(config)
    if kind_of(shape.architecture) is None or not shape.hidden or not shape.layers:
        found.append(ModelError("model_architecture", architecture=shape.architecture or "?"))
    if "quantization_config" in config:
        found.append(ModelError("model_quantized_already"))
    if not weights:
        found.append(ModelError("source_no_safetensors", file=WEIGHTS))
    if TOKENIZER not in place.sizes:
        found.append(ModelError("model_no_tokenizer", file=TOKENIZER))
    return found


def _model(place: Place, published: Published, config: Mapping[str, Any], weights: tuple[str, ...], counted: Counted) -> Model:
    shape = shape_of(config)
    kind = kind_of(shape.architecture) or "encoder"
    asked = (*weights, CONFIG, TOKENIZER, *((INDEX,) if len(weights) > 1 else ()))
    files = (*(FileFact(name) for name in asked), *OPTIONAL)
    return Model(
        id=published.id, title=published.title, kind=kind, architecture=shape.architecture, parameters=counted.parameters,
        embedding_parameters=counted.embedding_parameters, layers=shape.layers, hidden=shape.hidden, max_positions=shape.positions,
        languages=published.languages, licence=published.licence, gated=published.gated,
        pooling=_pooling(place) if kind == "encoder" else "last", stored_bytes=counted.stored_bytes,
        size_mb=sum(place.sizes.get(fact.name, 0) for fact in files) / 1e6, files=files, origin=published.origin,
    )  # fmt: skip


def _pooling(place: Place) -> Pooling:
    """As sentence-transformers notes it beside a model; the mean where it does not."""
    if _POOLING not in place.sizes:
        return "mean"
    try:
        return "cls" if _json(place, _POOLING).get("pooling_mode_cls_token") is True else "mean"
    except ModelError:
        return "mean"


def _json(place: Place, name: str) -> dict[str, Any]:
    try:
        values = json.loads(place.read(name))
    except ValueError as error:
        raise ModelError("model_config_unreadable", file=name, why=str(error)) from error
    if not isinstance(values, dict):
        raise ModelError("model_config_unreadable", file=name, why=type(values).__name__)
    return values
