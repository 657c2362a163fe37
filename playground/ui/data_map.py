"""The map of the texts: each a dot, near others that mean something similar. What the script beside the page draws on a canvas. Pure."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import numpy as np

from playground.data.survey import Survey
from playground.ui.data_cells import short
from playground.ui.html import esc
from playground.words import Language, say

#: Dots drawn at most; taken evenly, with everything ringed.
MOST_DOTS: Final = 5_000
#: Labels with a colour of their own; the others share one.
COLOURS: Final = 9
#: Characters of a text under the pointer.
_EXCERPT: Final = 160
#: Why a dot is ringed.
_SUSPECT: Final = 1
_OUTLIER: Final = 2
#: What the script says of a dot, and its key in the words.
_WORDS: Final = {"row": "row", "1": "suspect", "2": "outlier", "suggested": "suggested"}


def map_html(survey: Survey, language: Language) -> str:
    """The map, its legend, and a list of labels to light one up; "" without places."""
    if not len(survey.positions):
        return ""
    data = map_data(survey, language)
    facts = {"count": len(data["points"]), "suspects": len(survey.suspects), "outliers": len(survey.outliers)}
    summary = esc(say("data.map.summary", language, **facts))
    title, help_text = esc(say("data.map", language)), esc(say("data.map.help", language))
    fewer = len(survey.positions) - len(data["points"])
    note = f" {esc(say('data.map.sampled', language, count=len(data['points'])))}" if fewer else ""
    head = f'<div class="pg-map-head"><h3 class="pg-h3">{title}</h3>{_picker(data["labels"], language)}</div>'
    return (
        f'<div class="pg-card" id="data-map">{head}'
        f'<div class="pg-map" data-map="{esc(_json(data))}">'
        f'<canvas role="img" tabindex="0" aria-label="{summary}"></canvas></div>'
        f'{_legend(data["labels"], survey, language)}<p class="pg-muted pg-hint">{help_text}{note}</p></div>'
    )


def rings_html(survey: Survey) -> str:
    """Which rows the map rings and what is suggested for them. Apart from the map: this changes with every click."""
    rings: dict[str, list[str | int]] = {str(row): [_OUTLIER] for row in survey.outliers}
    rings |= {str(one.row): [_SUSPECT, short(one.suggested)] for one in survey.suspects}
    return f'<span hidden id="data-rings" data-rings="{esc(_json(rings))}"></span>'


def map_data(survey: Survey, language: Language) -> dict[str, Any]:
    """What the script needs: labels from the most frequent on, and [x, y, label, row] and a text for each dot."""
    counts = Counter(survey.labels)
    order = sorted(counts, key=lambda label: (-counts[label], label))
    place_of = {label: place for place, label in enumerate(order)}
    chosen = _chosen(survey, {*survey.outliers, *(one.row for one in survey.suspects)})
    points = [
        [
            round(float(survey.positions[place, 0]), 3),
            round(float(survey.positions[place, 1]), 3),
            place_of[survey.labels[place]],
            int(survey.rows[place]),
        ]
        for place in chosen
    ]
    return {
        "points": points,
        "texts": [short(survey.excerpts[place])[:_EXCERPT] for place in chosen],
        "labels": [short(label) or (say("data.map.unlabelled", language) if len(order) > 1 else "") for label in order],
        "words": {name: say(f"data.map.{key}", language) for name, key in _WORDS.items()},
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _chosen(survey: Survey, ringed: set[int]) -> list[int]:
    """Places of the dots to draw."""
    everything = range(len(survey.positions))
    if len(everything) <= MOST_DOTS:
        return list(everything)
    first = [place for place in everything if int(survey.rows[place]) in ringed][:MOST_DOTS]
    others = [place for place in everything if int(survey.rows[place]) not in ringed]
    room = MOST_DOTS - len(first)
    even = np.unique(np.linspace(0, len(others) - 1, room).astype(int)).tolist() if room and others else []
    return sorted([*first, *(others[place] for place in even)])


def _legend(labels: list[str], survey: Survey, language: Language) -> str:
    shown = labels if len(labels) <= COLOURS + 1 else labels[:COLOURS]
    shown = [] if shown == [""] else shown
    keys = [
        f'<button type="button" data-light="{place}" aria-pressed="false"><i class="pg-dot-{min(place, COLOURS)}"></i>{esc(label)}</button>'
        for place, label in enumerate(shown)
    ]
    if shown and len(labels) > len(shown):
        others = esc(say("data.bars.others", language, count=len(labels) - len(shown)))
        keys.append(f'<span><i class="pg-dot-{COLOURS}"></i>{others}</span>')
    rings = [(_SUSPECT, "suspect", survey.suspects), (_OUTLIER, "outlier", survey.outliers)]
    keys += [f'<span><i class="pg-ring-{kind}"></i>{esc(say(f"data.map.{name}", language))}</span>' for kind, name, rows in rings if rows]
    return f'<div class="pg-legend">{"".join(keys)}</div>'


def _picker(labels: list[str], language: Language) -> str:
    """All labels to choose one from, where the legend cannot hold them."""
    if len(labels) <= COLOURS + 1:
        return ""
    options = "".join(f'<option value="{place}">{esc(label)}</option>' for place, label in enumerate(labels))
    everything = esc(say("data.map.all", language))
    name = esc(say("data.map.light", language))
    return f'<select class="pg-light" aria-label="{name}"><option value="">{everything}</option>{options}</select>'
