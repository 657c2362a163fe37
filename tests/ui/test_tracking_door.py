"""The way to a run's board: open to whoever was shown the link, closed to everybody else, and only for reading."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from playground.recipe import Tracking
from playground.runs.folder import RunFolder
from playground.runs.types import Run
from playground.tracking.follow import follow
from playground.ui.tracking_door import TrackingDoor
from playground.workbench import Workbench
from tests.ui.seeds import Seed, Seeder

OWNER = "visitor-somebody"


@dataclass
class House:
    """An app with a door, a run tracked for TensorBoard and one for trackio."""

    client: TestClient
    bench: Workbench
    runs: dict[Tracking, Run]

    def link(self, tool: Tracking) -> str:
        """Where the board of the run is, as the page tells its owner."""
        run = self.runs[tool]
        return f"/tracking/{run.id}/{self.bench.boards.key(run.id)}/"

    def opened(self, tool: Tracking, rest: str = "") -> str:
        """What the board answers once it is there."""
        while (answer := self.client.get(self.link(tool) + rest)).status_code == 503:
            assert "starting" in answer.text
            time.sleep(0.1)
        assert answer.status_code == 200
        return answer.text


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    bench = Workbench(tmp_path_factory.mktemp("tracked"))
    tools: tuple[Tracking, ...] = ("tensorboard", "trackio")
    runs = {tool: _tracked(bench, tool) for tool in tools}
    page = Starlette(routes=[Route("/{rest:path}", lambda request: PlainTextResponse("the page"), methods=["GET", "POST"])])
    yield House(TestClient(TrackingDoor(page, bench), follow_redirects=False), bench, runs)
    bench.close()


def _tracked(bench: Workbench, tool: Tracking) -> Run:
    run = Seeder(bench.runs).finished(Seed(owner=OWNER, name=f"{tool}.csv"))
    folder = RunFolder(run.folder)
    folder.recipe.write_text(replace(run.recipe, tracking=tool).to_json(), encoding="utf-8")
    if tool == "tensorboard":
        over = threading.Event()
        over.set()
        follow(folder, over)
    else:
        folder.tracking.mkdir()  # trackio's dashboard shows an empty store too
    return bench.run(run.id, OWNER)


def test_tensorboard_opens_with_the_curves_of_the_run(house: House) -> None:
    assert "TensorBoard" in house.opened("tensorboard")
    deadline = time.monotonic() + 30
    while "train/loss" not in (tags := house.opened("tensorboard", "data/plugin/timeseries/tags")):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert house.runs["tensorboard"].id in tags


def test_tensorboard_answers_the_question_for_a_curve(house: House) -> None:
    house.opened("tensorboard")
    asked = {"requests": '[{"plugin": "scalars", "tag": "train/loss"}]'}
    place = f"{house.link('tensorboard')}experiment/defaultExperimentId/data/plugin/timeseries/timeSeries"
    assert house.client.post(place, files={name: (None, value) for name, value in asked.items()}).json()[0]["tag"] == "train/loss"


def test_tensorboard_shows_no_path_of_this_machine(house: House) -> None:
    assert str(house.bench.home) not in house.opened("tensorboard", "data/environment")


def test_trackio_opens_under_the_address_of_the_page(house: House) -> None:
    html = house.opened("trackio")
    assert f'window.__trackio_base = "{house.link("trackio")[:-1]}"' in html
    settings = house.client.post(house.link("trackio") + "api/get_settings", json={}).json()["data"]
    assert settings["logo_urls"]["light"].startswith(house.link("trackio"))
    assert house.client.get(settings["logo_urls"]["light"]).headers["content-type"] == "image/png"


def test_trackio_shows_no_path_of_this_machine(house: House) -> None:
    html = house.opened("trackio")
    settings = house.client.post(house.link("trackio") + "api/get_settings", json={}).text
    for place in (str(house.bench.home), sys.prefix):
        assert place not in html + settings


@pytest.mark.parametrize("tool", ["tensorboard", "trackio"])
def test_nothing_is_changed_through_the_door(house: House, tool: Tracking) -> None:
    for method, rest in (("POST", "api/delete_run"), ("POST", "api/bulk_log"), ("PUT", ""), ("DELETE", "")):
        assert house.client.request(method, house.link(tool) + rest, json={}).status_code == 405


def test_another_run_s_key_opens_nothing(house: House) -> None:
    mine, theirs = house.runs["tensorboard"].id, house.runs["trackio"].id
    assert house.client.get(f"/tracking/{mine}/{house.bench.boards.key(theirs)}/").status_code == 404
    assert house.client.get(f"/tracking/{mine}/{'0' * 40}/data/environment").status_code == 404
    assert house.client.get("/tracking/").status_code == 404


def test_a_run_that_is_gone_or_was_never_tracked_has_no_board(house: House) -> None:
    untracked = Seeder(house.bench.runs).finished(Seed(owner=OWNER))
    for run_id in (untracked.id, "20200101-000000-000000000000"):
        assert house.client.get(f"/tracking/{run_id}/{house.bench.boards.key(run_id)}/").status_code == 404


@pytest.mark.parametrize("tool", ["tensorboard", "trackio"])
def test_no_other_file_can_be_had(house: House, tool: Tracking) -> None:
    house.opened(tool)
    for rest in (
        "..%2f..%2frecipe.json",
        "../../recipe.json",
        "%2fetc%2fpasswd",
        f"file?path={house.bench.home}/runs",
        "data/../../run.json",
    ):
        text = house.client.get(house.link(tool) + rest).text
        assert OWNER not in text
        assert "lora_r" not in text
        assert "root:" not in text


def test_a_link_without_its_last_slash_leads_to_the_board(house: House) -> None:
    link = house.link("tensorboard")
    answer = house.client.get(link[:-1])
    assert answer.status_code == 307
    assert answer.headers["location"] == link.rstrip("/").rpartition("/")[2] + "/"


def test_everything_else_is_the_page_s(house: House) -> None:
    assert house.client.get("/").text == "the page"
    assert house.client.post("/gradio_api/queue/join").text == "the page"


def test_cookies_and_logins_do_not_reach_a_board(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.opened("tensorboard")
    seen: list[str] = []
    from playground.ui import tracking_door

    real = tracking_door.httpx2.AsyncClient.send

    async def listening(client, request, **options):  # type: ignore[no-untyped-def]
        seen.extend(request.headers)
        return await real(client, request, **options)

    monkeypatch.setattr(tracking_door.httpx2.AsyncClient, "send", listening)
    house.client.get(house.link("tensorboard"), headers={"cookie": "session=secret", "authorization": "Bearer secret"})
    assert "accept-encoding" in seen
    assert not {"cookie", "authorization"} & set(seen)


def test_a_stale_link_says_what_to_do_in_both_languages(house: House) -> None:
    assert "Open it again from the Runs tab" in house.client.get("/tracking/x/y/?language=en").text
    assert "请从“运行”页重新打开" in house.client.get("/tracking/x/y/?language=zh").text


def test_a_board_that_cannot_start_says_so_without_a_path(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(house.bench.boards, "look", lambda run, base: ("broken", tmp_path / "none"))
    answer = house.client.get(house.link("trackio"))
    assert answer.status_code == 503
    assert "pip install trackio" in answer.text
    assert str(house.bench.home) not in answer.text
