"""What a file of the corpus is, and what is expected of ``inspect``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Expect:
    """The verdict of ``inspect``; what is None or empty is not looked at."""

    #: "works": nothing worse than a remark. "findings": usable, with these findings. "refused": not usable, for this cause.
    verdict: Literal["works", "findings", "refused"]
    #: Codes that must be among the findings; of a refused file, the code of the error. Alternatives stand in one string with "|".
    codes: tuple[str, ...] = ()
    format: str | None = None
    #: Codecs that read the file the same way count as one: alternatives stand with "|".
    encoding: str | None = None
    delimiter: str | None = None
    task: str | None = None
    text: str | None = None
    label: str | None = None
    #: Rows of the table, and those that can be trained on.
    rows: int | None = None
    usable: int | None = None
    #: Label names, no more and no fewer.
    labels: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A file and what is expected of it."""

    id: str
    #: The name it is saved under.
    name: str
    data: bytes
    expect: Expect
    #: Further arguments of the command.
    arguments: tuple[str, ...] = ()
    #: Files given together with this one: name and bytes.
    others: tuple[tuple[str, bytes], ...] = ()


def works(**facts: object) -> Expect:
    """A file that works without a warning."""
    return Expect("works", **facts)  # type: ignore[arg-type]


def finds(*codes: str, **facts: object) -> Expect:
    """A file that works, with these findings."""
    return Expect("findings", codes, **facts)  # type: ignore[arg-type]


def refused(cause: str) -> Expect:
    """A file that cannot be used, for this cause."""
    return Expect("refused", (cause,))
