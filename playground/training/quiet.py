"""Keeps libraries from filling the console log with what is expected. Imports nothing heavy: it must come before what it quiets."""

from __future__ import annotations

import logging
import warnings


def quiet_libraries() -> None:
    """Call before torch, transformers or bitsandbytes are imported."""
    # On a CPU bitsandbytes looks for an optional kernel package that only speeds up generation, and warns where it is absent.
    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    # Deprecations inside the libraries are for their authors.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft|accelerate|bitsandbytes)\.")
