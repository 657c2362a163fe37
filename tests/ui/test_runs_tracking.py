"""What the Runs tab says of a tracked run."""

from __future__ import annotations

import pytest

from playground.recipe import settings
from playground.ui.runs_tracking import Tracked, tracking_html
from playground.words import LANGUAGES, Language, say

READY = Tracked("tensorboard", "tracking/run/key/", "tensorboard --logdir '/a <b>'", lost=False)


def test_an_untracked_run_says_nothing() -> None:
    assert tracking_html(Tracked("none", "", "", lost=False), "en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_leads_to_the_board_in_a_tab_of_its_own(language: Language) -> None:
    html = tracking_html(READY, language)
    assert f'<a class="run-board" href="tracking/run/key/?language={language}" target="_blank" rel="noopener noreferrer">' in html
    assert say("tracking.open", language, tool="TensorBoard") in html


def test_before_the_first_step_there_is_no_link() -> None:
    html = tracking_html(Tracked("trackio", "", "", lost=False), "en")
    assert "<a" not in html
    assert "trackio can be opened once" in html


def test_the_command_is_shown_escaped_and_only_where_there_is_one() -> None:
    assert "<code>tensorboard --logdir &#x27;/a &lt;b&gt;&#x27;</code>" in tracking_html(READY, "en")
    assert "<code>" not in tracking_html(Tracked("tensorboard", "tracking/run/key/", "", lost=False), "en")


@pytest.mark.parametrize("link", ["", "tracking/run/key/"])
def test_a_lost_log_is_told_as_a_warning(link: str) -> None:
    html = tracking_html(Tracked("trackio", link, "", lost=True), "en")
    assert "pg-warning" in html
    assert "The log for trackio could not be written to its end" in html


def test_every_tool_has_its_name() -> None:
    tools = next(setting for setting in settings() if setting.name == "tracking").choices
    assert [say(f"tracking.{tool}", language) for tool in tools if tool != "none" for language in LANGUAGES]
