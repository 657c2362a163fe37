"""What the two hubs have in common: a listing that must answer soon, and files streamed to disk, resumed and checked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import httpx2

from playground.errors import ModelError
from playground.models.transfer import Report, after, check_file, sha256_of, within
from playground.models.types import FileFact, Model

T = TypeVar("T")

#: Seconds to wait for a connection; a hub that is blocked must cost no more.
CONNECT_SECONDS: Final = 3.0
#: Seconds for the whole listing, name lookup included.
LISTING_SECONDS: Final = 4.0
#: Seconds without a single byte after which a transfer is broken off (and resumed).
_STALL_SECONDS: Final = 30.0
#: Attempts in a row that bring no new byte, after which a transfer is given up.
_FRUITLESS_ATTEMPTS: Final = 3
#: Seconds during which a host that could not be reached is not asked again.
FORGET_SECONDS: Final = 300.0


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file a hub offers."""

    url: str
    #: As the hub publishes them; None where it does not.
    size: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a hub says about one model."""

    revision: str
    #: Path -> file.
    files: Mapping[str, RemoteFile]
    #: As the hub names it; "" where it names none.
    licence: str = ""
    languages: tuple[str, ...] = ()
    #: Whether only people it knows may have the files.
    gated: bool = False


class Reachability:
    """Remembers in this process which hosts did not answer, so that only the first question pays for it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failed: dict[str, float] = {}
        self._lock = threading.Lock()

    def ask(self, endpoint: str, question: Callable[[], T], *, gated: bool = False) -> T:
        """The answer of ``question``, which talks to ``endpoint``.

        :param gated: whether a refusal means that the licence was not accepted.
        :raises ModelError: "source_unreachable", "source_unreachable_lately", "source_without_model", "source_gated" or "source_refused".
        """
        host = urlsplit(endpoint).netloc or endpoint
        with self._lock:
            failed = self._failed.get(host)
        if failed is not None and self._clock() - failed < FORGET_SECONDS:
            raise ModelError("source_unreachable_lately", host=host, seconds=round(self._clock() - failed))
        try:
            answer = within(LISTING_SECONDS, question)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:  # TimeoutError is an OSError
            answered = getattr(error, "response", None)
            if answered is not None:
                raise refusal(host, answered.status_code, gated) from error
            with self._lock:
                self._failed[host] = self._clock()
            raise ModelError("source_unreachable", host=host, why=_reason(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError("source_not_understood", host=host, why=_reason(error)) from error
        with self._lock:
            self._failed.pop(host, None)
        return answer


#: One memory for the process: both hubs and every fetch share it.
REACHABILITY: Final = Reachability()


def new_client(token: str | None = None) -> httpx2.Client:
    """A client with our timeouts; proxies come from the environment as usual.

    :param token: sent with every request to the host that is asked; a redirect to another host (a file server) goes without it.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx2.Client(timeout=httpx2.Timeout(_STALL_SECONDS, connect=CONNECT_SECONDS), follow_redirects=True, headers=headers)


def download_files(
    model: Model, offered: Mapping[str, RemoteFile], host: str, folder: Path, report: Report, *, token: str | None = None
) -> None:
    """Stream every file of ``model`` on offer into ``folder``, each checked against the catalogue and the hub's own listing.

    :raises ModelError: "source_no_safetensors", "model_file_missing", "source_interrupted", "source_gated", "source_refused" or a failed
        check.
    """
    for fact in model.files:
        if fact.required and fact.name not in offered:
            raise ModelError("source_no_safetensors" if fact.name.endswith(".safetensors") else "model_file_missing", file=fact.name)
    wanted = [_expected(fact, offered[fact.name]) for fact in model.files if fact.name in offered]
    total = sum(fact.size for fact in wanted if fact.size) if all(fact.size for fact in wanted) else None
    done = 0
    with new_client(token) as client:
        for fact in wanted:
            try:
                digest = _download(client, offered[fact.name].url, host, folder / fact.name, after(done, total, report))
            except httpx2.HTTPStatusError as error:
                raise refusal(host, error.response.status_code, model.gated) from error
            check_file(folder / fact.name, fact, digest)
            done += (folder / fact.name).stat().st_size


def _expected(fact: FileFact, remote: RemoteFile) -> FileFact:
    """The catalogue's facts, completed by what the hub publishes."""
    return replace(fact, size=remote.size if fact.size is None else fact.size, sha256=fact.sha256 or remote.sha256)


def _download(client: httpx2.Client, url: str, host: str, target: Path, report: Callable[[int], None]) -> str:
    fruitless = 0
    while True:
        before = target.stat().st_size if target.exists() else 0
        try:
            _continue(client, url, target, report)
            break
        except httpx2.HTTPStatusError:
            raise
        except httpx2.HTTPError as error:
            # A bad line that delivers something each time is worth every new attempt.
            fruitless = fruitless + 1 if target.stat().st_size <= before else 0
            if fruitless == _FRUITLESS_ATTEMPTS:
                raise ModelError("source_interrupted", host=host, file=target.name, why=_reason(error)) from error
            time.sleep(fruitless)
    return sha256_of(target)


def _continue(client: httpx2.Client, url: str, target: Path, report: Callable[[int], None]) -> None:
    """Stream ``url`` to the end, going on where an earlier attempt broke off if the server can."""
    target.touch()
    have = target.stat().st_size
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", url, headers=headers) as response:
        response.raise_for_status()
        resumed = response.status_code == httpx2.codes.PARTIAL_CONTENT
        with target.open("ab" if resumed else "wb") as stream:
            for chunk in response.iter_bytes():  # as they arrive: a chunk waited for is lost in a break
                stream.write(chunk)
                report(stream.tell())


def refusal(host: str, status: int, gated: bool = False) -> ModelError:
    """What a refusal means for a person.

    :param gated: whether the model is one that takes the consent of its makers.
    """
    if gated and status in (401, 403):
        return ModelError("source_gated", host=host)
    # The Hugging Face hub answers 401 for a model that is not there.
    if status in (401, 404):
        return ModelError("source_without_model", host=host)
    return ModelError("source_refused", host=host, status=str(status))


def _reason(error: Exception) -> str:
    return str(error).strip() or type(error).__name__
