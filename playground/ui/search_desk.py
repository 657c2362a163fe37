"""What happens in the fold "find good settings by trying": search and range test begin and end, are drawn when they changed, and what was
found goes into the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import gradio as gr

from playground.data.types import Dataset
from playground.errors import PlaygroundError, RunError
from playground.estimate import Estimate
from playground.recipe import Recipe
from playground.search import SEARCHED, SearchState
from playground.search.space import can_vary
from playground.search.types import ACTIVE, settings_of
from playground.ui.format import about
from playground.ui.html import esc, note_html
from playground.ui.rates_views import rates_html
from playground.ui.search_views import rate_text, search_html
from playground.ui.session import Page
from playground.ui.train_fields import recipe_of
from playground.words import Language, say

#: Settings that say nothing about how well a recipe learns.
_ELSEWHERE: Final = frozenset({"tracking", "seeds"})
#: What was drawn last: how search and test stood, what may vary, and what was said about the form.
Seen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SearchParts:
    """The components of the fold."""

    test: gr.Button
    use_rate: gr.Button
    rates: gr.HTML
    minutes: gr.Textbox
    over: gr.CheckboxGroup
    plan: gr.HTML
    start: gr.Button
    stop: gr.Button
    message: gr.HTML
    #: A click in it is the event "pick" with the number of a trial.
    found: gr.HTML
    #: A recipe (JSON) that the form is to show, and how often that was asked for.
    chosen: gr.State
    seen: gr.State
    #: Counts the looks that found something new.
    news: gr.State

    @property
    def drawn(self) -> list[Any]:
        """What a look may change."""
        return [
            self.use_rate, self.rates, self.over, self.plan, self.start, self.stop, self.message, self.found, self.chosen, self.seen,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks about which of their datasets, and what the page holds."""

    dataset: Dataset
    owner: str
    language: Language
    seen: Seen
    minutes: str | None
    over: tuple[str, ...]
    chosen: list[Any] | None
    #: What the form says.
    recipe: Recipe

    def choosing(self, recipe: Recipe) -> list[Any]:
        """The value of ``SearchParts.chosen`` that brings a recipe into the form, also one that was brought before."""
        return [(self.chosen or [0])[0] + 1, recipe.to_json()]


#: Does something for a person; what it returns is added to what is drawn.
Deed = Callable[[Asked], dict[Any, Any]]


class Desk:
    """Draws what changed, and does what is asked."""

    def __init__(self, page: Page, parts: SearchParts) -> None:
        self.page, self.parts, self.bench = page, parts, page.workbench

    def look(
        self, language: str | None, visitor: str | None, dataset_id: str | None, seen: Seen | None, news: int, request: gr.Request
    ) -> Any:  # fmt: skip
        """Whether search or test stand otherwise than when they were drawn."""
        if not seen or not dataset_id:
            return gr.skip()
        owner = self.page.owner_of(request, visitor)
        now = (list(self.bench.searches.seen(owner, dataset_id)), self.bench.range_tests.status(str(seen["test"])))
        return news + 1 if now != (seen["search"], seen["rates"]) else gr.skip()

    def doing(self, deed: Deed | None) -> Callable[..., Any]:
        """A handler that does ``deed`` and draws what came of it, or why it could not be done."""

        def handler(
            request: gr.Request, language: str | None, visitor: str | None, dataset_id: str | None, seen: Seen | None, minutes: str | None,
            over: Sequence[str], chosen: list[Any] | None, model: str, *values: Any,
        ) -> Any:  # fmt: skip
            owner, tongue = self.page.owner_of(request, visitor), self.page.language_of(request, language)
            try:
                dataset = self.bench.dataset(dataset_id or "", owner)
                recipe = recipe_of(model, dataset.task, values)
                asked = Asked(dataset, owner, tongue, dict(seen or {}), minutes, tuple(over or ()), chosen, recipe)
                done = deed(asked) if deed else {}
            except PlaygroundError as error:
                # While a form is half filled in, its own notes say what is wrong with it.
                return {self.parts.message: gr.HTML(note_html(error, tongue), visible=True)} if deed else gr.skip()
            return {**self._drawn(asked, keep_message=deed is None), **done}

        return handler

    def start(self, asked: Asked) -> dict[Any, Any]:
        """Begin a search."""
        self.bench.start_search(
            asked.dataset.fingerprint, asked.recipe, asked.owner, over=asked.over, minutes=minutes_of(asked.minutes)
        )  # fmt: skip
        asked.seen["note"] = ""
        return {}

    def stop(self, asked: Asked) -> dict[Any, Any]:
        """End it and keep what was found."""
        self.bench.stop_search(asked.dataset.fingerprint, asked.owner)
        return {}

    def test(self, asked: Asked) -> dict[Any, Any]:
        """Begin a range test."""
        self.bench.test_rates(asked.dataset.fingerprint, asked.recipe, asked.owner)
        return {}

    def use_rate(self, asked: Asked) -> dict[Any, Any]:
        """Put the suggested rate into the form."""
        suggestion = self.bench.rates(asked.dataset.fingerprint, asked.recipe).suggestion
        if suggestion is None:
            return {}
        return {self.parts.chosen: asked.choosing(replace(asked.recipe, learning_rate=suggestion))}

    def use_trial(self, asked: Asked, number: int) -> dict[Any, Any]:
        """Put the settings of a trial into the form."""
        trials = self.bench.search(asked.dataset.fingerprint, asked.owner).trials
        trial = next((trial for trial in trials if trial.number == number), None)
        return {} if trial is None else {self.parts.chosen: asked.choosing(trial.recipe)}

    def _drawn(self, asked: Asked, *, keep_message: bool) -> dict[Any, Any]:
        parts, seen, language = self.parts, dict(asked.seen), asked.language
        updates: dict[Any, Any] = {} if keep_message else {parts.message: gr.HTML("", visible=False)}
        before = seen.get("search")
        search = self.bench.search(asked.dataset.fingerprint, asked.owner)
        rates = self.bench.rates(asked.dataset.fingerprint, asked.recipe)
        seen["search"] = list(self.bench.searches.seen(asked.owner, asked.dataset.fingerprint))
        seen["test"] = self.bench.range_tests.key(asked.recipe, asked.dataset.fingerprint)
        seen["rates"] = self.bench.range_tests.status(seen["test"])
        if before is not None and before[0] in ACTIVE and search.status not in ACTIVE:
            recipe, seen["note"] = after_search(search, asked.recipe)
            updates |= {parts.chosen: asked.choosing(recipe)} if recipe else {}
        active = search.status in ACTIVE
        if _new(seen, "found", [*seen["search"], seen.get("note", ""), language, asked.dataset.fingerprint]):
            updates[parts.found] = search_html(search, language, str(seen.get("note") or ""))
            updates[parts.start] = gr.Button(visible=not active)
            updates[parts.stop] = gr.Button(visible=active)
        if _new(seen, "curve", [seen["test"], seen["rates"], language]):
            updates[parts.rates] = rates_html(rates, language)
            shown = rates.suggestion is not None
            label = say("rates.use", language, rate=rate_text(rates.suggestion)) if rates.suggestion is not None else ""
            updates[parts.use_rate] = gr.Button(label, visible=shown)
        if _new(seen, "over", [list(can_vary(asked.recipe)), language]):
            updates[parts.over] = over_choices(asked, first="over" not in asked.seen)
        updates[parts.plan] = "" if active else self._plan(asked)
        return updates | {parts.seen: seen}

    def _plan(self, asked: Asked) -> str:
        """How many tries there is time for, as far as the estimate knows."""
        try:
            seconds = 60 * minutes_of(asked.minutes)
            estimate = self.bench.estimate(asked.recipe, asked.dataset)
        except PlaygroundError:
            return ""
        return plan_html(estimate, seconds, asked.language)


def after_search(search: SearchState, form: Recipe) -> tuple[Recipe | None, str]:
    """What becomes of the form when a search ends: the recipe to show, and the key of a sentence about it; None and "" for nothing.

    The best settings go in by themselves, unless the form says something else than what the search began with.
    """
    if search.best is None or search.request is None or not search.gain:
        return None, ""
    start = search.request.recipe
    if settings_of(form, start).keys() - _ELSEWHERE:
        return None, "changed"
    return form.with_values(settings_of(search.best.recipe, start)), "applied"


def plan_html(estimate: Estimate, seconds: float, language: Language) -> str:
    """How many tries of a recipe there is time for."""
    one = max(estimate.time.training, 0.1)
    count = int(max(0.0, seconds - estimate.time.start) / one)
    key = "search.plan" if count else "search.plan.too_short"
    said = say(key, language, time=about(one, language), count=count) if count else say(key, language, time=about(one, language))
    return f'<p class="pg-muted" id="search-plan">{esc(said)}</p>'


def over_choices(asked: Asked, *, first: bool) -> gr.CheckboxGroup:
    """What may vary for this method; what a person unticked stays so."""
    possible = can_vary(asked.recipe)
    chosen = [name for name in possible if name in (SEARCHED if first else asked.over)]
    return gr.CheckboxGroup([(say(f"search.setting.{name}", asked.language), name) for name in possible], value=chosen)


def minutes_of(minutes: str | None) -> float:
    """:raises RunError: "search_no_number"."""
    try:
        return float(str(minutes).replace(",", "."))
    except ValueError as error:
        raise RunError("search_no_number", value=str(minutes or "–")[:40]) from error


def _new(seen: Seen, part: str, signature: list[Any]) -> bool:
    """Whether ``part`` is to be drawn; remembers that it is."""
    if seen.get(part) == signature:
        return False
    seen[part] = signature
    return True
