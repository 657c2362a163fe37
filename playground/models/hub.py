"""The Hugging Face hub, or the mirror ``HF_ENDPOINT`` names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from playground.data.plain import plain
from playground.errors import ModelError
from playground.models.transfer import Report, SourceName
from playground.models.types import Model

if TYPE_CHECKING:
    from playground.models.remote import Listing

_LONGEST_LICENCE: Final = 80
#: With more than these a model counts as one for all languages.
_MOST_LANGUAGES: Final = 20


class HuggingFaceHub:
    """Addresses, revision and published checksums through huggingface_hub; the bytes are streamed by ``remote``.

    A token is sent for gated models only, to this host only: public models need none, and a stale token would turn into a refusal.
    """

    name: SourceName = "hub"

    def __init__(self, endpoint: str | None = None, token: str | None = None) -> None:
        """:param token: for gated models; None takes ``HF_TOKEN``, if it is set. Kept in memory, never written."""
        self._endpoint = endpoint
        self._token = token

    @property
    def endpoint(self) -> str:
        """The hub asked: the mirror of the environment, else the Hugging Face hub itself."""
        from huggingface_hub import constants

        return (self._endpoint or os.environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/")

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        """Download the files of one revision, and return that revision.

        :raises ModelError: see ``remote``; "source_offline" when HF_HUB_OFFLINE is set.
        """
        from playground.models.remote import download_files

        token = (self._token or os.environ.get("HF_TOKEN")) if model.gated else None
        listing = self.listing(model.id, token, gated=model.gated)
        download_files(model, listing.files, urlsplit(self.endpoint).netloc, folder, report, token=token)
        return f"{model.id}@{listing.revision}"

    def listing(self, model_id: str, token: str | None = None, *, gated: bool = False) -> Listing:
        """The files of the newest revision and what the hub says about the model.

        :param gated: whether it is known to be gated, so that a refusal can say so.
        :raises ModelError: see ``remote``; "source_offline" when HF_HUB_OFFLINE is set.
        """
        from huggingface_hub import HfApi, constants, hf_hub_url

        from playground.models.remote import CONNECT_SECONDS, REACHABILITY, Listing, RemoteFile

        if constants.is_offline_mode():
            raise ModelError("source_offline")
        endpoint = self.endpoint
        api = HfApi(endpoint=endpoint, token=token or False)
        info = REACHABILITY.ask(endpoint, lambda: api.model_info(model_id, files_metadata=True, timeout=CONNECT_SECONDS), gated=gated)
        files = {
            entry.rfilename: RemoteFile(
                hf_hub_url(model_id, entry.rfilename, revision=info.sha, endpoint=endpoint),
                entry.size,
                entry.lfs.sha256 if entry.lfs else None,
            )
            for entry in info.siblings or ()
        }
        card = vars(info.card_data) if info.card_data else {}
        return Listing(
            str(info.sha),
            files,
            licence=licence_of(card),
            languages=languages_of(card.get("language")),
            gated=bool(info.gated or info.private),
        )


def licence_of(card: Mapping[str, Any]) -> str:
    """The licence in a model card's front matter; its own name where the hub has none for it ("other")."""
    told = card.get("license")
    if told == "other":
        told = card.get("license_name", told)
    named = [str(name) for name in told] if isinstance(told, list) else [str(told)] if told else []
    return plain(", ".join(named))[:_LONGEST_LICENCE]


def languages_of(told: Any) -> tuple[str, ...]:
    """The languages in a model card's front matter as ISO 639-1 codes; "multi" where there are too many to name."""
    listed = [told] if isinstance(told, str) else [str(code) for code in told] if isinstance(told, list) else []
    codes = list(dict.fromkeys(code.lower()[:2] if re.fullmatch("[A-Za-z]{2}(-.*)?", code) else code.lower() for code in listed))
    if "multilingual" in codes or len(codes) > _MOST_LANGUAGES:
        return (*(code for code in ("en", "zh") if code in codes), "multi")
    return tuple(code for code in codes if re.fullmatch("[a-z]{2,3}", code))
