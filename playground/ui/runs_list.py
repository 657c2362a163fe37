"""The list of runs and the console log, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from playground.ui import format
from playground.ui.marks import column_heads, term
from playground.ui.names import metric_name
from playground.ui.run_words import RunView, model_title
from playground.ui.runs_views import chip_html
from playground.words import Language, say

#: Bytes of the console log a page shows: the end, as much as a person scrolls through.
LOG_BYTES: Final = 64_000


def list_html(views: Sequence[RunView], chosen: str | None, language: Language) -> str:
    """Every run as one row with a button that shows it, newest first."""
    if not views:
        return ""
    one = len({view.metric for view in views}) == 1
    metric = say("runs.column.metric" if one else "runs.column.score", language, metric=metric_name(views[0].metric, language))
    names = [say(f"runs.column.{name}", language) for name in ("run", "data", "model")] + [metric]
    names += [say(f"runs.column.{name}", language) for name in ("duration", "started")]
    rows = "".join(_row(view, view.run.id == chosen, names, language, named=not one) for view in views)
    title = f"<h3>{escape(say('runs.list', language))} <small>{escape(say('runs.list.count', language, count=len(views)))}</small></h3>"
    return f'<section class="run-list">{title}<table>{column_heads(map(escape, names))}<tbody>{rows}</tbody></table></section>'


def _row(view: RunView, chosen: bool, names: Sequence[str], language: Language, *, named: bool) -> str:
    """:param named: whether the score says which metric it is, because the column holds several."""
    run, best = view.run, view.trace.best
    score = view.scale.shown(best.metric) if best else "–"
    if best and named:
        score += f' <small class="quiet">{escape(metric_name(view.metric, language))}</small>'
    cells = [
        chip_html(view.state.status, language) + _progress(view, language),
        f'<button type="button" class="run-open" title="{escape(say("runs.open", language))}">{escape(run.dataset_name)}</button>',
        escape(model_title(run.recipe.model)),
        score,
        escape(format.clock(view.state.seconds)) if view.state.seconds else "–",
        f"<time>{escape(format.moment(run.created))}</time>",
    ]
    filled = "".join(f'<td data-name="{escape(name)}">{cell}</td>' for name, cell in zip(names, cells, strict=True))
    mark = ' class="chosen" aria-current="true"' if chosen else ""
    return f'<tr{mark} data-run="{escape(run.id)}">{filled}</tr>'


def _progress(view: RunView, language: Language) -> str:
    if view.state.status == "waiting":
        return f' <small class="quiet">{view.state.position}</small>'
    if view.state.status != "running" or view.state.stage != "training" or view.share is None:
        return ""
    return f' <small class="quiet">{escape(format.percent(view.share, language))}</small>'


def log_html(text: str, cut: bool, language: Language) -> str:
    """The console log, newest line last; the script beside the page keeps its end in view unless a person scrolled up.

    :param cut: whether ``text`` is only the end of the log.
    """
    title = term(say("runs.log", language), say("runs.log.help", language), "strong")
    follow = f'<button type="button" class="log-follow">↓ {escape(say("runs.log.follow", language))}</button>'
    before = f"{say('runs.log.cut', language)}\n" if cut else ""
    body = escape(before + text) if text.strip() else ""
    nothing = f'<span class="quiet">{escape(say("runs.log.empty", language))}</span>'
    return f'<section class="run-log"><header>{title}{follow}</header><pre tabindex="0">{body or nothing}</pre></section>'
