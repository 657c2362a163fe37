"""The head stands in the page itself, before any script."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.ui.first import HeadFirst

PAGE = "<!doctype html><html><head><script>late()</script></head><body>é</body></html>"


def client() -> TestClient:
    async def page(_: object) -> HTMLResponse:
        return HTMLResponse(PAGE)

    async def parts(_: object) -> StreamingResponse:
        return StreamingResponse(iter([PAGE[:20], PAGE[20:]]), media_type="text/html")

    async def data(_: object) -> JSONResponse:
        return JSONResponse({"html": "<head>"})

    routes = [Route("/", page), Route("/parts", parts), Route("/data", data)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(HeadFirst, head="<style>early</style>")]))


def test_the_head_comes_before_every_script_of_the_page() -> None:
    assert client().get("/").text == PAGE.replace("<head>", "<head><style>early</style>")


def test_the_length_told_is_the_length_sent() -> None:
    answer = client().get("/")
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_page_sent_in_parts_is_still_one_page() -> None:
    assert client().get("/parts").text == PAGE.replace("<head>", "<head><style>early</style>")


def test_what_is_no_page_is_left_alone() -> None:
    assert client().get("/data").json() == {"html": "<head>"}
