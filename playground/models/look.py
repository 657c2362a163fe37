"""Looking at a base model somebody names, before anything large of it is downloaded: by its id on a hub, or by a folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2

from playground.data.plain import plain
from playground.errors import ModelError
from playground.models.catalogue import CATALOGUE
from playground.models.examine import SMALL_FILE, LocalPlace, Published, Seen, examine
from playground.models.files import CONFIG
from playground.models.hub import HuggingFaceHub
from playground.models.modelscope import ModelScope
from playground.models.places import hand_made_folder
from playground.models.remote import Listing, RemoteFile, new_client, refusal
from playground.models.sources import reasons
from playground.models.transfer import SourceName
from playground.models.weights import LONGEST_HEADER, Tensors, parse_header

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
#: First parts of ids that stand for models of this machine.
_RESERVED: Final = ("folder", "run", "scratch")
_NAME_SHOWN: Final = 60


def look_up(model_id: str, token: str | None = None) -> Seen:
    """What a hub says about the model of this id, and what its small files and the headers of its weights say.

    Asked first is the Hugging Face hub (or its mirror), then ModelScope.

    :param token: what a person's account on the hub is known by, for models that need one. It goes to that hub and nowhere else.
    :raises ModelError: "model_id_malformed"; "model_nowhere" with the reason of each hub.
    """
    name = model_id.strip()
    if not _ID.fullmatch(name) or name.split("/")[0] in _RESERVED or ".." in name:
        raise ModelError("model_id_malformed", model=plain(name)[:_NAME_SHOWN] or "–")
    offered = next((model for model in CATALOGUE if model.id == name), None)
    if offered and not offered.gated:
        published = Published(name, offered.title, "catalogue", "hub", offered.languages, offered.licence)
        return Seen(published, offered, ())
    source, host, listing = _ask(name, token)
    title = name.split("/")[1]
    published = Published(name, title, "hub", source, listing.languages, listing.licence, listing.gated)
    seen = examine(_RemotePlace(listing, host, token if source == "hub" else None), published)
    # What the catalogue says of a model was checked; the hub was asked whether this person may have it.
    return replace(seen, published=replace(published, origin="catalogue"), model=seen.model and offered) if offered else seen


def folder_models() -> tuple[str, ...]:
    """Names of the models in the folder for models prepared by hand: its folders, and those one level below."""
    root = hand_made_folder()
    found = [*root.glob(f"*/{CONFIG}"), *root.glob(f"*/*/{CONFIG}")]
    return tuple(sorted(path.parent.relative_to(root).as_posix() for path in found if not path.parent.name.startswith(".")))


def look_at_folder(name: str) -> Seen:
    """What a folder of ``folder_models`` holds.

    :raises ModelError: "model_folder_unknown" for any other name.
    """
    if name not in folder_models():
        raise ModelError("model_folder_unknown", name=plain(name)[:_NAME_SHOWN])
    return _at(hand_made_folder() / name, name, _clean(name))


def look_at_path(folder: Path) -> Seen:
    """What any folder of this machine holds; for the command line only.

    :raises ModelError: "model_folder_unknown" if there is no model in it.
    """
    place = folder.resolve()
    if not (place / CONFIG).is_file():
        raise ModelError("model_folder_unknown", name=plain(folder.name)[:_NAME_SHOWN])
    return _at(place, place.name, f"{_clean(place.name)}-{_checksum(str(place))}")


def _at(folder: Path, name: str, clean: str) -> Seen:
    published = Published(f"folder/{clean}", plain(name)[:_NAME_SHOWN], "folder", "folder")
    return replace(examine(LocalPlace(folder), published), folder=folder)


def _clean(name: str) -> str:
    """A folder's name as part of an id; a checksum keeps apart what cannot be spelled in it."""
    clean = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:_NAME_SHOWN]
    return clean if clean == name else f"{clean}-{_checksum(name)}".strip("-")


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _ask(name: str, token: str | None) -> tuple[SourceName, str, Listing]:
    """The first hub that has it."""
    failures: list[tuple[SourceName, ModelError]] = []
    hub, modelscope = HuggingFaceHub(), ModelScope()
    try:
        return "hub", urlsplit(hub.endpoint).netloc, hub.listing(name, token)
    except ModelError as error:
        failures.append(("hub", error))
    try:
        return "modelscope", urlsplit(modelscope.endpoint).netloc, modelscope.listing(name)
    except ModelError as error:
        failures.append(("modelscope", error))
    raise ModelError("model_nowhere", model=name, reasons_en=reasons(failures, "en"), reasons_zh=reasons(failures, "zh"))


class _RemotePlace:
    """A repository of a hub, read in small pieces."""

    def __init__(self, listing: Listing, host: str, token: str | None) -> None:
        self._listing = listing
        self._host = host
        self._token = token

    @property
    def sizes(self) -> Mapping[str, int]:
        return {name: file.size or 0 for name, file in self._listing.files.items()}

    def read(self, name: str) -> bytes:
        return self._bytes(name, 0, SMALL_FILE)

    def tensors(self, name: str) -> Tensors:
        length = int.from_bytes(self._bytes(name, 0, 8), "little")
        if not 0 < length <= LONGEST_HEADER:
            raise ModelError("model_weights_unreadable", file=name, why="no safetensors header")
        try:
            return parse_header(self._bytes(name, 8, length))
        except ValueError as error:
            raise ModelError("model_weights_unreadable", file=name, why=str(error)) from error

    def _bytes(self, name: str, start: int, most: int) -> bytes:
        """At most ``most`` bytes from ``start`` on, whether the server can send parts or not."""
        file: RemoteFile = self._listing.files[name]
        wanted = {"Range": f"bytes={start}-{start + most - 1}", "Accept-Encoding": "identity"}
        with self._telling(name), new_client(self._token) as client, client.stream("GET", file.url, headers=wanted) as response:
            response.raise_for_status()
            skip = 0 if response.status_code == httpx2.codes.PARTIAL_CONTENT else start
            got = bytearray()
            for chunk in response.iter_bytes():
                got += chunk
                if len(got) >= skip + most:
                    break
        return bytes(got[skip : skip + most])

    @contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        try:
            yield
        except httpx2.HTTPStatusError as error:
            raise refusal(self._host, error.response.status_code, self._listing.gated) from error
        except httpx2.HTTPError as error:
            raise ModelError("source_interrupted", host=self._host, file=name, why=str(error) or type(error).__name__) from error
