"""When two texts count as the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def normalise(texts: Iterable[str]) -> list[str]:
    """Each text with compatibility forms unified (NFKC), case folded and whitespace collapsed; equal results are identical texts."""
    return [" ".join((text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()).split()) for text in texts]
