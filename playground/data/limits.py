"""How large a file may be before it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes beyond which a file is refused rather than read; the page announces them before the upload."""

    #: Bytes of the file as uploaded.
    file_bytes: int = 200_000_000
    #: Bytes a packed format (a workbook, a Parquet file) may unfold to.
    unpacked_bytes: int = 1_000_000_000
    #: Rows without the header.
    rows: int = 1_000_000
    columns: int = 500
    #: Characters in one cell.
    cell_characters: int = 1_000_000


LIMITS: Final = Limits()
