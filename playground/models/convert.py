"""Conversions of 4-bit package files run in a child process: the page stays responsive, and the memory goes back afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import playground
from playground.errors import ModelError
from playground.models.types import Conversion

#: Names of the files a conversion finds in its source folder.
E5_FILE: Final = "e5-small-q4.bin"
GGUF_FILE: Final = "model.gguf"


def convert(conversion: Conversion, source: Path, folder: Path) -> None:
    """Turn the files in ``source`` into a model folder that ``from_pretrained`` loads.

    :raises ModelError: "source_archive_unreadable", or "conversion_failed" if the child died.
    """
    command = [sys.executable, "-m", __name__, conversion, str(source), str(folder)]
    home = Path(playground.__file__).parents[1]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home, env={**os.environ, "PYTHONUTF8": "1"}, check=False)
    if done.returncode == 0:
        return
    try:
        told = json.loads(done.stdout)
    except ValueError:
        why = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise ModelError("conversion_failed", why=why) from None
    raise ModelError(told["code"], **told["facts"])


def main(conversion: str, source: Path, folder: Path) -> int:
    """The child's side: 0, or 1 with the error as JSON on stdout."""
    try:
        if conversion == "e5-q4":
            from playground.models import convert_e5

            convert_e5.convert(source / E5_FILE, source / "tokenizer.json", folder)
        else:
            from playground.models import convert_gguf

            convert_gguf.convert(source / GGUF_FILE, folder)
    except ModelError as error:
        sys.stdout.write(json.dumps({"code": error.code, "facts": error.facts}))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
