"""What references, metrics, tasks and sources are called on the page.

A reference may have a name by task, where the general one would be wrong. What nobody named yet is called as it calls itself.
"""

from __future__ import annotations

from playground.words import Language, entries, say


def reference_name(name: str, task: str, language: Language) -> str:
    """The full name: "Base model, linear probe"."""
    return _named((f"reference.{name}.{task}", f"reference.{name}"), name, language)


def reference_help(name: str, task: str, language: Language) -> str:
    """What it does, in a sentence; "" if nothing is known of it."""
    return _named((f"reference.{name}.{task}.help", f"reference.{name}.help"), "", language)


def short_name(name: str, task: str, language: Language) -> str:
    """The name inside a sentence or on a button: "probe on frozen embeddings"."""
    return _named((f"compare.base.{name}.{task}", f"compare.base.{name}"), name, language)


def level_name(name: str, task: str, language: Language) -> str:
    """The name beside a chart, where there is room for two words: "probe"."""
    return _named((f"runs.level.{name}.{task}", f"runs.level.{name}"), name, language)


def metric_name(name: str, language: Language) -> str:
    """A metric's name."""
    return _named((f"metric.{name}",), name, language)


def metric_help(name: str, language: Language) -> str:
    """What a metric means, in a sentence; "" if nothing is known of it."""
    return _named((f"metric.{name}.help",), "", language)


def task_name(name: str, language: Language) -> str:
    """What kind of task it is: "text classification"."""
    return _named((f"data.task.{name}",), name, language)


def source_name(name: str, language: Language) -> str:
    """Where a base model came from: "the Hugging Face hub"."""
    return _named((f"runs.source.{name}",), name, language)


def _named(keys: tuple[str, ...], otherwise: str, language: Language) -> str:
    """The first of ``keys`` there are words for: a newer version may have measured what this one has no words for."""
    key = next((key for key in keys if key in entries()), None)
    return say(key, language) if key else otherwise
