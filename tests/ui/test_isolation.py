"""On a shared app no call, however forged, shows or touches another visitor's work.

A stranger who knows the ids of a victim's draft, dataset and runs calls every function the page has, as the page's own JavaScript would.
The same calls under the victim's own id are the control: they do show, mend and delete.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from playground.runs.types import Run
from playground.ui.app import build_app
from playground.ui.session import new_visitor, owner_of
from playground.workbench import Workbench
from tests.ui.seeds import Seed, Seeder

SECRET = "Rumpelstiltskin"
VICTIM, STRANGER = new_visitor(), new_visitor()
KEPT = "playground-"
#: Clicks inside the Data tab's own HTML: to see rows, and to change them.
CLICKS: list[dict[str, Any]] = [
    {"do": "turn", "page": "1"},
    {"do": "row", "row": "3"},
    {"do": "edit", "row": "2", "column": "text", "value": "a word"},
    {"do": "drop", "row": "3"},
    {"do": "undo", "seen": "1"},
    {"do": "cancel"},
]


@dataclass
class Server:
    """A shared app with a victim's dataset and runs in it."""

    url: str
    config: dict[str, Any]
    bench: Workbench
    draft: str
    dataset: str
    finished: Run
    waiting: Run

    def call(self, function: dict[str, Any], visitor: str, run: str, click: dict[str, Any] | None = None) -> str:
        """Call one of the page's functions with a claimed visitor, ids and click; everything the server answered."""
        components = {component["id"]: component for component in self.config["components"]}
        ids = {"draft": self.draft, "dataset": self.dataset, "run": run, "base": f"run/{run}"}
        claims = {"tongue": "en", "visitor": visitor, **ids, "place": "runs"}
        data = [_value(components[number], claims) for number in function["inputs"]]
        session = new_visitor()
        event = {"run": run, "id": run, "value": run, **(click or {})}
        asked = {"data": data, "fn_index": function["id"], "session_hash": session, "event_data": event}
        join = self._post("queue/join", asked)
        if "event_id" not in join:
            return join
        with urllib.request.urlopen(f"{self.url}gradio_api/queue/data?session_hash={session}", timeout=60) as stream:
            heard = ""
            for line in stream:
                heard += line.decode()
                if '"process_completed"' in heard or '"close_stream"' in heard:
                    return heard
            return heard

    def _post(self, path: str, body: dict[str, Any]) -> str:
        request = urllib.request.Request(f"{self.url}gradio_api/{path}", json.dumps(body).encode(), {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.read().decode())

    @property
    def functions(self) -> list[dict[str, Any]]:
        """Everything the page can ask for."""
        return [function for function in self.config["dependencies"] if function["backend_fn"]]


def _value(component: dict[str, Any], claims: dict[str, str]) -> Any:
    props = component["props"]
    if component["type"] == "browserstate":
        return claims[str(props["storage_key"]).removeprefix(KEPT)]
    if component["type"] == "radio" and "train" in str(props.get("elem_id")):
        return "quick" if "preset" in props["elem_id"] else "sentence-transformers/all-MiniLM-L6-v2"
    chosen = component["type"] == "dropdown" and not str(props.get("elem_id")).startswith("data-")
    return claims["run"] if chosen and not props.get("value") else props.get("value")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    bench = Workbench(tmp_path_factory.mktemp("shared"))
    victim = owner_of(gr.Request(), VICTIM, shared=True)
    rows = "text,label\n" + "".join(f"{SECRET} said {n} things,{'ab'[n % 2]}\n" for n in range(60))
    draft = bench.open([(rows.encode(), f"{SECRET}.csv")], victim)
    dataset = bench.keep_draft(draft.id, victim)
    seeder = Seeder(bench.runs)
    seed = Seed(labels=(f"{SECRET} likes", f"{SECRET} hates"), name=f"{SECRET}.csv", owner=victim, test_rows=40)
    finished, waiting = seeder.finished(seed), seeder.waiting(seed)
    demo = build_app(bench, shared=True)
    _, url, _ = demo.queue().launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, inbrowser=False, share=False)
    yield Server(url, demo.config, bench, draft.id, dataset.fingerprint, finished, waiting)
    demo.close(verbose=False)
    bench.close()


def everything(server: Server, visitor: str) -> str:
    heard = [server.call(function, visitor, run.id) for function in server.functions for run in (server.finished, server.waiting)]
    clickable = [function for function in server.functions if any(event == "act" for _, event in function["targets"])]
    assert clickable
    heard += [server.call(clickable[0], visitor, server.waiting.id, click) for click in CLICKS]
    return "".join(heard)


def test_a_stranger_with_forged_ids_sees_and_touches_nothing(server: Server) -> None:
    before = {path: path.read_bytes() for path in sorted(server.bench.home.rglob("*")) if path.is_file()}
    heard = everything(server, STRANGER)
    after = {path: path.read_bytes() for path in sorted(server.bench.home.rglob("*")) if path.is_file()}
    places = {"datasets", "drafts", server.finished.id, server.waiting.id}
    theirs = {path for path in before if places & {*path.parts}}
    assert SECRET not in heard
    assert {path: before[path] for path in theirs} == {path: after.get(path) for path in theirs}
    assert server.bench.my_runs(owner_of(gr.Request(), STRANGER, shared=True)) == []
    assert server.bench.draft(server.draft, None).changes == ()


def test_a_forged_upload_path_reads_no_file_of_the_server(server: Server) -> None:
    files = {component["id"] for component in server.config["components"] if component["type"] == "file"}
    readers = [function for function in server.functions if files & set(function["inputs"])]
    secrets = next(server.bench.home.glob("datasets/*/dataset.json"))
    for function in readers:
        for component in server.config["components"]:
            if component["id"] in files:
                component["props"]["value"] = {"path": str(secrets), "meta": {"_type": "gradio.FileData"}}
        assert SECRET not in server.call(function, STRANGER, server.finished.id)
    assert readers


def test_no_function_of_the_page_is_offered_to_api_clients(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}gradio_api/info", timeout=30) as answer:
        info = json.load(answer)
    assert info["named_endpoints"] == {}
    assert info["unnamed_endpoints"] == {}


def test_the_owners_own_calls_do_show_their_work(server: Server) -> None:
    shown = everything(server, VICTIM)  # this also presses every button, so it comes last
    assert SECRET in shown
    assert [step.kind for step in server.bench.draft(server.draft, None).steps] == ["set_text", "drop_rows"]
    assert Path(server.bench.home, "datasets").exists()
