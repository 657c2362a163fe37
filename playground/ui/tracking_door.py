"""The way from the page to a run's board: ``/tracking/RUN/KEY/…`` under the very address of the page, so it works through any proxy too.

Whoever was shown the link may look and nobody else: the key in it is drawn from the run's id and a secret of this app. Only reading is
passed on, neither cookies nor logins, and the board itself can be reached in no other way.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import gradio as gr
import httpx2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.errors import RunError
from playground.recipe import Tracking
from playground.runs.folder import RunFolder
from playground.runs.types import Run
from playground.ui.html import esc
from playground.ui.session import language_of
from playground.words import Language, say
from playground.workbench import Workbench

PLACE: Final = "/tracking/"
_PATH: Final = re.compile(r"/tracking/(?P<run>[0-9a-f-]{1,40})/(?P<key>[0-9a-f]{1,64})(?P<rest>/.*)?")
#: What a board needs to know of a request, and a browser of an answer.
_ASKED: Final = ("accept", "accept-encoding", "content-type", "range")
_ANSWERED: Final = ("content-type", "content-encoding", "content-length", "content-range", "cache-control", "vary")
#: Questions that come as POST: TensorBoard's about curves and hyperparameters, trackio's about all it has.
_QUESTIONS: Final = re.compile(r"(/experiment/\w+)?/data/plugin/(timeseries/timeSeries|hparams/\w+)|/api/get_\w+")
#: A question is a few names; in bytes.
_MOST_ASKED: Final = 2**16
_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Look:
    """Somebody looks at a board."""

    request: Request
    run: Run
    #: Where the board lives as the browser sees it, without a slash at the end.
    base: str
    #: What of the board is asked for; begins with a slash.
    rest: str

    @property
    def tool(self) -> Tracking:
        """What the run was tracked for."""
        return self.run.recipe.tracking

    @property
    def language(self) -> Language:
        """That of the page the link stands on."""
        return _language(self.request)


class TrackingDoor:
    """Answers what is asked of boards, and passes everything else on."""

    def __init__(self, app: ASGIApp, bench: Workbench) -> None:
        self._app = app
        self._bench = bench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every request of the app comes by here."""
        if scope["type"] != "http" or not str(scope["path"]).startswith(PLACE):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        asked = _PATH.fullmatch(request.scope["path"])
        run = await run_in_threadpool(self._run, asked["run"], asked["key"]) if asked else None
        if asked is None or run is None:
            return _page("tracking.gone", _language(request), 404)
        if asked["rest"] is None:
            return RedirectResponse(f"{asked['key']}/")  # the board's own links are relative to it
        base = f"{_outer_path()}{PLACE}{asked['run']}/{asked['key']}"
        return await self._board(_Look(request, run, base, asked["rest"]))

    def _run(self, run_id: str, key: str) -> Run | None:
        """The run whose board it is; None if the key is wrong, or the run or its log is not there."""
        if not self._bench.boards.fits(run_id, key):
            return None
        try:
            run = self._bench.run(run_id, None)
        except RunError:
            return None
        return run if RunFolder(run.folder).tracking.is_dir() and run.recipe.tracking != "none" else None

    async def _board(self, look: _Look) -> Response:
        if look.request.method != "GET" and not (look.request.method == "POST" and _QUESTIONS.fullmatch(look.rest)):
            return Response(status_code=405)
        try:
            status, socket = await run_in_threadpool(self._bench.boards.look, look.run, look.base)
            if status == "ready":
                return await _passed_on(look, str(socket))
        except httpx2.ConnectError:
            status = "starting"  # it listens in a moment
        except (httpx2.HTTPError, OSError):
            status = "broken"
        return _page(f"tracking.{status}", look.language, 503, look.tool)


async def _passed_on(look: _Look, socket: str) -> Response:
    """The board's own answer, as it comes."""
    request = look.request
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_ASKED:
            return Response(status_code=413)
    # A socket of this machine has no certificate; loading the known ones would take longer than the answer.
    way = httpx2.AsyncHTTPTransport(uds=socket, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    client = httpx2.AsyncClient(transport=way, timeout=_SECONDS)
    headers = {"accept-encoding": "identity"} | {name: value for name in _ASKED if (value := request.headers.get(name))}
    target = httpx2.URL("http://board", path=look.rest, query=request.scope["query_string"])
    try:
        answer = await client.send(client.build_request(request.method, target, headers=headers, content=body), stream=True)
    except httpx2.HTTPError:
        await client.aclose()
        raise

    async def content() -> AsyncIterator[bytes]:
        try:
            async for part in answer.aiter_raw():
                yield part
        finally:
            await answer.aclose()
            await client.aclose()

    kept = {name: value for name in _ANSWERED if (value := answer.headers.get(name))}
    safe = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
    return StreamingResponse(content(), answer.status_code, headers=kept | safe)


def _language(request: Request) -> Language:
    return language_of(gr.Request(request), request.query_params.get("language"))


def _outer_path() -> str:
    """The path a proxy has put the whole page under and takes away again, as Gradio is told it."""
    return urlsplit(os.environ.get("GRADIO_ROOT_PATH", "")).path.rstrip("/")


def _page(key: str, language: Language, status: int, tool: Tracking = "none") -> HTMLResponse:
    """A page of two lines; one about a board that is starting looks again by itself."""
    named = {} if tool == "none" else {"tool": say(f"tracking.{tool}", language), "package": tool}
    title, line = esc(say(key, language, **named)), esc(say(f"{key}.line", language, **named))
    again = '<meta http-equiv="refresh" content="1">' if key == "tracking.starting" else ""
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">{again}<title>{title}</title><style>'
        ":root{color-scheme:light dark}body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}"
        f"h1{{font-size:1.25rem}}</style></head><body><main role=status><h1>{title}</h1><p>{line}</p></main></body></html>",
        status,
        headers={"cache-control": "no-store", "referrer-policy": "no-referrer"},
    )
