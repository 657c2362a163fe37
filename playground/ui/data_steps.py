"""What was done to the data: the change just made in a sentence, and every recorded step with undo at the last. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from playground.data.mending.steps import step_sentence
from playground.data.plain import plain
from playground.data.types import Inspection, Step
from playground.ui.html import esc
from playground.words import Language, say

#: Steps listed before the rest goes into a fold.
_LISTED: Final = 5
#: Steps of one change that are put in words.
_SENTENCES: Final = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What came of the last click: the data before and after."""

    before: Inspection
    after: Inspection

    @property
    def undone(self) -> bool:
        """Whether a step was taken back."""
        return len(self.after.steps) < len(self.before.steps)


def change_sentence(change: Change, language: Language) -> str:
    """What was done, and what that did to the usable rows and the labels."""
    longer, shorter = (change.before, change.after) if change.undone else (change.after, change.before)
    steps = longer.steps[len(shorter.steps) :]
    what = _sentence(steps, language) if steps else say("data.steps.nothing", language)
    said = say("data.steps.undone", language, what=what) if change.undone else what
    return plain(" · ".join([said, *_effects(change, language)]))


def _effects(change: Change, language: Language) -> list[str]:
    before, after = change.before, change.after
    effects = []
    if before.usable_rows != after.usable_rows:
        effects.append(say("data.steps.rows", language, before=before.usable_rows, after=after.usable_rows))
    labels = [len(labels) if (labels := inspection.labels) else 0 for inspection in (before, after)]
    if labels[0] != labels[1]:
        effects.append(say("data.steps.labels", language, before=labels[0], after=labels[1]))
    if not effects and not change.undone:
        effects.append(_moved(before.labels or {}, after.labels or {}, language))
    return [effect for effect in effects if effect]


def _moved(before: Mapping[str, int], after: Mapping[str, int], language: Language) -> str:
    """The one label that grew, where rows went from label to label."""
    grown = [(rows - before.get(label, 0), label) for label, rows in after.items() if rows > before.get(label, 0)]
    if len(grown) != 1:
        return ""
    return say("data.steps.moved", language, label=grown[0][1], before=before.get(grown[0][1], 0), after=after[grown[0][1]])


def steps_html(changes: Sequence[Sequence[Step]], language: Language, change: Change | None = None) -> str:
    """The last change, every recorded one in order, and undo; "" while there is neither.

    :param changes: the steps of each press of a button; one press is taken back as one.
    """
    if not changes and change is None:
        return ""
    said = f'<p class="pg-change" role="status">{esc(change_sentence(change, language))}</p>' if change else ""
    if not changes:
        return f'<section class="pg-steps" id="data-steps">{said}</section>'
    items = [f"<li>{esc(_sentence(steps, language))}</li>" for steps in changes]
    earlier, latest = items[:-_LISTED], items[-_LISTED:]
    fold = ""
    if earlier:
        summary = esc(say("data.steps.earlier", language, count=len(earlier)))
        fold = f"<details><summary>{summary}</summary><ol>{''.join(earlier)}</ol></details>"
    title = esc(say("data.steps", language, count=len(changes)))
    seen = sum(map(len, changes))
    undo = (
        f'<button type="button" data-do="undo" data-seen="{seen}" id="data-undo" '
        f'title="{esc(say("data.steps.undo.help", language))}">↶ {esc(say("data.steps.undo", language))}</button>'
    )
    kept = esc(say("data.steps.kept", language))
    return (
        f'<section class="pg-steps" id="data-steps">{said}<header><h3 class="pg-h3">{title}</h3>{undo}</header>'
        f'{fold}<ol start="{len(earlier) + 1}">{"".join(latest)}</ol><p class="pg-muted pg-hint">{kept}</p></section>'
    )


def _sentence(steps: Sequence[Step], language: Language) -> str:
    """One change in words: its first steps, and how many more there are."""
    sentences = [step_sentence(step, language) for step in steps[:_SENTENCES]]
    more = [say("data.steps.more", language, count=len(steps) - _SENTENCES)] if len(steps) > _SENTENCES else []
    return plain(("；" if language == "zh" else "; ").join([*sentences, *more]))
