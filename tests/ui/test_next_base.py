"""The base model a person pretrained: what is said of it on the Data tab, and whether Train begins with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.models import own
from playground.models.catalogue import get_model
from playground.models.types import Model
from playground.ui.next_base import chosen_for, line_html, remembered
from playground.words import LANGUAGES, Language

MINILM = get_model("sentence-transformers/all-MiniLM-L6-v2")
MINE = replace(MINILM, id="run/1", title="MiniLM · <log>", origin="run", package=None, made_from=MINILM.id)


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tmp_path))
    return own.register(MINE, "ann")


def test_only_what_this_owner_pretrained_is_remembered(mine: Model) -> None:
    assert remembered("run/1", "ann") == mine
    assert remembered("run/1", "ben") is None
    assert remembered(MINILM.id, "ann") is None
    assert remembered(None, "ann") is None


def test_it_is_begun_with_where_it_can_be_taught_the_task() -> None:
    assert chosen_for(MINE, "text-classification") == chosen_for(MINE, "token-classification") == "run/1"
    assert chosen_for(MINE, "generation") is None
    assert chosen_for(MINE, "language-modeling") is None
    assert chosen_for(None, "text-classification") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_names_it_and_says_what_comes_next(language: Language) -> None:
    said = [line_html(MINE, task, language) for task in (None, "text-classification", "generation")]
    assert len(set(said)) == 3
    assert all("MiniLM · &lt;log&gt;" in html for html in said)
    assert line_html(MINE, "language-modeling", language) == said[0]
    assert line_html(None, "text-classification", language) == ""
