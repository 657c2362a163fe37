"""What the command line is told about files: read as asked, mended as asked, in one place for ``inspect``, ``train`` and ``predict``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, get_args

from playground.data.mending.recorded import steps_from_values
from playground.data.types import ColumnChoice, Finding, Inspection, Reading, Step, TaskName
from playground.errors import DatasetError
from playground.workbench import Workbench

#: How people write delimiters that cannot be typed or that a shell would eat.
_DELIMITERS: Final = {"\\t": "\t", "tab": "\t", "space": " ", "comma": ",", "semicolon": ";", "pipe": "|"}


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Options that say how files are read, what they mean, and what is mended."""
    parser.add_argument("file", type=Path, nargs="*", metavar="FILE", help="one file, or one for each split (train.csv test.csv)")
    parser.add_argument("--hub", metavar="NAME", help="instead of a file: a dataset of the Hugging Face hub, by its name")
    parser.add_argument("--hub-config", metavar="CONFIG", help="which of that dataset's configurations")
    parser.add_argument("--text", metavar="COL", help="column of the text")
    parser.add_argument("--text-pair", metavar="COL", help="column of the second text of a pair")
    parser.add_argument("--label", metavar="COL", help="column of the label")
    parser.add_argument("--task", help=f"instead of the proposed one: {', '.join(get_args(TaskName))}")
    parser.add_argument("--encoding", help="instead of the detected one, such as gb18030")
    parser.add_argument("--delimiter", help="instead of the detected one; tab for a tab")
    parser.add_argument("--sheet", help="sheet of a workbook")
    parser.add_argument("--fix", action="append", default=[], metavar="CODE", help="a fix that a finding offers; again for another")
    parser.add_argument("--steps", type=Path, metavar="FILE.json", help="changes to make: what inspect --json or train --json printed")


def read_as_asked(bench: Workbench, options: argparse.Namespace) -> Inspection:
    """The files as these options want them, after the steps and then the fixes they name.

    :raises DatasetError: if a file cannot be read or does not have what the options name.
    """
    delimiter = _DELIMITERS.get(options.delimiter, options.delimiter) if options.delimiter else None
    reading = Reading(options.encoding, delimiter, options.sheet, options.task)
    table = bench.read(_files(bench, options), reading)
    steps = steps_of(options.steps) if options.steps else ()
    choice = None
    if options.text or options.label or options.text_pair:
        choice = _completed(bench.understand(table, task=reading.task), options)
    inspection = bench.understand(table, choice, reading.task, steps)
    for code in options.fix:
        steps = (*steps, *fix_steps(inspection.findings, code))
        inspection = bench.understand(table, choice, reading.task, steps)
    return inspection


def _files(bench: Workbench, options: argparse.Namespace) -> list[tuple[bytes, str]]:
    """Bytes and name of each file. :raises DatasetError: "no_file"; "file_not_readable"; or why the hub does not give its dataset."""
    if options.hub:
        return bench.fetch(options.hub, options.hub_config)
    if not options.file:
        raise DatasetError("no_file")
    return [(read_bytes(path), path.name) for path in options.file]


def fix_steps(findings: Sequence[Finding], wanted: str) -> tuple[Step, ...]:
    """The steps of the fix a person names: by its code, by its finding (whose first fix is meant), or as ``finding:fix``.

    :raises DatasetError: "fix_not_offered"; "fix_ambiguous" if several findings offer a fix of that code.
    """
    offered = [(finding.code, fix) for finding in findings for fix in finding.fixes]
    first = {finding.code: finding.fixes[0] for finding in reversed(findings) if finding.fixes}
    found = [(code, fix) for code, fix in offered if wanted in (fix.code, f"{code}:{fix.code}")]
    if not found and wanted in first:
        return first[wanted].steps
    names = ", ".join(dict.fromkeys(f"{code}:{fix.code}" for code, fix in (found or offered))) or "–"
    if not found:
        raise DatasetError("fix_not_offered", fix=wanted[:60], offered=names)
    if len({code for code, _ in found}) > 1:
        raise DatasetError("fix_ambiguous", fix=wanted[:60], offered=names)
    return tuple(step for _, fix in found for step in fix.steps)


def steps_of(path: Path) -> tuple[Step, ...]:
    """The steps in a JSON file: a list, or the whole answer of ``inspect --json`` or ``train --json``.

    :raises DatasetError: "file_not_readable"; whatever ``steps_from_values`` says.
    """
    try:
        values: object = json.loads(read_bytes(path).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DatasetError("steps_not_json") from error
    return steps_from_values(values["steps"] if isinstance(values, dict) and "steps" in values else values)


def read_bytes(path: Path) -> bytes:
    """:raises DatasetError: "file_not_readable"."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError("file_not_readable", name=str(path), reason=error.strerror or type(error).__name__) from error


def read_texts(path: Path, bench: Workbench) -> list[str]:
    """Texts to answer: the lines of a .txt file, or the text column of any table the playground reads.

    :raises DatasetError: "no_texts" if there is no such column, and whatever reading says.
    """
    data = read_bytes(path)
    if path.suffix == ".txt":
        return [line for line in data.decode("utf-8", errors="replace").splitlines() if line.strip()]
    inspection = bench.inspect(data, path.name)
    texts = [column.name for column in inspection.columns if column.kind == "text"]
    column = inspection.choice.text if inspection.choice else next(iter(texts), None)
    if column is None:
        raise DatasetError("no_texts")
    return [text for text in inspection.table.frame[column] if text.strip()]


def _completed(proposed: Inspection, options: argparse.Namespace) -> ColumnChoice:
    """The named columns, and the proposed ones for what is not named; a text somebody names is no half of a proposed pair."""
    choice = proposed.choice or ColumnChoice("", "")
    if options.text and not options.text_pair:
        choice = replace(choice, text_pair=None)
    named = {"text": options.text, "label": options.label, "text_pair": options.text_pair}
    return replace(choice, **{part: column for part, column in named.items() if column})
