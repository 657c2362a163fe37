"""Workbooks, Parquet and Arrow are opened by a process of their own, with a ceiling on its memory and its time.

The libraries that read them are compiled: a file made to harm can unfold to any size inside them, or crash them, and neither may
take the app down. The bytes go in through a pipe and columns of strings come out; nothing is written to disk.

Run by itself (``python -m playground.data.formats.apart``) this module is that process.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, Literal

import psutil
import pyarrow as pa

from playground.data.formats.columns import Columns
from playground.data.limits import Limits
from playground.data.types import Finding
from playground.errors import DatasetError

Kind = Literal["workbook", "parquet", "arrow"]
Reader = Callable[[bytes, str, Limits], Columns]

_log = logging.getLogger(__name__)
_ROOT: Final = Path(__file__).parents[3]
#: Seconds between two looks at the memory of the process.
_LOOK_SECONDS: Final = 0.02
#: What is said by a compiled reader that wanted more at once than there is.
_NO_MEMORY: Final = ("memory allocation of", "MemoryError", "pyarrow.lib.ArrowMemoryError")


def read_apart(kind: Kind, data: bytes, name: str, sheet: str | None, limits: Limits) -> Columns:
    """The columns of a workbook, Parquet or Arrow file.

    :param sheet: of a workbook, the name of the one to read; None for the first that holds a table.
    :raises DatasetError: whatever the reader raises; "unpacks_too_large" or "reading_too_slow" beyond the limits;
        "workbook_unreadable", "parquet_unreadable" or "arrow_unreadable" if the file brings its reader down.
    """
    request = {"kind": kind, "name": name, "sheet": sheet, "limits": {field: getattr(limits, field) for field in Limits.__slots__}}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "playground.data.formats.apart"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(),
    ) as process:  # fmt: skip
        answer: list[bytes] = []
        complaint: list[bytes] = []
        threads = [
            threading.Thread(target=_write, args=(process.stdin, json.dumps(request).encode() + b"\n", data), daemon=True),
            threading.Thread(target=_collect, args=(process.stdout, answer), daemon=True),
            threading.Thread(target=_collect, args=(process.stderr, complaint), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            _watch(process, name, limits)
        finally:
            process.kill()  # nothing happens if it has ended
            for thread in threads:
                thread.join()
    if process.returncode != 0:
        said = b"".join(complaint).decode(errors="replace").strip().splitlines()
        if any(line.startswith(_NO_MEMORY) for line in said):
            raise DatasetError("unpacks_too_large", name=name, limit=limits.memory_bytes // 1_000_000)
        _log.warning("the reader of a %s ended with %s: %s", kind, process.returncode, said[-1:])
        raise DatasetError(f"{kind}_unreadable", name=name)
    return _columns_from(b"".join(answer))


def _environment() -> dict[str, str]:
    # One thread is enough, and more of them would each count memory of their own.
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RUST_BACKTRACE": "0"}


def _write(pipe: BinaryIO, request: bytes, data: bytes) -> None:
    with suppress(OSError), pipe:  # it may have ended already, with an answer
        pipe.write(request)
        pipe.write(data)


def _collect(pipe: BinaryIO, parts: list[bytes]) -> None:
    with pipe:
        while part := pipe.read(1 << 20):
            parts.append(part)


def _watch(process: subprocess.Popen[bytes], name: str, limits: Limits) -> None:
    """Until the process ends. :raises DatasetError: if it takes more memory or time than it may; it still lives then."""
    deadline = time.monotonic() + limits.seconds
    with suppress(psutil.NoSuchProcess):  # ended between two looks
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            if watched.memory_info().rss > limits.memory_bytes:
                raise DatasetError("unpacks_too_large", name=name, limit=limits.memory_bytes // 1_000_000)
            if time.monotonic() > deadline:
                raise DatasetError("reading_too_slow", name=name, count=limits.seconds)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
    process.wait()


def _columns_from(answer: bytes) -> Columns:
    """:raises DatasetError: the one the process answered with."""
    head = json.loads(answer[: answer.index(b"\n")])
    if "error" in head:
        raise DatasetError(head["error"], **head["facts"])
    table = pa.ipc.open_stream(pa.py_buffer(answer)[answer.index(b"\n") + 1 :]).read_all()
    findings = tuple(Finding(code, severity, facts, tuple(rows)) for code, severity, facts, rows in head["findings"])
    return Columns(tuple(head["names"]), tuple(table.columns), findings, tuple(head["sheets"]), head["sheet"])


def _reader(kind: Kind, sheet: str | None) -> Reader:
    if kind == "workbook":
        from playground.data.formats.sheets import read_workbook

        return partial(read_workbook, wanted=sheet)
    from playground.data.formats import columnar

    return columnar.read_parquet if kind == "parquet" else columnar.read_arrow


def _answer(columns: Columns, out: BinaryIO) -> None:
    findings = [(finding.code, finding.severity, dict(finding.facts), finding.rows) for finding in columns.findings]
    head = {"names": columns.names, "findings": findings, "sheets": columns.sheets, "sheet": columns.sheet}
    out.write(json.dumps(head).encode() + b"\n")
    table = pa.table(list(columns.cells), names=[str(place) for place in range(len(columns.names))])
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)


def main() -> None:
    """Read the request and the file from standard input, write the answer to standard output."""
    request = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    limits = Limits(**request["limits"])
    try:
        columns = _reader(request["kind"], request["sheet"])(data, request["name"], limits)
    except DatasetError as error:
        sys.stdout.buffer.write(json.dumps({"error": error.code, "facts": error.facts}).encode() + b"\n")
    except MemoryError:
        facts = {"name": request["name"], "limit": limits.memory_bytes // 1_000_000}
        sys.stdout.buffer.write(json.dumps({"error": "unpacks_too_large", "facts": facts}).encode() + b"\n")
    else:
        _answer(columns, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
