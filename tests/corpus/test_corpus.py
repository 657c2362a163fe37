"""``python -m playground inspect`` on every file of the corpus says what it must, in JSON, and never falls over."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.cli import BAD_INPUT, DONE, main
from playground.data.plain import plain
from tests.corpus.case import Case, Expect
from tests.corpus.everything import CASES, DOZEN

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def arguments_of(case: Case, folder: Path, home: Path, language: str) -> list[str]:
    """Save the files of the case and say how they are inspected."""
    files = [(case.name, case.data), *case.others]
    for name, data in files:
        (folder / name).write_bytes(data)
    given = [str(folder / name) for name, _ in files]
    return ["inspect", *given, "--json", "--home", str(home), "--language", language, *case.arguments]


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 120
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_inspect_gives_the_expected_verdict(case: Case, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    language = "zh" if len(case.id) % 2 else "en"
    code = main(arguments_of(case, tmp_path, home, language))
    written = capsys.readouterr()
    answer = answer_of(written.out, written.err)
    assert list(problems(case.expect, code, answer)) == []


@pytest.mark.parametrize("case", DOZEN, ids=[case.id for case in DOZEN])
def test_a_real_process_says_the_same(case: Case, tmp_path: Path, home: Path) -> None:
    command = [sys.executable, "-m", "playground", *arguments_of(case, tmp_path, home, "en")]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    answer = answer_of(done.stdout, done.stderr)
    assert list(problems(case.expect, done.returncode, answer)) == []


def answer_of(out: str, err: str) -> dict[str, Any]:
    """The one JSON object that was printed, in characters that do nothing to a terminal."""
    assert "Traceback" not in out + err, err
    assert out.count("\n") == 1, out
    assert plain(out.strip()) == out.strip()
    answer: dict[str, Any] = json.loads(out)
    return answer


def problems(expect: Expect, code: int, answer: dict[str, Any]) -> Iterator[str]:
    """Everything that is not as expected."""
    found = {finding["code"]: finding["severity"] for finding in answer["findings"]}
    for finding in answer["findings"]:
        if not (finding["message"].strip() and finding["remedy"].strip()):
            yield f"no words for {finding['code']}"
    errors = [one for one, severity in found.items() if severity == "error"]
    if code != (BAD_INPUT if expect.verdict == "refused" else DONE):
        yield f"exit code {code}, findings {found}"
    named = errors if expect.verdict == "refused" else list(found)
    for wanted in expect.codes:
        if not set(wanted.split("|")) & set(named):
            yield f"no {wanted} among {found}"
    if expect.verdict == "works" and "warning" in found.values():
        yield f"warnings {found}"
    for key, wanted, got in compared(expect, answer):
        if wanted is not None and got != wanted and not (isinstance(wanted, str) and got in wanted.split("|") and len(wanted) > 2):
            yield f"{key} is {got!r}, not {wanted!r}"


def compared(expect: Expect, answer: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    used = answer["columns_used"] or {}
    yield "format", expect.format, answer["format"]
    yield "encoding", expect.encoding, answer["encoding"]
    yield "delimiter", expect.delimiter, answer["delimiter"]
    yield "task", expect.task, answer["task"]
    yield "text", expect.text, used.get("text")
    yield "label", expect.label, used.get("label")
    yield "rows", expect.rows, answer["rows"]
    yield "usable rows", expect.usable, answer["usable_rows"]
    yield "labels", expect.labels, None if answer["labels"] is None else frozenset(answer["labels"])
