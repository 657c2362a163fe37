"""The Hugging Face hub, or the mirror ``HF_ENDPOINT`` names."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from playground.errors import ModelError
from playground.models.transfer import Report, SourceName
from playground.models.types import Model


class HuggingFaceHub:
    """Addresses, revision and published checksums through huggingface_hub; the bytes are streamed by ``remote``.

    No token is ever sent: every model of the catalogue is public, and a stale token would turn into a refusal.
    """

    name: SourceName = "hub"

    def __init__(self, endpoint: str | None = None) -> None:
        self._endpoint = endpoint

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        """Download the files of one revision, and return that revision.

        :raises ModelError: see ``remote``; "source_offline" when HF_HUB_OFFLINE is set.
        """
        from huggingface_hub import HfApi, constants, hf_hub_url

        from playground.models.remote import CONNECT_SECONDS, REACHABILITY, RemoteFile, download_files

        if constants.is_offline_mode():
            raise ModelError("source_offline")
        endpoint = (self._endpoint or os.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")
        api = HfApi(endpoint=endpoint, token=False)
        info = REACHABILITY.ask(endpoint, lambda: api.model_info(model.id, files_metadata=True, timeout=CONNECT_SECONDS))
        offered = {
            entry.rfilename: RemoteFile(
                hf_hub_url(model.id, entry.rfilename, revision=info.sha, endpoint=endpoint),
                entry.size,
                entry.lfs.sha256 if entry.lfs else None,
            )
            for entry in info.siblings or ()
        }
        download_files(model, offered, urlsplit(endpoint).netloc, folder, report)
        return f"{model.id}@{info.sha}"
