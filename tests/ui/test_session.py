"""Who asks and in which language is decided on the server."""

from __future__ import annotations

import gradio as gr
import pytest

from playground.ui.session import go_to, language_of, new_visitor, owner_of, status_html
from playground.workbench import LOCAL_OWNER


def request(username: str | None = None, accept: str = "") -> gr.Request:
    return gr.Request(username=username, headers={"accept-language": accept})


def test_on_ones_own_machine_there_is_one_owner() -> None:
    assert owner_of(request(), None, shared=False) == LOCAL_OWNER
    assert owner_of(request("ann"), new_visitor(), shared=False) == LOCAL_OWNER


def test_a_login_is_the_owner_whatever_the_browser_claims() -> None:
    assert owner_of(request("ann"), new_visitor(), shared=True) == owner_of(request("ann"), None, shared=True)
    assert owner_of(request("ann"), None, shared=True) != owner_of(request("bob"), None, shared=True)


def test_a_visitor_is_known_again_by_the_id_the_browser_keeps() -> None:
    visitor = new_visitor()
    assert owner_of(request(), visitor, shared=True) == owner_of(request(), visitor, shared=True)
    assert owner_of(request(), visitor, shared=True) != owner_of(request(), new_visitor(), shared=True)


def test_the_owner_does_not_reveal_the_visitors_id() -> None:
    visitor = new_visitor()
    assert visitor not in owner_of(request(), visitor, shared=True)


@pytest.mark.parametrize("claim", [None, "", "local", "ann", "login-ann", "../../x", "a" * 39, 7])
def test_who_has_no_proper_id_owns_nothing_and_shares_with_nobody(claim: object) -> None:
    first, second = (owner_of(request(), claim, shared=True) for _ in range(2))  # type: ignore[arg-type]  # a forged claim may be anything
    assert first != second
    assert first not in (LOCAL_OWNER, "login-ann")


def test_a_visitor_cannot_pose_as_a_login() -> None:
    assert not owner_of(request(), "login-" + "a" * 40, shared=True).startswith("login-")


def test_an_id_is_unguessable() -> None:
    assert len(new_visitor()) >= 43
    assert len({new_visitor() for _ in range(100)}) == 100


def test_the_pages_language_counts_and_before_it_the_browsers() -> None:
    assert language_of(request(accept="en-US"), "zh") == "zh"
    assert language_of(request(accept="zh-CN,zh;q=0.9,en;q=0.8"), None) == "zh"
    assert language_of(request(accept="fr,zh;q=0.5"), None) == "en"
    assert language_of(request(), "xx") == "en"


def test_a_status_line_is_plain_text() -> None:
    assert "<b>" not in status_html("data", "<b>x</b>")


def test_going_to_a_tab_selects_it() -> None:
    assert go_to("runs").selected == "runs"
