"""The README of an adapter folder: what it does, what it was made of, how good it is and how to load it. Pure; reads no files.

YAML front matter that a model hub understands, then the same text in English and in Chinese. Names that come from a person's file
(labels, the file's own name) are escaped, so that they can neither become Markdown nor HTML on a hub's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from huggingface_hub import EvalResult, ModelCardData

from playground import __version__
from playground.compare import Comparison, Verdict
from playground.data.mending.recorded import step_sentence
from playground.data.plain import plain
from playground.data.types import Step
from playground.models.types import Model
from playground.recipe import LORA_METHODS, Recipe, settings
from playground.runs.types import Result
from playground.tasks import Metrics
from playground.training.card_code import load_code
from playground.words import Language, entries, say

#: Tasks as a hub names them; what is not here goes by its own name.
_PIPELINES: Final[Mapping[str, str]] = {
    "text-classification": "text-classification",
    "text-pair-classification": "text-classification",
    "multi-label-classification": "text-classification",
    "regression": "text-classification",
    "token-classification": "token-classification",
    "generation": "text-generation",
}
#: Metrics as a hub names them.
_HUB_METRICS: Final[Mapping[str, str]] = {"macro_f1": "f1", "micro_f1": "f1", "entity_f1": "f1", "rouge_l": "rouge"}
_PACKAGES: Final = ("torch", "transformers", "peft", "accelerate", "bitsandbytes")
#: Everything that means something to Markdown inside a line; "@" and ":" keep addresses from becoming links.
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()#+!|~:@$^=])")
#: Starts that are kept in a second half of the adapter.
_WITH_START: Final = ("pissa", "olora")
_LABELS_SHOWN: Final = 50
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card tells."""

    recipe: Recipe
    result: Result
    comparison: Comparison
    #: The base model.
    model: Model
    #: The name the data's owner knows it by, and how it was mended before, in order.
    data_name: str
    steps: tuple[Step, ...]
    #: Package -> version, see ``installed_versions``.
    versions: Mapping[str, str]


def installed_versions() -> Mapping[str, str]:
    """The playground and the libraries that trained, as installed here."""
    found = {"fine-tuning-playground": __version__}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue  # bitsandbytes is missing on some systems
    return found


def card_text(card: Card) -> str:
    """The whole README.md."""
    front = f"---\n{_front_matter(card)}\n---\n"
    bodies = ("\n\n".join(_body(card, language)) for language in ("en", "zh"))
    recipe = f"<details><summary>{say('card.recipe', 'en')} · {say('card.recipe', 'zh')}</summary>"
    last = f"{recipe}\n\n```json\n{card.recipe.to_json()}\n```\n\n</details>"
    return front + "\n" + "\n\n---\n\n".join((*bodies, last)) + "\n"


def escaped(text: str) -> str:
    """``text`` on one line, readable on a Markdown page as the characters it consists of."""
    shown = plain(text)
    shown = shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"
    return _MARKUP.sub(r"\\\1", shown).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _front_matter(card: Card) -> str:
    task, model = card.result.task, card.model
    pipeline = _PIPELINES.get(task, "fill-mask" if model.kind == "encoder" else "text-generation")
    scores = card.comparison.tuned.values
    data = ModelCardData(
        model_name=f"{model.title}: {task}", base_model=model.id if model.published else None, library_name="peft",
        license=model.licence.lower() or None, pipeline_tag=pipeline, tags=[task, card.recipe.method, "fine-tuning-playground"],
        language=["multilingual" if code == "multi" else code for code in model.languages] or None,
        metrics=list(dict.fromkeys(_HUB_METRICS.get(name, name) for name in scores)),
        eval_results=[_measured(card, pipeline, name, value) for name, value in scores.items()],
    )  # fmt: skip
    return data.to_yaml().strip()


def _measured(card: Card, pipeline: str, metric: str, value: float) -> EvalResult:
    return EvalResult(
        task_type=pipeline, dataset_type="private", dataset_name=plain(card.data_name) or "private", dataset_split="test",
        metric_type=_HUB_METRICS.get(metric, metric), metric_name=_named("metric", metric, "en"), metric_value=round(value, 4),
    )  # fmt: skip


def _body(card: Card, language: Language) -> Iterator[str]:
    """The paragraphs and tables, top to bottom."""
    recipe, result, model = card.recipe, card.result, card.model
    yield f"# {_title(card, language)}"
    facts = {"base": escaped(model.title), "id": model.id, "task": _named("data.task", result.task, language)}
    yield say("card.what", language, method=say(f"method.{recipe.method}", language), **facts)
    if result.labels:
        yield say("card.labels", language, count=len(result.labels), labels=_some(result.labels, language))
    yield f"## {say('card.scores', language)}"
    yield _scores(card.comparison, language)
    yield _verdict("compare.verdict", card.comparison.verdict, language)
    if result.seeds:
        yield _seeds(card.comparison, language)
    if card.comparison.strongest != card.comparison.base_name:
        yield _against_strongest(card.comparison, language)
    yield f"## {say('card.data', language)}"
    yield say(
        "card.rows", language, name=escaped(card.data_name) or "–", train=result.splits.train, validation=result.splits.validation,
        test=result.splits.test,
    )  # fmt: skip
    if asked_less := result.splits.left_out:
        yield say("compare.left_out", language, count=result.splits.test, total=result.splits.test + asked_less)
    yield _mending(card.steps, language)
    yield f"## {say('card.base', language)}"
    yield say("card.licence" if model.licence else "card.no_licence", language, licence=escaped(model.licence), **facts)
    yield f"## {say('card.load', language)}"
    yield f"```python\n{load_code(card.model, result.task, len(result.labels), recipe.method)}\n```"
    yield f"## {say('card.settings', language)}"
    yield _settings(recipe, language)
    if recipe.lora_init in _WITH_START and recipe.method in LORA_METHODS:
        yield say("card.start", language, init=recipe.lora_init, rank=recipe.lora_r, stored=2 * recipe.lora_r)
    yield say(
        "card.made", language, seed=str(recipe.seed), device=result.device, dtype=result.compute_dtype, seconds=round(result.total_seconds),
        versions=", ".join(f"{name} {number}" for name, number in card.versions.items()),
    )  # fmt: skip


def _title(card: Card, language: Language) -> str:
    return say("card.title", language, base=escaped(card.model.title), task=_named("data.task", card.result.task, language))


def _scores(comparison: Comparison, language: Language) -> str:
    """References, weakest first, then the fine-tuned model."""
    metrics = list(comparison.tuned.values)
    head = [say("card.answers", language), *(_named("metric", name, language) for name in metrics)]
    rows = []
    for name, scores in comparison.references.items():
        base = f" ({say('compare.ladder.base', language)})" if name == comparison.base_name else ""
        rows.append([_named("compare.base", name, language) + base, *_numbers(scores, metrics)])
    rows.append([f"**{say('compare.ladder.tuned', language)}**", *(f"**{value}**" for value in _numbers(comparison.tuned, metrics))])
    return _table(head, rows)


def _numbers(scores: Metrics, names: Sequence[str]) -> list[str]:
    return [_number(scores.values[name]) if name in scores.values else "–" for name in names]


def _number(value: float, sign: str = "") -> str:
    return f"{value:{sign}.3f}" if abs(value) < 10 else f"{value:{sign}.1f}"


def _verdict(key: str, verdict: Verdict, language: Language) -> str:
    return say(
        f"{key}.{verdict.outcome}", language, metric=_named("metric", verdict.metric, language), base=_number(verdict.base),
        tuned=_number(verdict.tuned), count=verdict.rows, low=_number(verdict.low, "+"), high=_number(verdict.high, "+"),
    )  # fmt: skip


def _seeds(comparison: Comparison, language: Language) -> str:
    seeds = comparison.seeds
    assert seeds is not None
    metric, count = _named("metric", comparison.primary_metric, language), len(seeds.values)
    values = (_number(value) for value in (seeds.mean, seeds.sd, seeds.values[0]))
    return say("seeds.line", language, metric=metric, count=count, **dict(zip(("mean", "sd", "first"), values, strict=True)))


def _against_strongest(comparison: Comparison, language: Language) -> str:
    name, verdict = _named("compare.base", comparison.strongest, language), comparison.against_strongest
    return say(f"compare.verdict.strongest.{verdict.outcome}", language, name=name, value=_number(verdict.base))


def _mending(steps: Sequence[Step], language: Language) -> str:
    if not steps:
        return say("card.not_mended", language)
    lines = [f"{place}. {escaped(step_sentence(step, language))}" for place, step in enumerate(steps, 1)]
    return "\n".join([say("card.mended", language), "", *lines])


def _settings(recipe: Recipe, language: Language) -> str:
    """The settings that differ from their defaults; the whole recipe follows below them."""
    values = asdict(recipe)
    rows = [
        [say(f"setting.{setting.name}", language), f"`{setting.name}`", str(values[setting.name]).lower(), str(setting.default).lower()]
        for setting in settings()
        if values[setting.name] != setting.default
    ]
    if not rows:
        return say("card.all_default", language)
    return _table([say(f"card.setting.{column}", language) for column in ("name", "key", "value", "default")], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _some(names: Sequence[str], language: Language) -> str:
    more = [say("report.more", language, count=len(names) - _LABELS_SHOWN)] if len(names) > _LABELS_SHOWN else []
    return say("step.list", language).join([*(escaped(name) for name in names[:_LABELS_SHOWN]), *more])


def _named(group: str, name: str, language: Language) -> str:
    """The words of a task, metric or reference; its name where it has none (results may come from another version)."""
    key = f"{group}.{name}"
    return say(key, language) if key in entries() else name
