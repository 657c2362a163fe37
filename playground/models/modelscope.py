"""ModelScope, the hub most people in China reach. Its plain HTTP interface is enough; its package is not needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from playground.models.transfer import Report, SourceName
from playground.models.types import Model

_ENDPOINT: Final = "https://www.modelscope.cn"
_REVISION: Final = "master"


class ModelScope:
    """Files of a repository as ModelScope lists them, with the sizes and SHA-256 it publishes.

    ``MODELSCOPE_DOMAIN`` names another host, as it does for ModelScope's own tools.
    """

    name: SourceName = "modelscope"

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = endpoint

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        """Download the files and return repository and revision.

        :raises ModelError: see ``remote``.
        """
        from playground.models.remote import CONNECT_SECONDS, REACHABILITY, RemoteFile, download_files, new_client

        endpoint = (self._endpoint or _configured() or _ENDPOINT).rstrip("/")
        repository = f"{endpoint}/api/v1/models/{quote(model.modelscope_id)}/repo"

        def listing() -> Mapping[str, Any]:
            with new_client() as client:
                response = client.get(f"{repository}/files", params={"Revision": _REVISION, "Recursive": "true"}, timeout=CONNECT_SECONDS)
                response.raise_for_status()
                return files_of(response.json())

        offered = {
            name: RemoteFile(f"{repository}?Revision={_REVISION}&FilePath={quote(name)}", entry.get("Size"), entry.get("Sha256") or None)
            for name, entry in REACHABILITY.ask(endpoint, listing).items()
        }
        download_files(model, offered, urlsplit(endpoint).netloc, folder, report)
        return f"{model.modelscope_id}@{_REVISION}"


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
