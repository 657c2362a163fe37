"""The JSON objects the command line prints: the nouns of the other rooms as plain dictionaries with stable keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.compare import Comparison
from playground.data.types import Finding, Inspection
from playground.errors import DatasetError, PlaygroundError
from playground.models.catalogue import Model
from playground.runs.types import Prediction, Result, Run, RunState
from playground.tasks import Metrics
from playground.words import Language

Json = dict[str, Any]


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
        "columns_used": {"text": choice.text, "label": choice.label} if choice else None,
        "labels": dict(inspection.labels) if inspection.labels is not None else None,
        "findings": [finding_json(finding, language) for finding in inspection.findings],
    }


def unreadable_json(error: DatasetError, language: Language) -> Json:
    """The same keys for a file that could not be read: nothing known but why."""
    finding = {"code": error.code, "severity": "error", "message": error.message(language), "remedy": error.remedy(language), "rows": []}
    unknown: Json = dict.fromkeys(("format", "encoding", "delimiter", "task", "columns_used", "labels"))
    return {**unknown, "rows": 0, "usable_rows": 0, "columns": [], "findings": [finding]}


def finding_json(finding: Finding, language: Language) -> Json:
    """One finding with its sentences."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message(language),
        "remedy": finding.remedy(language),
        "rows": list(finding.rows),
    }


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


def result_json(run: Run, result: Result, comparison: Comparison) -> Json:
    """What ``train``, ``resume`` and ``compare`` say about a finished run."""
    verdict = comparison.verdict
    return {
        "run": run.id,
        "status": "finished",
        "task": result.task,
        "model": result.model,
        "device": result.device,
        "method": result.method,
        "quantization": result.quantization,
        "splits": {"train": result.splits.train, "validation": result.splits.validation, "test": result.splits.test},
        "primary_metric": comparison.primary_metric,
        "references": {name: metrics_json(metrics) for name, metrics in comparison.references.items()},
        "base": {"name": comparison.base_name, **metrics_json(comparison.base)},
        "tuned": metrics_json(comparison.tuned),
        "verdict": {
            "outcome": verdict.outcome,
            "delta": round(verdict.delta, 6),
            "ci": [round(verdict.low, 6), round(verdict.high, 6)],
            "p_value": verdict.p_value,
        },
        "seconds": {"total": round(result.total_seconds, 2), "training": round(result.training_seconds, 2)},
        "samples_per_second": round(result.samples_per_second, 2),
        "peak_memory_mb": round(result.peak_memory_mb, 1),
    }


def metrics_json(metrics: Metrics) -> Json:
    """Metric name -> share from 0 to 1."""
    return {name: round(value, 6) for name, value in metrics.values.items()}


def predictions_json(predictions: Sequence[Prediction]) -> Json:
    """Both answers to every text."""
    return {"predictions": [{"text": item.text, "base": dict(item.base), "tuned": dict(item.tuned)} for item in predictions]}


def model_json(model: Model, cached: bool) -> Json:
    """One line of ``models``."""
    return {
        "model": model.id,
        "kind": model.kind,
        "parameters": model.parameters,
        "languages": list(model.languages),
        "licence": model.licence,
        "size_mb": model.size_mb,
        "cached": cached,
    }


def error_json(error: PlaygroundError, language: Language) -> Json:
    """What any command prints under ``--json`` when it could not do its work."""
    return {"error": {"code": error.code, "message": error.message(language), "remedy": error.remedy(language)}}
