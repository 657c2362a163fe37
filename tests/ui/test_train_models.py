"""Which base models the Train tab offers, and naming another one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from playground.data.types import Dataset
from playground.devices import Device
from playground.models import get_model, own
from playground.models.catalogue import CATALOGUE, better_from_a_hub, recommend
from playground.models.encoders import E5, MINILM
from playground.models.examine import LocalPlace, Published, examine
from playground.models.fit import misfits
from playground.ui import train_models as models
from playground.ui.app import _page
from playground.ui.train_models import ModelParts, Named, Visit
from playground.ui.train_views import model_choices, model_html
from playground.workbench import Workbench
from tests.models.conftest import *  # noqa: F403 (a hub on this machine, and tiny files)
from tests.models.conftest import FakeHub

CPU = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)
CSV = "message,intent\n" + "".join(f"question {n} of {n * n},{('billing', 'delivery')[n % 2]}\n" for n in range(60))


def visible(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@dataclass
class Tab:
    """The piece of one shared app, and a visitor with a dataset."""

    page: Any
    parts: ModelParts
    visit: Visit

    def html(self, updates: dict[Any, Any]) -> str:
        return visible(updates[self.parts.found].value)


@pytest.fixture
def tab(place: Path, tmp_path: Path) -> Iterator[Tab]:
    bench = Workbench(tmp_path / "home", device=CPU)
    dataset = bench.keep(bench.inspect(CSV.encode(), "a.csv"), "anna")
    with gr.Blocks() as demo:
        page = _page(demo, bench, shared=True)
        parts = models.build(page)
        current = gr.Radio([MINILM.id], value=MINILM.id)
        models.wire(page, parts, current)
    yield Tab(page, parts, Visit("anna", "en", dataset.fingerprint))
    bench.close()


def test_the_proposed_model_comes_first_then_what_needs_no_hub(place: Path) -> None:
    offered = models.offered(E5, ("encoder",), "anna")
    assert [model.id for model in offered[:2]] == [E5.id, MINILM.id]
    assert {model.kind for model in offered} == {"encoder"}
    assert len(offered) == len([model for model in CATALOGUE if model.kind == "encoder"])


def test_own_models_are_offered_to_their_owner_only(place: Path, tiny: Any) -> None:
    own.register(replace(tiny, origin="hub", package=None), "anna")
    assert "test/tiny" in [model.id for model in models.offered(E5, ("encoder",), "anna")]
    assert "test/tiny" not in [model.id for model in models.offered(E5, ("encoder",), "ben")]
    assert "test/tiny" not in [model.id for model in models.offered(E5, ("causal",), "anna")]


def test_what_was_found_is_told(both_hubs: FakeHub, tab: Tab) -> None:
    updates = models.looked(tab.page, tab.parts, tab.visit, Named("test/tiny"))
    told = tab.html(updates)
    for fact in ("architecture bert", "reading (encoder)", "1 k parameters", "English", "mit", "Hugging Face hub", "It can be used"):
        assert fact in told
    assert updates[tab.parts.use].visible


def test_every_refusal_stands_with_its_remedy(both_hubs: FakeHub, tab: Tab) -> None:
    del both_hubs.files["tokenizer.json"]
    both_hubs.files["config.json"] = json.dumps({"model_type": "clip"}).encode()
    for language, words in (("en", "It cannot be used, for 2 reasons:"), ("zh", "无法使用，原因有 2 条")):
        updates = models.looked(tab.page, tab.parts, replace(tab.visit, language=language), Named("test/tiny"))
        assert words in tab.html(updates)
        assert "clip" in tab.html(updates)
        assert "tokenizer.json" in tab.html(updates)
        assert not updates[tab.parts.use].visible


def test_a_model_of_another_kind_is_refused_for_this_data(both_hubs: FakeHub, tab: Tab) -> None:
    config = {"model_type": "t5", "d_model": 8, "num_layers": 1}
    both_hubs.files["config.json"] = json.dumps(config).encode()
    assert "is made for reading, then writing" in tab.html(models.looked(tab.page, tab.parts, tab.visit, Named("test/tiny")))


def test_a_used_model_is_the_visitors_own(both_hubs: FakeHub, tab: Tab) -> None:
    updates = models.used(tab.page, tab.parts, tab.visit, Named("test/tiny"), MINILM.id)
    assert updates[tab.parts.chosen] == "test/tiny"
    assert get_model("test/tiny").owners == ("anna",)


def test_a_refused_model_leaves_the_chosen_one(both_hubs: FakeHub, tab: Tab) -> None:
    del both_hubs.files["tokenizer.json"]
    updates = models.used(tab.page, tab.parts, tab.visit, Named("test/tiny"), MINILM.id)
    assert updates[tab.parts.chosen] == MINILM.id
    assert "cannot be used" in tab.html(updates)


def test_a_token_leaves_the_page_when_it_was_used(both_hubs: FakeHub, tab: Tab) -> None:
    both_hubs.token = "hf_secret"
    told = tab.html(models.looked(tab.page, tab.parts, tab.visit, Named("test/tiny")))
    assert "Accept the licence" in told
    named = Named("test/tiny", " hf_secret ")
    assert "hf_secret" not in repr(named)
    updates = models.used(tab.page, tab.parts, tab.visit, named, MINILM.id)
    assert updates[tab.parts.token] == ""
    assert updates[tab.parts.chosen] == "test/tiny"


def test_a_folder_is_used_by_its_name(tab: Tab, place: Path, tiny_files: dict[str, bytes]) -> None:
    folder = place / "by-hand" / "mine"
    folder.mkdir()
    for name, data in tiny_files.items():
        (folder / name).write_bytes(data)
    updates = models.used(tab.page, tab.parts, tab.visit, Named("", "", "mine"), MINILM.id)
    assert get_model(updates[tab.parts.chosen]).title == "mine"
    assert str(place) not in json.dumps(str(updates))


@pytest.mark.parametrize("named", [Named(None), Named(""), Named("../.."), Named("", None, "../..")], ids=str)
def test_nonsense_is_answered_with_a_sentence(tab: Tab, named: Named) -> None:
    assert tab.html(models.looked(tab.page, tab.parts, tab.visit, named))


def test_a_strangers_dataset_is_not_asked_about(both_hubs: FakeHub, tab: Tab) -> None:
    models.used(tab.page, tab.parts, replace(tab.visit, owner="ben"), Named("test/tiny"), MINILM.id)
    assert not both_hubs.asked
    assert own.find("test/tiny") is None


def test_names_from_outside_are_plain_text(tmp_path: Path, tiny_files: dict[str, bytes]) -> None:
    for name, data in tiny_files.items():
        (tmp_path / name).write_bytes(data)
    published = Published("a/b", "<script>", "hub", "hub", ("<b>",), "<i>licence</i>")
    seen = examine(LocalPlace(tmp_path), published)
    html = models.seen_html(seen, misfits(seen.require(), ("causal",), CPU, 1e6), CPU, "en")
    assert not re.findall("<(script|b|i)>(?!&lt;)", html.replace("<b>&lt;", ""))
    assert "&lt;i&gt;licence" in html


def test_a_model_that_fits_quantized_only_says_so() -> None:
    qwen = get_model("Qwen/Qwen3-0.6B")
    seen = replace(examine(LocalPlace(Path("nowhere")), Published(qwen.id, qwen.title, "hub", "hub")), model=qwen, refusals=())
    assert "Only quantized to 4 bits" in models.seen_html(seen, (), replace(CPU, memory_mb=1000), "en")
    assert "Only quantized" not in models.seen_html(seen, (), CPU, "en")


def test_a_better_model_from_a_hub_is_named_with_its_size() -> None:
    qwen = get_model("Qwen/Qwen3-0.6B")
    assert visible(models.better_html(qwen, MINILM, "en")).endswith(
        "Qwen3 0.6B reads this language better. It has to come from a model hub (1.2 GB)."
    )
    assert models.better_html(None, MINILM, "en") == models.better_html(qwen, qwen, "en") == ""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_card_of_a_gated_model_says_so(language: Any) -> None:
    dataset = Dataset("0" * 16, "a.csv", "text-classification", 400, {"x": 200, "y": 200}, 0.0, 40.0, 90.0, 0.0, 0.0)
    card = visible(model_html(get_model("google/gemma-3-270m-it"), dataset, MINILM, language))
    assert ("gemma · gated" if language == "en" else "gemma · 受限") in card
    ((label, _),) = model_choices([get_model("google/gemma-3-270m-it")], language)
    assert label.endswith("gated" if language == "en" else "受限")


def test_nothing_better_is_named_where_the_proposal_reads_the_language() -> None:
    english = Dataset("0" * 16, "a.csv", "generation", 400, {}, 0.0, 40.0, 90.0, 0.0, 0.0)
    assert better_from_a_hub(english) is None
    assert better_from_a_hub(replace(english, cjk_share=0.9)) == get_model("Qwen/Qwen3-0.6B")


def test_a_model_for_writing_says_why_it_is_proposed() -> None:
    chinese = Dataset("0" * 16, "a.csv", "generation", 400, {}, 0.0, 40.0, 90.0, 0.9, 0.0)
    proposed = recommend(chinese)
    assert "this model writes" in visible(model_html(proposed, chinese, proposed, "en"))
