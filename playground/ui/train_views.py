"""What the Train tab says about a model, a plan and its contradictions. Dataclasses in, HTML out; no server, no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.data.meaning.language import language_name, speaks, unspoken
from playground.data.types import Dataset
from playground.errors import PlaygroundError, RecipeError
from playground.models.catalogue import CJK_SHARE, Model
from playground.presets import few_labels, rows_a_label
from playground.recipe import Quantization, Recipe, Setting
from playground.ui.format import about, number, parameters, percent, size
from playground.ui.html import SIGNS, esc
from playground.words import Language, entries, say

#: The ways of storing the base weights whose memory is shown.
_STORED: Final[tuple[Quantization, ...]] = ("none", "int8", "nf4")


def model_html(model: Model, dataset: Dataset, recommended: Model, language: Language, *, here: bool = False) -> str:
    """The chosen base model: what it is good for, why it is proposed, what it costs.

    :param here: whether its weights are on this machine already.
    """
    proposed = model.id == recommended.id
    tag = f'<span class="pg-tag">{esc(say("train.model.recommended" if proposed else "train.model.chosen", language))}</span>'
    why = f"<p>{esc(_why(model, dataset, language))}</p>" if proposed else ""
    good_for = esc(say(model.good_for, language))
    facts = "".join(f"<div><dt>{esc(name)}</dt><dd>{esc(value)}</dd></div>" for name, value in _facts(model, language, here))
    return (
        f'<section class="pg-card pg-model" id="train-model-card"><p class="pg-model-head"><b>{esc(model.title)}</b>{tag}'
        f'<span class="pg-muted">{esc(model.id)}</span></p>{why}{_foreign(model, dataset, language)}<p class="pg-muted">{good_for}</p>'
        f'<dl class="pg-facts">{facts}</dl></section>'
    )


def _foreign(model: Model, dataset: Dataset, language: Language) -> str:
    """What the model cannot read of this data."""
    foreign = unspoken(model.languages, dataset.languages)
    if not foreign or not model.languages:  # its makers do not say what it speaks
        return ""
    names = ("、" if language == "zh" else ", ").join(language_name(code, language) for code in foreign)
    share = percent(1 - speaks(model.languages, dataset.languages), language)
    return f'<p class="pg-field-note">{SIGNS["warning"]} {esc(say("train.model.foreign", language, percent=share, languages=names))}</p>'


def _why(model: Model, dataset: Dataset, language: Language) -> str:
    if model.kind != "encoder":
        return say("own.why_writes", language)
    if "multi" not in model.languages:
        return say("train.model.why_english", language)
    if dataset.cjk_share >= CJK_SHARE:
        return say("train.model.why_cjk", language, percent=percent(dataset.cjk_share, language))
    return say("train.model.why_other", language)


def _facts(model: Model, language: Language, here: bool) -> list[tuple[str, str]]:
    memory = " · ".join(f"{stored_name(stored, language)} {size(model.memory_mb(stored))}" for stored in _STORED)
    return [
        (say("train.model.size", language), say("train.model.parameters", language, value=parameters(model.parameters, language))),
        (say("train.model.languages", language), languages(model, language)),
        (say("train.model.memory", language), memory),
        (say("train.model.download", language), say("train.model.here", language) if here else size(model.download_mb)),
        (say("train.model.licence", language), licence(model, language)),
    ]


def licence(model: Model, language: Language) -> str:
    """Under which licence the weights may be used, and whether a hub asks for consent first."""
    return (model.licence or say("own.unknown", language)) + _gated(model, language)


def _gated(model: Model, language: Language) -> str:
    return f" · {say('own.gated.short', language)}" if model.gated else ""


def stored_name(quantization: str, language: Language) -> str:
    """How weights are stored, as a word: "none" -> "16-bit"."""
    return say("train.quantization.none", language) if quantization == "none" else quantization


def languages(model: Model, language: Language) -> str:
    """What a model reads."""
    spoken = ("multi",) if "multi" in model.languages else model.languages
    keys = {name: f"train.language.{name}" for name in spoken}
    named = (say(key, language) if key in entries() else language_name(name, language) for name, key in keys.items())
    return ("、" if language == "zh" else ", ").join(named) or say("own.unknown", language)


def model_choices(models: Sequence[Model], language: Language) -> list[tuple[str, str]]:
    """The base models on offer, as labels of two lines with their ids."""
    return [(f"{model.title}\n{_in_short(model, language)}", model.id) for model in models]


def _in_short(model: Model, language: Language) -> str:
    facts = (languages(model, language), parameters(model.parameters, language), size(model.download_mb))
    return " · ".join(facts) + _gated(model, language)


def preset_choices(times: Mapping[str, float], language: Language) -> list[tuple[str, str]]:
    """The presets with the seconds each takes here, as labels of two lines with their names."""
    return [
        (
            f"{say(f'preset.{name}', language)} · {say('train.preset.time', language, time=about(seconds, language))}\n"
            f"{say(f'preset.{name}.line', language)}",
            name,
        )
        for name, seconds in times.items()
    ]


def method_html(recipe: Recipe, dataset: Dataset, model: Model, language: Language) -> str:
    """Why the preset chose another method than the usual one; "" where it did not."""
    if recipe.method != "contrastive" or not few_labels(dataset, model):
        return ""
    said = say("train.few_labels", language, count=max(1, round(rows_a_label(dataset))))
    return f'<p class="pg-muted" id="train-why">{esc(said)}</p>'


def command_html(command: str, recipe: str, language: Language) -> str:
    """The exact command line and the recipe it reads, each to be copied with one click."""
    parts = ((say("train.command.line", language), command), (say("train.command.recipe", language), recipe))
    copy = esc(say("train.command.copy", language))
    return "".join(
        f'<figure class="pg-code"><figcaption>{esc(title)}<button type="button" data-pg-copy>{copy}</button></figcaption>'
        f"<pre>{esc(code)}</pre></figure>"
        for title, code in parts
    )


def problems_html(problems: Sequence[PlaygroundError], language: Language) -> str:
    """Every contradiction at once; "" when there is none."""
    if not problems:
        return ""
    title = esc(say("train.problems", language, count=len(problems)))
    lines = "".join(f"<li>{esc(_sentence(problem, language))}</li>" for problem in problems)
    return (
        f'<div class="pg-note pg-warning" role="alert" id="train-problems"><span class="pg-sign" aria-hidden="true">{SIGNS["error"]}</span>'
        f"<div><p><b>{title}</b></p><ul>{lines}</ul></div></div>"
    )


def _sentence(problem: PlaygroundError, language: Language) -> str:
    """A problem as the page says it: settings go by their label, not by their name in a recipe."""
    field = str(problem.facts.get("field", ""))
    if f"setting.{field}" in entries():
        facts: dict[str, Any] = {**problem.facts, "field": say(f"setting.{field}", language)}
        problem = RecipeError(problem.code, **facts)
    return ("" if language == "zh" else " ").join((problem.message(language), problem.remedy(language)))


def unreadable(setting: Setting, value: object) -> RecipeError:
    """A field that holds no number, reported like a number out of range: the remedy is the same."""
    low, high = number(setting.low or 0), number(setting.high or 0)
    return RecipeError("setting_range", field=setting.name, value="–" if value in (None, "") else str(value), low=low, high=high)


def field_note_html(problem: PlaygroundError | None, language: Language) -> str:
    """What is wrong with one setting, to stand right under it."""
    if problem is None:
        return ""
    return f'<p class="pg-field-note">{SIGNS["error"]} {esc(problem.remedy(language))}</p>'


def status_line(model: Model, recipe: Recipe, language: Language) -> str:
    """Model, method and storage in one short line: "MiniLM L6 · LoRA · nf4"."""
    return f"{model.title} · {say(f'method.{recipe.method}', language)} · {stored_name(recipe.quantization, language)}"
