"""A host that does not answer costs its deadline once."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from playground.errors import ModelError
from playground.models.remote import FORGET_SECONDS, Reachability, new_client
from tests.models.conftest import FakeHub


def refuse() -> None:
    raise ConnectionRefusedError("nobody there")


def code_of(reach: Reachability, question: object = refuse) -> str:
    with pytest.raises(ModelError) as caught:
        reach.ask("http://hub.example:80/path", question)  # type: ignore[arg-type]
    return caught.value.code


def test_a_host_that_could_not_be_reached_is_not_asked_again_for_a_while() -> None:
    now = [0.0]
    reach = Reachability(clock=lambda: now[0])
    assert code_of(reach) == "source_unreachable"
    now[0] = FORGET_SECONDS - 1
    assert code_of(reach, lambda: pytest.fail("asked again")) == "source_unreachable_lately"
    now[0] = FORGET_SECONDS + 1
    assert reach.ask("http://hub.example:80", lambda: "back") == "back"


def test_another_host_is_asked_all_the_same() -> None:
    reach = Reachability()
    code_of(reach)
    assert reach.ask("http://mirror.example", lambda: 1) == 1


def test_a_port_nobody_listens_on_is_unreachable() -> None:
    import httpx2

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ModelError) as caught:
        Reachability().ask(f"http://127.0.0.1:{port}", lambda: httpx2.get(f"http://127.0.0.1:{port}"))
    assert caught.value.code == "source_unreachable"
    assert caught.value.facts["host"] == f"127.0.0.1:{port}"


def test_an_answer_that_makes_no_sense_is_told_and_not_remembered_as_unreachable() -> None:
    reach = Reachability()

    def login_page() -> None:
        raise ValueError("not JSON")

    assert code_of(reach, login_page) == "source_not_understood"
    assert reach.ask("http://hub.example:80", lambda: 1) == 1


def test_a_token_does_not_follow_a_redirect_to_another_host(hub: FakeHub) -> None:
    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.headers.get("Authorization"))
            self.send_response(302)
            self.send_header("Location", f"{hub.address}/test/tiny/resolve/abc123/config.json")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    heard: list[str | None] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with new_client("hf_secret") as client:
            assert client.get(f"http://127.0.0.1:{server.server_address[1]}/x").status_code == 200
    finally:
        server.shutdown()
        server.server_close()
    assert heard == ["Bearer hf_secret"]
    assert "hf_secret" not in str(hub.headers)
