"""What must be settled before torch is imported. Imports nothing heavy itself."""

from __future__ import annotations

import logging
import os
import warnings

#: How often a thread that waits for the others looks again before it sleeps (libgomp's default is 300,000, some milliseconds). On a
#: machine that does something else besides, a browser for instance, spinning takes the very core the awaited thread needs: measured on
#: two cores beside other work, a training step took up to 20 times as long with the default. On a quiet machine there was no difference;
#: with 5,000 threads fall asleep between operations, and a step of short texts takes a fifth longer.
_SPINS = "20000"


def prepare_process() -> None:
    """Share the cores fairly, and keep what is expected out of the console log."""
    os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
    # On a CPU bitsandbytes looks for an optional kernel package that only speeds up generation, and warns where it is absent.
    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    # Deprecations inside the libraries are for their authors.
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft|accelerate|bitsandbytes)\.")
