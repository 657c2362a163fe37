"""Bytes on their way: progress, a deadline for calls that may hang, and the check every file passes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from playground.errors import ModelError
from playground.models.types import FileFact

#: Who served a model. Its name for a person is ``model.source.<name>``.
SourceName = Literal["hub", "modelscope", "folder", "package", "run"]
#: What a download is busy with: a source, or "waiting" for another process that fetches the same model.
Stage = Literal[SourceName, "waiting"]
T = TypeVar("T")

CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is."""

    source: Stage
    done_bytes: int
    #: None while unknown.
    total_bytes: int | None

    @property
    def share(self) -> float | None:
        """From 0 to 1; None while the total is unknown."""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else None


#: Called in the fetching thread, a few times a second. An exception it raises ends the download and reaches the caller.
OnProgress = Callable[[DownloadProgress], None]
#: A source's side of it: told how many bytes are there and how many there will be (None while unknown).
Report = Callable[[int, int | None], None]


def after(done: int, total: int | None, report: Report) -> Callable[[int], None]:
    """Reports the bytes of one file on top of those ``done`` before it."""
    return lambda size: report(done + size, total)


def within(seconds: float, work: Callable[[], T]) -> T:
    """The answer of ``work``, or TimeoutError after ``seconds``.

    A name lookup obeys no timeout of an HTTP library, so the call runs in a daemon thread that is left behind when it is late.
    """
    answers: list[T] = []
    errors: list[BaseException] = []

    def attempt() -> None:
        try:
            answers.append(work())
        except BaseException as error:  # handed to the caller's thread below
            errors.append(error)

    thread = threading.Thread(target=attempt, daemon=True, name="playground-within")
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError(f"no answer within {seconds:g} s")
    return answers[0]


def check_file(path: Path, fact: FileFact, digest: str | None = None) -> None:
    """Refuse a file that is not the expected one.

    :param digest: its SHA-256, when the caller computed it on the way.
    :raises ModelError: "model_file_size" or "model_file_hash".
    """
    size = path.stat().st_size
    if fact.size is not None and size != fact.size:
        raise ModelError("model_file_size", file=fact.name, expected=fact.size, found=size)
    if fact.sha256 is None:
        return
    found = digest or sha256_of(path)
    if found != fact.sha256:
        raise ModelError("model_file_hash", file=fact.name, expected=fact.sha256[:12], found=found[:12])


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
