"""The command line: the same Workbench as the page, with ``--json`` for programs and plain lines for people.

Exit codes: 0 done, 1 failed (cause and remedy on stderr), 2 bad input, 130 stopped.
"""

from __future__ import annotations

import argparse
import io
import locale
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from playground import __version__, report
from playground.cli import search as searching
from playground.cli.estimate import measure, outlook_json
from playground.cli.files import add_reading_options, read_as_asked, read_texts
from playground.cli.recipes import add_train_options, asked
from playground.data.plain import json_text, plain_lines
from playground.errors import DatasetError, PlaygroundError, RecipeError
from playground.follow import follow
from playground.models import CATALOGUE, cached
from playground.models.own import own_models
from playground.models.scratch import SCRATCH
from playground.report import Json
from playground.runs.types import ACTIVE
from playground.words import LANGUAGES, Language
from playground.workbench import LOCAL_OWNER, Workbench

DONE, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130
#: Codes that mean the person asked for something that does not exist or cannot be.
_BAD_INPUT_CODES = frozenset(
    {
        "not_found", "not_finished", "run_without_model", "no_reference", "run_active", "run_finished", "run_not_active",
        "second_text_missing", "task_without_answers", "no_gap", "model_unknown", "model_id_malformed", "model_nowhere",
        "model_folder_unknown",
        "model_needs_token", "search_active", "search_minutes", "search_nothing", "search_setting", "search_method", "search_processes",
        "recipe_not_written",
    }
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character is no reason to fail
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace, Workbench], tuple[int, Json]] = options.command
    try:
        code, answer = command(options, Workbench(options.home))
    except PlaygroundError as error:
        _complain(error, options.language)
        code, answer = _code_of(error), report.error_json(error, options.language)
        if not options.json:
            return code
    sys.stdout.write(_shown(answer, options) + "\n")
    return code


def _inspect(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    try:
        inspection = read_as_asked(bench, options)
    except DatasetError as error:
        return BAD_INPUT, report.unreadable_json(error, options.language)
    return BAD_INPUT if inspection.blocked else DONE, report.inspection_json(inspection, options.language)


def _train(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    dataset, recipe = asked(options, bench)
    run = bench.start(dataset.fingerprint, recipe, LOCAL_OWNER)
    return _followed(bench, run.id, options.language)


def _estimate(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    dataset, recipe = asked(options, bench)
    recipe = replace(recipe, task=dataset.task)
    if problems := bench.problems(recipe):
        raise RecipeError("recipe", problems, count=len(problems))
    if options.measure:
        measure(bench, recipe, dataset, sys.stderr, options.language)
    return DONE, outlook_json(recipe, bench.outlook(recipe, dataset))


def _search(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    dataset, recipe = asked(options, bench)
    state = searching.search(bench, replace(recipe, task=dataset.task), dataset, options, sys.stderr)
    return STOPPED if state.status == "stopped" else DONE, searching.search_json(state)


def _rates(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    dataset, recipe = asked(options, bench)
    return DONE, searching.rates_json(searching.range_test(bench, replace(recipe, task=dataset.task), dataset, sys.stderr))


def _resume(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    bench.resume(options.run, None)
    return _followed(bench, options.run, options.language)


def _followed(bench: Workbench, run_id: str, language: Language) -> tuple[int, Json]:
    run = bench.run(run_id, None)
    state = follow(bench, run, sys.stderr)
    if state.status == "finished":
        return DONE, _result(bench, run_id, language)
    if state.cause is not None:
        _complain(state.cause, language)
    return STOPPED if state.status == "stopped" else FAILED, report.run_json(run, state, language)


def _predict(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    texts = [*options.text, *(read_texts(options.file, bench) if options.file else [])]
    if not texts:
        raise DatasetError("no_texts")
    try:
        return DONE, report.predictions_json(bench.predict(options.run, None, texts, pairs=options.text_pair or None))
    finally:
        bench.close()


def _compare(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    first, *others = options.run
    answer: Json = {"runs": [_result(bench, run_id, options.language) for run_id in options.run]}
    between = [{"run": first, "other": other, **report.verdict_json(bench.between(first, other, None))} for other in others]
    return DONE, answer | ({"between": between} if others else {})


def _runs(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    return DONE, {"runs": [report.run_json(run, bench.state(run), options.language) for run in bench.my_runs(None)]}


def _stop(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    bench.stop(options.run, None)
    run = bench.run(options.run, None)
    state = follow(bench, run, sys.stderr)
    return DONE if state.status not in ACTIVE else FAILED, report.run_json(run, state, options.language)


def _delete(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    bench.delete(options.run, None)
    return DONE, {"run": options.run, "deleted": True}


def _models(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    return DONE, {"models": [report.model_json(model, cached(model.id) is not None) for model in (*CATALOGUE, *SCRATCH, *own_models(None))]}


def _serve(options: argparse.Namespace, bench: Workbench) -> tuple[int, Json]:
    from playground.ui.app import serve

    serve(bench, host=options.host, port=options.port, shared=options.shared)
    return DONE, {"served": True}


def _result(bench: Workbench, run_id: str, language: Language) -> Json:
    run = bench.run(run_id, None)
    comparison = bench.comparison(run_id, None)
    result = bench.result(run)
    assert result is not None  # comparison() refuses a run without a result
    return report.result_json(run, result, comparison, language)


def _code_of(error: PlaygroundError) -> int:
    return BAD_INPUT if isinstance(error, DatasetError | RecipeError) or error.code in _BAD_INPUT_CODES else FAILED


def _complain(error: PlaygroundError, language: Language) -> None:
    sys.stderr.write(f"{plain_lines(error.message(language))}\n{plain_lines(error.remedy(language))}\n")


def _shown(answer: Json, options: argparse.Namespace) -> str:
    """One line of JSON for programs; a report for people where there is one."""
    if options.json:
        return json_text(answer, encoding=sys.stdout.encoding)
    if options.command is _inspect:
        return report.inspection_text(answer, options.language, findings_only=options.findings)
    return json_text(answer, indent=2, encoding=sys.stdout.encoding)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="one JSON object on stdout, progress on stderr")
    common.add_argument("--home", type=Path, help="workspace folder (default: PLAYGROUND_HOME, else your user data folder)")
    common.add_argument("--language", choices=LANGUAGES, default=_own_language(), help="language of messages")
    parser = argparse.ArgumentParser("playground", description="Fine-tune a small model on labelled text, and see whether it helped.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace, Workbench], tuple[int, Json]], line: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[common], help=line, description=line)
        made.set_defaults(command=command)
        return made

    inspect = add("inspect", _inspect, "what a file holds, what is wrong with it and what can be done")
    add_reading_options(inspect)
    inspect.add_argument("--findings", action="store_true", help="without --json: only the findings, with all their rows")
    add_train_options(add("train", _train, "fine-tune on a file and compare"))
    estimate = add("estimate", _estimate, "what the same train would take, without training: time, memory, what helps if it does not fit")
    add_train_options(estimate)
    estimate.add_argument("--measure", action="store_true", help="try a few steps of it first (about half a minute), if its model is here")
    search = add("search", _search, "find good settings by trying, on the validation rows; the test rows stay untouched")
    add_train_options(search)
    searching.add_search_options(search)
    add_train_options(add("rates", _rates, "at which learning rates the loss falls: a hundred steps at rising rates"))
    predict = add("predict", _predict, "answer texts with base and fine-tuned model")
    predict.add_argument("run")
    predict.add_argument("--text", action="append", default=[])
    predict.add_argument("--text-pair", action="append", default=[], metavar="TEXT", help="second text of each pair, in the same order")
    predict.add_argument("--file", type=Path)
    add("compare", _compare, "base against fine-tuned on held-out rows").add_argument("run", nargs="+")
    add("runs", _runs, "every run in this workspace")
    for name, command, line in (
        ("stop", _stop, "stop a run and keep its checkpoint"),
        ("resume", _resume, "go on from the last checkpoint"),
        ("delete", _delete, "remove a run for good"),
    ):
        add(name, command, line).add_argument("run")
    add("models", _models, "the base models the playground knows")
    serve = add("serve", _serve, "open the page")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=7860)
    serve.add_argument("--shared", action="store_true", help="every visitor sees only their own data and runs")
    return parser


def _own_language() -> Language:
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"
