"""How large a file may be before it is refused.

Each limit can be changed where the app is started, by an environment variable named after it: ``PLAYGROUND_MAX_FILE_BYTES``,
``PLAYGROUND_MAX_UNPACKED_BYTES``, ``PLAYGROUND_MAX_ROWS``, ``PLAYGROUND_MAX_COLUMNS``, ``PLAYGROUND_MAX_CELL_CHARACTERS``,
``PLAYGROUND_MAX_LABELS``, ``PLAYGROUND_MAX_FILES``, ``PLAYGROUND_MAX_MEMORY_BYTES`` and ``PLAYGROUND_MAX_SECONDS``, each a whole
number above 0 (``1_000_000`` is one too). They are read once, when this module is imported.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from playground.words import say

_log = logging.getLogger(__name__)
_PREFIX: Final = "PLAYGROUND_MAX_"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes beyond which a file is refused rather than read; the page announces them before the upload."""

    #: Bytes of the file as uploaded.
    file_bytes: int = 200_000_000
    #: Bytes everything packed in a file (gzip, zip, a workbook, Parquet) may unfold to together, counted while unpacking.
    unpacked_bytes: int = 500_000_000
    #: Rows without the header.
    rows: int = 1_000_000
    columns: int = 500
    #: Characters in one cell.
    cell_characters: int = 1_000_000
    #: Different labels.
    labels: int = 1_000
    #: Files in an archive, or chosen together.
    files: int = 200_000
    #: Bytes of memory that reading a workbook, Parquet, Arrow or JSON file may take.
    memory_bytes: int = 2_000_000_000
    #: Seconds that reading a workbook, Parquet or Arrow file may take.
    seconds: int = 120


def limits_from(environ: Mapping[str, str]) -> Limits:
    """The limits with those changed that the environment names; a value that is no whole number above 0 is logged and ignored."""
    chosen: dict[str, int] = {}
    for field in fields(Limits):
        variable = _PREFIX + field.name.upper()
        given = environ.get(variable, "").strip()
        if not given:
            continue
        try:
            value = int(given)
        except ValueError:
            value = 0
        if value > 0:
            chosen[field.name] = value
        else:
            _log.warning("%s", say("limits.ignored", variable=variable, value=given[:40]))
    return Limits(**chosen)


LIMITS: Final = limits_from(os.environ)
