"""What a closer look with a base model found: lengths, telling words, likely label errors, and how far the looking is. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from playground.data.plain import plain
from playground.data.survey import Survey, SurveyState, Suspect, survey_findings
from playground.data.types import Inspection, Step
from playground.ui import format
from playground.ui.data_cells import short
from playground.ui.data_charts import Histogram, histogram_html
from playground.ui.data_map import rings_html
from playground.ui.data_views import list_findings
from playground.ui.html import esc, note_html
from playground.ui.run_words import model_title
from playground.words import Fact, Language, say

#: Suspects listed at a time; the next move up as these are decided.
MOST_SUSPECTS: Final = 20
#: Labels whose telling words stand open, the largest first, and words of each.
_OPEN_LABELS: Final = 8
_WORDS: Final = 10


@dataclass(frozen=True, slots=True)
class Sighting:
    """A finished survey beside the data as it stands now."""

    survey: Survey
    inspection: Inspection
    #: The examples as mended so far.
    rows: pd.DataFrame
    #: Whether the data was changed since.
    outdated: bool = False


def still_true(survey: Survey, inspection: Inspection, rows: pd.DataFrame) -> Survey:
    """The survey without what has been settled since: rows left out, and labels a person has decided on."""
    decided = {row for step in inspection.steps if step.kind == "set_label" for row in step.rows}
    labels = rows["label"]
    suspects = tuple(
        one for one in survey.suspects if one.row in labels.index and one.row not in decided and labels.at[one.row] == one.label
    )
    near = tuple(left for group in survey.near if len(left := tuple(row for row in group if row in labels.index)) > 1)
    return replace(survey, suspects=suspects, near=near, outliers=tuple(row for row in survey.outliers if row in labels.index))


def labels_to(suspects: Sequence[Suspect], *, suggested: bool) -> tuple[Step, ...]:
    """The steps that give these rows the suggested labels, or record that a person finds the ones they have right."""
    chosen: dict[str, list[int]] = {}
    for one in suspects:
        chosen.setdefault(one.suggested if suggested else one.label, []).append(one.row)
    return tuple(Step("set_label", tuple(sorted(rows)), {"to": label}) for label, rows in sorted(chosen.items()))


def state_html(state: SurveyState, language: Language) -> str:
    """How a survey stands that is not finished; "" if nobody asked for one."""
    if state.status == "failed" and state.error is not None:
        return note_html(state.error, language)
    if state.status == "waiting":
        return _progress(say(f"survey.waits_for.{state.waits_for or 'survey'}", language), None, language)
    if state.status != "running":
        return ""
    stage = say(f"survey.stage.{state.stage or 'starting'}", language)
    done = ""
    if state.total and state.stage == "downloading":
        done = f"{format.size(state.done / 1e6)} / {format.size(state.total / 1e6)}"
    elif state.total:
        done = f"{format.count(state.done)} / {format.count(state.total)}"
    return _progress(f"{stage} · {done}" if done else stage, state.share, language)


def _progress(line: str, share: float | None, language: Language) -> str:
    width = f' style="width:{100 * share:.1f}%"' if share is not None else ""
    moving = "" if share is not None else " pg-moving"
    known = f' aria-valuenow="{100 * share:.0f}" aria-valuemin="0" aria-valuemax="100"' if share is not None else ""
    cancel = esc(say("data.survey.cancel", language))
    return (
        f'<div class="pg-progress" role="progressbar" aria-label="{esc(line)}"{known}><p>{esc(line)}</p>'
        f'<span class="pg-track{moving}"><span class="pg-fill"{width}></span></span>'
        f'<button type="button" data-do="cancel" id="data-survey-cancel">{cancel}</button></div>'
    )


def found_html(sighting: Sighting, language: Language) -> str:
    """Who looked and what was found that is still true, with what to press."""
    survey = still_true(sighting.survey, sighting.inspection, sighting.rows)
    found = survey_findings(survey)
    items = list_findings(found, sighting.inspection, sighting.rows, language, "survey")
    findings = f'<ul class="pg-findings" id="data-survey-findings">{items}</ul>' if items else ""
    return f'<section id="data-survey">{_head(sighting, language)}{findings}{rings_html(survey)}</section>'


def suspects_html(sighting: Sighting, language: Language) -> str:
    """Likely label errors one by one."""
    return _suspects(still_true(sighting.survey, sighting.inspection, sighting.rows), sighting.inspection, language)


def more_html(sighting: Sighting, language: Language) -> str:
    """Lengths and telling words, which stay what they were when the texts were read."""
    return f'<div class="pg-two-even">{_lengths(sighting.survey, language)}{_telling(sighting.survey, sighting.inspection, language)}</div>'


def _head(sighting: Sighting, language: Language) -> str:
    survey = sighting.survey
    facts: dict[str, Fact] = {
        "count": len(survey.rows),
        "model": model_title(survey.model),
        "time": format.duration(survey.seconds, language),
    }
    line = say("data.survey.sampled" if survey.sampled else "data.survey.done", language, total=survey.total_rows, **facts)
    old = f'<p class="pg-muted">{esc(say("data.survey.outdated", language))}</p>' if sighting.outdated else ""
    title = esc(say("data.survey", language))
    return f'<header class="pg-survey-head"><h3 class="pg-h3">{title}</h3><p class="pg-muted">{esc(line)}</p>{old}</header>'


def _lengths(survey: Survey, language: Language) -> str:
    limit = survey.limit_tokens
    lost = survey.lost(limit)
    note = say("data.lengths.note", language, median=int(pd.Series(survey.lengths).median()), longest=int(survey.lengths.max(initial=0)))
    if lost.texts:
        note += say("data.lengths.lost", language, count=lost.texts, share=format.percent(lost.tokens_share, language))
    histogram = Histogram(
        say("data.lengths", language), say("data.lengths.axis", language), survey.lengths.tolist(), limit,
        say("data.lengths.limit", language, limit=limit), whole=True, note=note,
    )  # fmt: skip
    return f'<div class="pg-card" id="data-lengths">{histogram_html(histogram, language)}</div>'


def _telling(survey: Survey, inspection: Inspection, language: Language) -> str:
    """The words that speak most for each label; the stronger, the darker."""
    if not any(survey.telling.values()):
        return ""
    order = [label for label in (inspection.labels or {}) if survey.telling.get(label)]
    order += [label for label in survey.telling if survey.telling[label] and label not in (inspection.labels or {})]
    lines = [_words(label, survey.telling[label]) for label in order]
    fold = ""
    if len(lines) > _OPEN_LABELS:
        summary = esc(say("data.bars.all", language, count=len(lines)))
        fold = f'<details><summary>{summary}</summary><dl class="pg-telling">{"".join(lines[_OPEN_LABELS:])}</dl></details>'
    title, help_text = esc(say("data.telling", language)), esc(say("data.telling.help", language))
    return (
        f'<div class="pg-card" id="data-telling"><h3 class="pg-h3">{title}</h3><p class="pg-muted pg-hint">{help_text}</p>'
        f'<div class="pg-tall"><dl class="pg-telling">{"".join(lines[:_OPEN_LABELS])}</dl>{fold}</div></div>'
    )


def _words(label: str, words: Sequence[tuple[str, float]]) -> str:
    strongest = max((weight for _, weight in words), default=1.0) or 1.0
    chips = "".join(
        f'<span class="pg-word" style="--depth:{100 * max(0.0, weight / strongest):.0f}%">{esc(short(word))}</span>'
        for word, weight in words[:_WORDS]
    )
    return f'<div><dt dir="auto">{esc(short(label))}</dt><dd>{chips}</dd></div>'


def _suspects(survey: Survey, inspection: Inspection, language: Language) -> str:
    """Likely label errors one by one, the surest first."""
    if not survey.judged_rows:
        return ""
    doubtful = any(finding.code == "doubtful_labels" for finding in survey_findings(survey))
    title = esc(say("data.suspects.doubtful" if doubtful else "data.suspects", language))
    if not survey.suspects:
        line = esc(say("data.suspects.none", language))
        return f'<div class="pg-card" id="data-suspects"><h3 class="pg-h3">{title}</h3><p class="pg-ok">✓ {line}</p></div>'
    excerpts: Mapping[int, str] = dict(zip(survey.rows.tolist(), survey.excerpts, strict=True))
    seen = len(inspection.steps)
    items = "".join(_suspect(one, excerpts.get(one.row, ""), seen, language) for one in survey.suspects[:MOST_SUSPECTS])
    count = len(survey.suspects)
    more = esc(say("data.suspects.more", language, count=count - MOST_SUSPECTS)) if count > MOST_SUSPECTS else ""
    button = ""
    if count > 1:
        keep_all = esc(say("data.suspects.keep_all", language, count=count))
        button = f'<button type="button" class="pg-quiet" data-do="keep_all" data-seen="{seen}">{keep_all}</button>'
    return (
        f'<div class="pg-card" id="data-suspects"><h3 class="pg-h3">{title} <small class="pg-muted">{format.count(count)}</small></h3>'
        f'<div class="pg-tall" tabindex="0"><ul class="pg-suspects">{items}</ul></div><p class="pg-muted pg-hint">{more}</p>'
        f'<div class="pg-fixes">{button}</div></div>'
    )


def _suspect(one: Suspect, excerpt: str, seen: int, language: Language) -> str:
    row = f'data-row="{one.row}" data-seen="{seen}"'
    accept = esc(plain(say("data.suspects.accept", language, label=short(one.suggested))))
    keep = esc(plain(say("data.suspects.keep", language, label=short(one.label))))
    sure = esc(format.percent(one.confidence, language))
    number = esc(say("data.row", language, number=one.row + 1))
    return (
        f'<li><p><button type="button" class="pg-link" data-do="row" data-row="{one.row}">{number}</button> '
        f'<span dir="auto">{esc(short(excerpt))}</span></p><div class="pg-fixes">'
        f'<button type="button" data-do="accept" {row}>{accept} <small>{sure}</small></button>'
        f'<button type="button" class="pg-quiet" data-do="keep" {row}>{keep}</button></div></li>'
    )
