"""What a search looks like on the Train tab: how it stands, what it found and how sure that is, every trial. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from playground.search import Searched, SearchState, SearchTrial
from playground.search.chance import standard_error
from playground.tasks import get_task
from playground.ui import format
from playground.ui.html import SIGNS, esc, note_html
from playground.ui.marks import column_heads, term
from playground.ui.names import metric_name
from playground.ui.scales import Scale
from playground.ui.tasks import view_of
from playground.words import Fact, Language, say

#: Width and height of the course of a trial, in units of its drawing.
_WIDTH, _HEIGHT = 96, 24
#: States of a trial that need an explanation.
_EXPLAINED: Final = ("pruned", "late", "diverged", "memory", "interrupted")


def search_html(state: SearchState, language: Language, note: str = "") -> str:
    """How the search stands, what it found and every trial; "" if there is none.

    :param note: key of a sentence about the form, "" for none.
    """
    if state.request is None:
        return ""
    found = _found(state, language) if state.start else ""
    said = f"<p><b>{esc(say(f'search.{note}', language))}</b></p>" if note else ""
    trials = _table(state, language) if state.trials else ""
    return f'<section id="search-found" data-status="{state.status}">{_status(state, language)}{said}{found}{trials}</section>'


def _status(state: SearchState, language: Language) -> str:
    if state.status == "failed" and state.error is not None:
        return note_html(state.error, language)
    total = state.request.seconds if state.request else 0.0
    facts = {"spent": format.duration(state.seconds, language), "total": format.duration(total, language)}
    running = next((trial for trial in state.trials if trial.status == "running"), None)
    if state.status != "running":
        key = state.ending or state.status
        return f'<p class="pg-muted">{esc(say(f"search.status.{key}", language, **facts))}</p>'
    if running is None:
        return _progress(say("search.status.starting", language), None)
    return _progress(say("search.status.running", language, number=running.number, **facts), min(1.0, state.seconds / max(total, 1e-9)))


def _progress(line: str, share: float | None) -> str:
    """A line of what is done above a bar; one that only moves where nobody knows how far it is."""
    width = f' style="width:{100 * share:.1f}%"' if share is not None else ""
    moving = " pg-moving" if share is None else ""
    return (
        f'<div class="pg-progress" role="progressbar" aria-label="{esc(line)}"><p>{esc(line)}</p>'
        f'<span class="pg-track{moving}"><span class="pg-fill"{width}></span></span></div>'
    )


def _found(state: SearchState, language: Language) -> str:
    """The best against the beginning, and how much of the difference may be luck."""
    start, best, request = state.start, state.best, state.request
    assert start is not None
    assert best is not None
    assert request is not None
    metric, scale = _metric(state), _scale(state)
    facts: dict[str, Fact] = {
        "metric": metric_name(metric, language), "start": _shown(scale, start), "value": _shown(scale, best), "number": best.number,
    }  # fmt: skip
    better = best.number != 0 and state.gain > 0
    alone = sum(trial.status != "running" for trial in state.trials) == 1
    lines = [say("search.gain" if better else "search.gain.first" if alone else "search.gain.none", language, **facts)]
    if not alone:
        lines += _luck(state, scale, better, language)
    first, *rest = map(format.close_up, lines)
    return f"<p><b>{esc(first)}</b></p>" + "".join(f'<p class="pg-muted">{esc(line)}</p>' for line in rest)


def _luck(state: SearchState, scale: Scale, better: bool, language: Language) -> list[str]:
    assert state.request is not None
    assert state.start is not None
    rows = state.request.validation_rows
    if scale.kind != "share":
        said = [say("search.chance.rows", language, rows=rows)]
    else:
        chance = standard_error(state.start.value or 0.0, rows)
        key = "small" if better and state.gain <= chance else "large"
        facts: dict[str, Fact] = {"gain": format.score(state.gain), "rows": rows, "chance": format.score(chance)}
        said = [say(f"search.chance.{key}", language, **facts)]
    return [*said, say("search.chance.many", language)] if better else said


def _table(state: SearchState, language: Language) -> str:
    assert state.request is not None
    over, metric = state.request.over, metric_name(_metric(state), language)
    names = [say("search.column.number", language), *(say(f"search.setting.{name}", language) for name in over)]
    names += [format.close_up(say("search.column.value", language, metric=metric))]
    names += [say(f"search.column.{name}", language) for name in ("course", "time", "state")]
    heads = column_heads([*map(esc, names), f'<span class="search-hidden">{esc(say("search.column.use", language))}</span>'])
    values = [value for trial in state.trials for _, value in trial.course if math.isfinite(value)]
    bounds = (min(values, default=0.0), max(values, default=1.0))
    rows = "".join(_row(trial, state, bounds, names, language) for trial in _ordered(state.trials))
    title = f'<h3 class="pg-h3">{esc(say("search.trials", language))} <small class="pg-muted">{len(state.trials)}</small></h3>'
    return f'{title}<div class="scroll search-trials" tabindex="0"><table>{heads}<tbody>{rows}</tbody></table></div>'


def _ordered(trials: Sequence[SearchTrial]) -> list[SearchTrial]:
    """The newest first, so that the running one is in sight."""
    return sorted(trials, key=lambda trial: -trial.number)


def _row(trial: SearchTrial, state: SearchState, bounds: tuple[float, float], names: Sequence[str], language: Language) -> str:
    assert state.request is not None
    best = state.best is not None and state.best.number == trial.number
    start = dict(state.trials[0].settings(state.request.over))
    cells = [_number(trial, best, language)]
    cells += [_setting(name, value, value != start[name]) for name, value in trial.settings(state.request.over)]
    cells += [
        esc(_shown(_scale(state), trial)), _course(trial, state, bounds, language),
        esc(format.duration(trial.seconds, language)) if trial.seconds else "–", _state(trial, language),
    ]  # fmt: skip
    filled = "".join(f'<td data-name="{esc(name)}">{cell}</td>' for name, cell in zip(names, cells, strict=True))
    use = esc(say("search.use", language))
    button = f'<button type="button" class="search-use" data-run="{trial.number}">{use}</button>' if trial.status == "finished" else ""
    mark = ' class="best"' if best else ""
    return f'<tr{mark} data-number="{trial.number}" data-status="{trial.status}">{filled}<td>{button}</td></tr>'


def _number(trial: SearchTrial, best: bool, language: Language) -> str:
    tags = [say("search.start_mark", language)] if trial.number == 0 else []
    tags += [f"★ {say('search.best', language)}"] if best else []
    return str(trial.number) + "".join(f' <span class="pg-tag">{esc(tag)}</span>' for tag in tags)


def _setting(name: Searched, value: float, changed: bool) -> str:
    shown = rate_text(value) if name == "learning_rate" else format.number(value)
    return f"<b>{esc(shown)}</b>" if changed else f'<span class="quiet">{esc(shown)}</span>'


def rate_text(value: float) -> str:
    """A learning rate as short as it can be told apart: 0.001, 0.00032, 1.2e-05, 1e-06."""
    return f"{value:.1e}".replace(".0e", "e") if value < 1e-4 else format.number(value)


def _state(trial: SearchTrial, language: Language) -> str:
    name = say(f"search.trial.{trial.status}", language)
    said = term(name, say(f"search.trial.{trial.status}.help", language)) if trial.status in _EXPLAINED else esc(name)
    signs = {"running": "●", "finished": "✓", "diverged": SIGNS["error"], "memory": SIGNS["error"]}
    return f'<span class="search-state" data-status="{trial.status}">{signs.get(trial.status, "○")} {said}</span>'


def _course(trial: SearchTrial, state: SearchState, bounds: tuple[float, float], language: Language) -> str:
    """The metric of every evaluation as a line, all trials on one scale; better is always higher."""
    points = [(epoch, value) for epoch, value in trial.course if math.isfinite(value)]
    if not points or state.request is None:
        return "–"
    low, high = bounds
    most = max(trial.recipe.epochs, 1)

    def place(epoch: float, value: float) -> str:
        share = (value - low) / (high - low) if high > low else 0.5
        share = 1 - share if state.falls else share
        return f"{epoch / most * _WIDTH:.1f} {_HEIGHT - 3 - share * (_HEIGHT - 6):.1f}"

    path = "M" + "L".join(place(epoch, value) for epoch, value in points)
    last = place(*points[-1])
    values = ", ".join(_scale(state).shown(value) for _, value in points)
    label = esc(say("search.course", language, metric=metric_name(_metric(state), language), values=values))
    return (
        f'<svg class="search-course" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}"><title>{label}</title>'
        f'<path d="{path}"/><path class="last" d="M{last}h0"/></svg>'
    )


def _shown(scale: Scale, trial: SearchTrial) -> str:
    return scale.shown(trial.value if trial.value is not None else trial.course[-1][1] if trial.course else math.nan)


def _metric(state: SearchState) -> str:
    assert state.request is not None
    return get_task(state.request.recipe.task).watched_metric


def _scale(state: SearchState) -> Scale:
    assert state.request is not None
    return view_of(state.request.recipe.task).scale(_metric(state))
