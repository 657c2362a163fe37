"""Steps as they are kept: checked, as JSON and back, and as sentences. Reading is strict, for a steps file may come from anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias, get_args

from playground.data.meaning.personal import PERSONAL_KINDS
from playground.data.types import Step, StepKind
from playground.errors import DatasetError
from playground.words import Language, say

Values: TypeAlias = dict[str, Any]
KINDS: Final[tuple[StepKind, ...]] = get_args(StepKind)
#: Steps of one dataset; a person who needs more should mend the file itself.
MOST_STEPS: Final = 10_000
#: "said" is the sentence that reports add for people; reading passes over it.
_KEYS: Final = frozenset({"kind", "rows", "facts", "said"})
_NEED_ROWS: Final[frozenset[StepKind]] = frozenset({"drop_rows", "set_text", "set_label", "move_to_train"})
_SAID_OF_ONE: Final[frozenset[StepKind]] = frozenset({"drop_rows", "set_label", "move_to_train"})
_NEEDED_FACT: Final[Mapping[StepKind, str]] = {"set_text": "text", "set_label": "to", "mask_personal": "kinds", "shorten": "characters"}
#: Facts a step may have besides the needed one, and their values.
_EXTRA_FACTS: Final[Mapping[StepKind, Mapping[str, tuple[str, ...]]]] = {
    "set_text": {"column": ("text", "text_pair")},
    "drop_duplicates": {"labels": ("same", "any")},
}
_NAMES_SHOWN: Final = 5
_LONGEST_SHOWN: Final = 60


def check_steps(steps: Sequence[Step]) -> None:
    """:raises DatasetError: "steps_too_many", "step_unknown" or "step_incomplete", naming the step counted from 1."""
    if len(steps) > MOST_STEPS:
        raise DatasetError("steps_too_many", count=len(steps), limit=MOST_STEPS)
    for place, step in enumerate(steps, 1):
        if step.kind not in KINDS:
            raise DatasetError("step_unknown", place=place, kind=str(step.kind)[:_LONGEST_SHOWN], kinds=", ".join(KINDS))
        if not _complete(step):
            raise DatasetError("step_incomplete", place=place, kind=step.kind, needs_en=_needs(step, "en"), needs_zh=_needs(step, "zh"))


def steps_to_values(steps: Sequence[Step]) -> list[Values]:
    """Steps as JSON objects, each with its kind and only what it has."""
    return [
        {"kind": step.kind, **({"rows": list(step.rows)} if step.rows else {}), **({"facts": dict(step.facts)} if step.facts else {})}
        for step in steps
    ]


def steps_from_values(values: object) -> tuple[Step, ...]:
    """Steps from JSON objects.

    :raises DatasetError: "steps_not_json" if this is no list of steps, and whatever ``check_steps`` says.
    """
    if not isinstance(values, list):
        raise DatasetError("steps_not_json")
    steps = tuple(_step(value, place) for place, value in enumerate(values, 1))
    check_steps(steps)
    return steps


def steps_to_json(steps: Sequence[Step]) -> str:
    """One JSON list; ``steps_from_json`` reads it back to equal steps."""
    return json.dumps(steps_to_values(steps), ensure_ascii=False)


def steps_from_json(text: str) -> tuple[Step, ...]:
    """:raises DatasetError: "steps_not_json", "steps_too_many", "step_unknown" or "step_incomplete"."""
    try:
        values: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DatasetError("steps_not_json") from error
    return steps_from_values(values)


def step_sentence(step: Step, language: Language = "en") -> str:
    """What a step does, in one line; its words are ``step.<kind>``."""
    shown = {name: _short(value) for name, value in step.facts.items()}
    pairs = [f"{_short(old)} → {_short(new)}" for old, new in list(step.facts.items())[:_NAMES_SHOWN]]
    more = " …" if len(step.facts) > _NAMES_SHOWN else ""
    if step.kind == "rename_labels":
        return say("step.rename_labels", language, labels="; ".join(pairs) + more)
    if step.kind == "drop_labels":
        return say("step.drop_labels", language, labels=", ".join(_short(name) for name in list(step.facts)[:_NAMES_SHOWN]) + more)
    if step.kind == "mask_personal":
        kinds = say("step.list", language).join(say(f"step.personal.{kind}", language) for kind in personal_kinds(step))
        return say("step.mask_personal", language, kinds=kinds)
    if len(step.rows) == 1 and step.kind in _SAID_OF_ONE:  # rows as a person counts them: from 1
        return say(f"step.{step.kind}.one", language, row=step.rows[0] + 1, **shown)
    return say(f"step.{step.kind}", language, count=len(step.rows), row=step.rows[0] + 1 if step.rows else 0, **shown)


def personal_kinds(step: Step) -> tuple[str, ...]:
    """The kinds a masking step names, in their usual order."""
    named = {kind.strip() for kind in step.facts.get("kinds", "").split(",")}
    return tuple(kind for kind in PERSONAL_KINDS if kind in named)


def _step(value: object, place: int) -> Step:
    if not isinstance(value, dict) or not value.keys() <= _KEYS or not isinstance(value.get("kind"), str):
        raise DatasetError("steps_not_json")
    rows, facts = value.get("rows", []), value.get("facts", {})
    if not isinstance(rows, list) or not isinstance(facts, dict):
        raise DatasetError("steps_not_json")
    return Step(value["kind"], tuple(rows), dict(facts))


def _complete(step: Step) -> bool:
    """Whether the step has everything its kind needs, and nothing of the wrong type."""
    rows_fit = all(type(row) is int and row >= 0 for row in step.rows) and bool(step.rows) == (step.kind in _NEED_ROWS)
    facts_fit = all(_is_text(name) and _is_text(value) for name, value in step.facts.items())
    return rows_fit and facts_fit and _facts_known(step) and _values_fit(step)


def _is_text(value: object) -> bool:
    """JSON can spell half a character (``"\\ud800"``), which no file can hold."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _facts_known(step: Step) -> bool:
    if step.kind in ("rename_labels", "drop_labels"):  # their facts are named by labels
        return bool(step.facts)
    needed, extra = _NEEDED_FACT.get(step.kind), _EXTRA_FACTS.get(step.kind, {})
    if needed is not None and needed not in step.facts:
        return False
    return all(name == needed or step.facts[name] in extra.get(name, ()) for name in step.facts)


def _values_fit(step: Step) -> bool:
    if step.kind == "shorten":
        characters = step.facts["characters"]
        return characters.isascii() and characters.isdigit() and len(characters) < 10 and int(characters) > 0
    if step.kind == "rename_labels":
        return all(new.strip() for new in step.facts.values())
    if step.kind == "mask_personal":
        return {kind.strip() for kind in step.facts["kinds"].split(",")} <= set(PERSONAL_KINDS)
    return step.kind != "set_text" or len(step.rows) == 1


def _needs(step: Step, language: Language) -> str:
    return say(f"step.{step.kind}.needs", language)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST_SHOWN else plain[: _LONGEST_SHOWN - 1] + "…"
