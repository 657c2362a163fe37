"""ModelScope, the hub most people in China reach. Its plain HTTP interface is enough; its package is not needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from playground.models.transfer import Report, SourceName
from playground.models.types import Model

if TYPE_CHECKING:
    from playground.models.remote import Listing

_ENDPOINT: Final = "https://www.modelscope.cn"
_REVISION: Final = "master"


class ModelScope:
    """Files of a repository as ModelScope lists them, with the sizes and SHA-256 it publishes.

    ``MODELSCOPE_DOMAIN`` names another host, as it does for ModelScope's own tools.
    """

    name: SourceName = "modelscope"

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = endpoint

    @property
    def endpoint(self) -> str:
        """The host asked."""
        return (self._endpoint or _configured() or _ENDPOINT).rstrip("/")

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        """Download the files and return repository and revision.

        :raises ModelError: see ``remote``.
        """
        from playground.models.remote import download_files

        name = model.modelscope_id or model.id
        download_files(model, self.listing(name).files, urlsplit(self.endpoint).netloc, folder, report)
        return f"{name}@{_REVISION}"

    def listing(self, name: str) -> Listing:
        """The files of a repository; a licence is not part of ModelScope's listing.

        :raises ModelError: see ``remote``.
        """
        from playground.models.remote import CONNECT_SECONDS, REACHABILITY, Listing, RemoteFile, new_client

        repository = f"{self.endpoint}/api/v1/models/{quote(name)}/repo"

        def ask() -> Mapping[str, Any]:
            with new_client() as client:
                response = client.get(f"{repository}/files", params={"Revision": _REVISION, "Recursive": "true"}, timeout=CONNECT_SECONDS)
                response.raise_for_status()
                return files_of(response.json())

        files = {
            path: RemoteFile(f"{repository}?Revision={_REVISION}&FilePath={quote(path)}", entry.get("Size"), entry.get("Sha256") or None)
            for path, entry in REACHABILITY.ask(self.endpoint, ask).items()
        }
        return Listing(_REVISION, files)


def files_of(answer: Any) -> Mapping[str, Any]:
    """Path -> entry of every file in ModelScope's answer.

    :raises ValueError: if it has another shape.
    """
    try:
        return {entry["Path"]: entry for entry in answer["Data"]["Files"] if entry.get("Type") != "tree"}
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"unexpected listing: {str(answer)[:120]}") from error


def _configured() -> str | None:
    domain = os.environ.get("MODELSCOPE_DOMAIN")
    return domain if domain is None or "://" in domain else f"https://{domain}"
