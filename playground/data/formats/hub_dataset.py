"""A dataset of the Hugging Face hub, or of the mirror ``HF_ENDPOINT`` names, by its name.

The hub keeps a copy of every public dataset as Parquet; only that copy is fetched, never a dataset's own script. No token is sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from playground.data.formats.several import split_of
from playground.data.limits import LIMITS, Limits
from playground.data.read import read_tables
from playground.data.types import Table
from playground.errors import DatasetError

if TYPE_CHECKING:
    import httpx2

_NAME: Final = re.compile(r"(?!.*\.\.)[\w.-]{1,96}(?:/[\w.-]{1,96})?", re.ASCII)
#: What people copy from the address bar.
_ADDRESS: Final = re.compile(r"^https?://[^/]+/datasets/|^datasets/")
#: Seconds to wait for a connection, and without a single byte after that.
_CONNECT_SECONDS: Final = 3.0
_STALL_SECONDS: Final = 30.0
_PART: Final = 1 << 20
_USUAL: Final = ("default", "plain_text")

#: Configuration -> split -> addresses of its parts.
Listing = Mapping[str, Mapping[str, list[str]]]


def read_hub_dataset(name: str, *, config: str | None = None, endpoint: str | None = None, limits: Limits = LIMITS) -> Table:
    """The table of a dataset, with its splits.

    :raises DatasetError: whatever ``fetch_hub_dataset`` or ``read_tables`` raises.
    """
    files = fetch_hub_dataset(name, config=config, endpoint=endpoint, limits=limits)
    return replace(read_tables(files, limits=limits), name=plain_name(name))


def fetch_hub_dataset(
    name: str, *, config: str | None = None, endpoint: str | None = None, limits: Limits = LIMITS
) -> list[tuple[bytes, str]]:
    """The dataset's Parquet files, called after their splits: bytes and name of each, as ``read_tables`` takes them.

    :param name: "owner/dataset" or "dataset", or the address of its page.
    :param config: which of its configurations; None for the only one or the default.
    :raises DatasetError: "hub_name_wrong", "hub_offline", "hub_unreachable", "hub_refused", "hub_dataset_missing", "hub_config_missing"
        naming those there are, "file_too_large".
    """
    import httpx2
    from huggingface_hub import constants

    plain = plain_name(name)
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "TRUE", "YES", "ON"):
        raise DatasetError("hub_offline", name=plain)
    base = f"{(endpoint or os.environ.get('HF_ENDPOINT') or constants.ENDPOINT).rstrip('/')}/api/datasets/{plain}/parquet"
    host = urlsplit(base).netloc
    timeout = httpx2.Timeout(_STALL_SECONDS, connect=_CONNECT_SECONDS)
    try:
        with httpx2.Client(timeout=timeout, follow_redirects=True) as client:
            listing = _listing(client, base)
            chosen = _config(listing, config, plain)
            return _files(client, f"{base}/{quote(chosen, safe='')}", listing[chosen], plain, limits)
    except httpx2.HTTPStatusError as error:
        status = error.response.status_code
        # The hub answers 401 for a dataset that is not there.
        if status in (401, 403, 404):
            raise DatasetError("hub_dataset_missing", name=plain, host=host) from error
        raise DatasetError("hub_refused", name=plain, host=host, status=str(status)) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise DatasetError("hub_unreachable", host=host, why=str(error).strip() or type(error).__name__) from error
    except (ValueError, TypeError, AttributeError) as error:  # an answer that is no listing
        raise DatasetError("hub_refused", name=plain, host=host, status="?") from error


def plain_name(name: str) -> str:
    """ "owner/dataset", be it given so or as the address of its page. :raises DatasetError: "hub_name_wrong"."""
    plain = _ADDRESS.sub("", name.strip()).rstrip("/")
    if not _NAME.fullmatch(plain):
        raise DatasetError("hub_name_wrong", name=plain[:80])
    return plain


def _listing(client: httpx2.Client, address: str) -> Listing:
    response = client.get(address)
    response.raise_for_status()
    answer: Any = response.json()
    return {str(config): {str(split): list(parts) for split, parts in splits.items()} for config, splits in answer.items()}


def _config(listing: Listing, wanted: str | None, name: str) -> str:
    if not listing:
        raise DatasetError("hub_dataset_missing", name=name, host="parquet")
    if wanted is not None and wanted in listing:
        return wanted
    usual = [config for config in _USUAL if config in listing]
    if wanted is None and (usual or len(listing) == 1):
        return usual[0] if usual else next(iter(listing))
    shown = ", ".join(list(listing)[:10]) + (" …" if len(listing) > 10 else "")
    raise DatasetError("hub_config_missing", name=name, configs=shown)


def _files(client: httpx2.Client, base: str, splits: Mapping[str, list[str]], name: str, limits: Limits) -> list[tuple[bytes, str]]:
    """Every part of the splits with a usual name; of all splits if none has one."""
    known = {split: parts for split, parts in splits.items() if split_of(split)} or splits
    files: list[tuple[bytes, str]] = []
    left = limits.file_bytes
    for split, parts in known.items():
        for number in range(len(parts)):
            # The address is put together here: the listing's own would go past a mirror, or anywhere.
            data = _download(client, f"{base}/{quote(split, safe='')}/{number}.parquet", left, name, limits)
            left -= len(data)
            files.append((data, f"{split}-{number:05}.parquet"))
    return files


def _download(client: httpx2.Client, address: str, most: int, name: str, limits: Limits) -> bytes:
    """:raises DatasetError: "file_too_large" as soon as there are more bytes than ``most``."""
    parts: list[bytes] = []
    size = 0
    with client.stream("GET", address) as response:
        response.raise_for_status()
        for part in response.iter_bytes(_PART):
            size += len(part)
            if size > most:
                limit = limits.file_bytes // 1_000_000
                raise DatasetError("file_too_large", name=name, megabytes=limit + (size - most) // 1_000_000 + 1, limit=limit)
            parts.append(part)
    return b"".join(parts)
