"""The JSON objects the command line prints: the nouns of the other rooms as plain dictionaries with stable keys."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from playground.compare import Comparison, Intervals, Verdict
from playground.data.mending.recorded import step_sentence, steps_to_values
from playground.data.plain import plain
from playground.data.types import ColumnChoice, Finding, Inspection, Step
from playground.errors import DatasetError, PlaygroundError
from playground.models.catalogue import Model
from playground.runs.folder import RunFolder
from playground.runs.records import Smaller
from playground.runs.types import Answer, Prediction, Result, Run, RunState, SeveralSeeds
from playground.tasks import Metrics
from playground.tracking.log import open_command
from playground.words import Language, say

Json = dict[str, Any]
#: Labels or columns a line names before it says how many more there are.
_SHOWN: Final = 20


def inspection_json(inspection: Inspection, language: Language) -> Json:
    """What ``inspect`` found in a readable file."""
    table, choice = inspection.table, inspection.choice
    return {
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "rows": inspection.rows,
        "usable_rows": inspection.usable_rows,
        "columns": [{"name": column.name, "kind": column.kind} for column in inspection.columns],
        "task": inspection.task if choice else None,
        "columns_used": _columns_used(choice),
        "labels": dict(inspection.labels) if inspection.labels is not None else None,
        "findings": [finding_json(finding, language) for finding in inspection.findings],
        "sheet": table.sheet,
        "sheets": list(table.sheets),
        "splits": dict(Counter(table.splits)) if table.splits else None,
        "confidence": inspection.confidence,
        "reasons": [say(key, language, **facts) for key, facts in inspection.reasons],
        "steps": steps_json(inspection.steps, language),
    }


def unreadable_json(error: DatasetError, language: Language) -> Json:
    """The same keys for a file that could not be read: nothing known but why."""
    finding = {"code": error.code, "severity": "error", "message": error.message(language), "remedy": error.remedy(language)}
    unknown: Json = dict.fromkeys(("format", "encoding", "delimiter", "task", "columns_used", "labels", "sheet", "splits", "confidence"))
    nothing: Json = {name: [] for name in ("columns", "sheets", "reasons", "steps")}
    return {**unknown, **nothing, "rows": 0, "usable_rows": 0, "findings": [{**finding, "rows": [], "fixes": []}]}


def finding_json(finding: Finding, language: Language) -> Json:
    """One finding with its sentences and what can be done about it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message(language),
        "remedy": finding.remedy(language),
        "rows": list(finding.rows),
        "fixes": [{"code": fix.code, "label": fix.label(language), "steps": steps_json(fix.steps, language)} for fix in finding.fixes],
    }


def steps_json(steps: Sequence[Step], language: Language) -> list[Json]:
    """Steps as ``--steps`` takes them, each with its sentence."""
    return [{**values, "said": step_sentence(step, language)} for step, values in zip(steps, steps_to_values(steps), strict=True)]


def inspection_text(answer: Json, language: Language, findings_only: bool = False) -> str:
    """What ``inspect`` found, for people: plain characters only, whatever the file holds.

    :param answer: ``inspection_json`` or ``unreadable_json`` in the same language.
    :param findings_only: leave the rest out, and list the rows of each finding.
    """
    lines = [] if findings_only or answer["format"] is None else list(_overview(answer, language))
    findings = [line for finding in answer["findings"] for line in _finding_lines(finding, language, rows=findings_only)]
    return "\n".join(plain(line) for line in (*lines, *(findings or [say("report.no_findings", language)])))


def _overview(answer: Json, language: Language) -> Iterator[str]:
    how = [answer["format"], answer["encoding"], answer["delimiter"] and repr(answer["delimiter"]), answer["sheet"]]
    yield say("report.file", language, how=", ".join(part for part in how if part), rows=answer["rows"], usable=answer["usable_rows"])
    if answer["splits"]:
        yield say("report.splits", language, splits=_counts(answer["splits"], language))
    if answer["task"]:
        yield say("report.task", language, task=answer["task"], why="; ".join(answer["reasons"]))
    else:
        columns = [f"{column['name']} ({column['kind']})" for column in answer["columns"]]
        yield say("report.columns", language, columns=_some(columns, language))
    if answer["labels"]:
        yield say("report.labels", language, count=len(answer["labels"]), labels=_counts(answer["labels"], language))
    for number, step in enumerate(answer["steps"], 1):
        yield say("report.step", language, number=number, said=step["said"])
    yield ""


def _finding_lines(finding: Json, language: Language, *, rows: bool) -> Iterator[str]:
    yield say(f"report.{finding['severity']}", language, code=finding["code"], message=finding["message"])
    yield f"    {finding['remedy']}"
    for fix in finding["fixes"]:
        yield f"    --fix {finding['code']}:{fix['code']}  {fix['label']}"
    if rows and finding["rows"]:
        yield say("report.rows", language, rows=", ".join(str(row + 1) for row in finding["rows"]))


def _counts(counts: Mapping[str, int], language: Language) -> str:
    return _some([f"{name} {count}" for name, count in counts.items()], language)


def _some(items: Sequence[str], language: Language) -> str:
    more = [say("report.more", language, count=len(items) - _SHOWN)] if len(items) > _SHOWN else []
    return (", " if language == "en" else "，").join([*items[:_SHOWN], *more])


def _columns_used(choice: ColumnChoice | None) -> Json | None:
    if choice is None:
        return None
    pair = {"text_pair": choice.text_pair} if choice.text_pair else {}
    return {"text": choice.text, "label": choice.label, **pair}


def run_json(run: Run, state: RunState, language: Language) -> Json:
    """One line of ``runs``."""
    cause = state.cause
    return {
        "run": run.id,
        "status": state.status,
        "task": run.recipe.task,
        "model": run.recipe.model,
        "dataset": run.dataset_name,
        "created": run.created,
        "seconds": round(state.seconds, 1),
        "position": state.position,
        "cause": {"code": cause.code, "message": cause.message(language), "remedy": cause.remedy(language)} if cause else None,
    }


def result_json(run: Run, result: Result, comparison: Comparison, language: Language = "en") -> Json:
    """What ``train``, ``resume`` and ``compare`` say about a finished run."""
    return {
        "run": run.id,
        "status": "finished",
        "task": result.task,
        "model": result.model,
        "device": result.device,
        "method": result.method,
        "quantization": result.quantization,
        "splits": {
            "train": result.splits.train,
            "validation": result.splits.validation,
            "test": result.splits.test,
            "test_left_out": result.splits.left_out,
        },
        "primary_metric": comparison.primary_metric,
        "references": {name: metrics_json(metrics) for name, metrics in comparison.references.items()},
        "base": {"name": comparison.base_name, **metrics_json(comparison.base)},
        "tuned": metrics_json(comparison.tuned),
        **verdict_json(comparison.verdict),
        "seconds": {"total": round(result.total_seconds, 2), "training": round(result.training_seconds, 2)},
        "samples_per_second": round(result.samples_per_second, 2),
        "peak_memory_mb": round(result.peak_memory_mb, 1),
        "steps": steps_json(run.steps, language),
        "intervals": {name: intervals_json(each) for name, each in comparison.intervals.items()},
        "tracking": _tracking_json(run),
        "smaller_plan": _smaller_json(run),
        "seeds": _seeds_json(result.seeds),
    }


def _seeds_json(seeds: SeveralSeeds | None) -> Json | None:
    """The primary metric of each seed on the test split, their mean and standard deviation; None for one. "tuned" is the first."""
    if seeds is None:
        return None
    values = [_rounded(value) for value in seeds.values]
    return {"numbers": list(seeds.numbers), "values": values, "mean": _rounded(seeds.mean), "sd": _rounded(seeds.sd)}


def _smaller_json(run: Run) -> Json | None:
    """With which smaller plan a run went on when memory ran out, beside what was asked for; it learned the same. None without need."""
    asked = Smaller.read(RunFolder(run.folder))
    if asked is None:
        return None
    names = ("batch_size", "gradient_accumulation", "gradient_checkpointing")
    return {"asked": {name: getattr(asked, name) for name in names}, "used": {name: getattr(run.recipe, name) for name in names}}


def _tracking_json(run: Run) -> Json | None:
    """Where the run's log for a tracking tool is, and the line for a shell that shows it; None for a run that is not tracked."""
    tool, folder = run.recipe.tracking, RunFolder(run.folder).tracking
    if tool == "none" or not folder.is_dir():
        return None
    return {"tool": tool, "log": str(folder), "open": open_command(tool, folder)}


def intervals_json(intervals: Intervals) -> Json:
    """95 % intervals of one metric: of base, of the fine-tuned model, and of the difference, each [low, high], or null where undefined."""
    sides = {"base": intervals.base, "tuned": intervals.tuned, "delta": intervals.change}
    return {side: None if pair is None else [_rounded(bound) for bound in pair] for side, pair in sides.items()}


def verdict_json(verdict: Verdict) -> Json:
    """Whether one set of answers is better than another, as far as the rows can tell."""
    said = {"outcome": verdict.outcome, "delta": _rounded(verdict.delta), "p_value": verdict.p_value}
    return {"verdict": said | {"ci": [_rounded(verdict.low), _rounded(verdict.high)]}}


def metrics_json(metrics: Metrics) -> Json:
    """Metric name -> value: a share from 0 to 1 unless its words ``metric.<name>.help`` say otherwise."""
    return {name: _rounded(value) for name, value in metrics.values.items()}


def predictions_json(predictions: Sequence[Prediction]) -> Json:
    """Both answers to every text: label -> probability, {"value": number}, a string, or a list of entities."""
    return {"predictions": [{"text": item.text, "base": _answer(item.base), "tuned": _answer(item.tuned)} for item in predictions]}


def _answer(answer: Answer) -> str | Json | list[Json]:
    if isinstance(answer, str):
        return answer
    return dict(answer) if isinstance(answer, Mapping) else [asdict(entity) for entity in answer]


def _rounded(value: float) -> float | None:
    """Six decimals; JSON knows no infinity, which a perplexity can be."""
    return round(value, 6) if math.isfinite(value) else None


def model_json(model: Model, cached: bool) -> Json:
    """One line of ``models``."""
    return {
        "model": model.id,
        "kind": model.kind,
        "parameters": model.parameters,
        "languages": list(model.languages),
        "licence": model.licence,
        "gated": model.gated,
        "size_mb": round(model.download_mb, 1),
        "cached": cached,
    }


def error_json(error: PlaygroundError, language: Language) -> Json:
    """What any command prints under ``--json`` when it could not do its work."""
    return {"error": {"code": error.code, "message": error.message(language), "remedy": error.remedy(language)}}
