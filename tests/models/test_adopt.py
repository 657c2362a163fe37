"""Taking in a base model from a hub, a folder or an earlier run."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models import cached, fetch, get_model, own
from playground.models.adopt import adopt, adopt_named, register_run_model
from playground.models.encoders import E5
from playground.models.fit import require_usable
from playground.models.look import look_at_folder, look_up
from tests.models.conftest import FakeHub

SECRET = "hf_secretTokenOfAnna"


def put(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def test_a_public_model_is_downloaded_when_it_is_needed(both_hubs: FakeHub) -> None:
    model = adopt(look_up("test/tiny"), "anna")
    assert cached(model.id) is None
    assert fetch(model.id).source == "hub"
    assert cached(model.id) is not None


def test_a_refused_model_is_not_taken_in(both_hubs: FakeHub) -> None:
    del both_hubs.files["tokenizer.json"]
    with pytest.raises(ModelError) as caught:
        adopt(look_up("test/tiny"), "anna")
    assert caught.value.code == "model_no_tokenizer"
    assert not own.own_models(None)


def test_a_gated_model_is_fetched_at_once_and_then_needs_no_token(both_hubs: FakeHub) -> None:
    both_hubs.token = SECRET
    model = adopt(look_up("test/tiny", SECRET), "anna", token=SECRET)
    assert fetch(model.id).source == "hub"


def test_a_token_is_kept_nowhere(both_hubs: FakeHub, place: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    both_hubs.token = SECRET
    adopt(look_up("test/tiny", SECRET), "anna", token=SECRET)
    both_hubs.token = "hf_another"
    seen = look_up("test/tiny", SECRET)
    assert SECRET not in caplog.text
    assert SECRET not in "".join(str(refusal) for refusal in seen.refusals)
    assert SECRET not in repr(seen)
    for path in place.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    assert [headers for headers in both_hubs.headers if SECRET in headers.get("authorization", headers.get("Authorization", ""))]


def test_modelscope_never_gets_the_token(hub: FakeHub, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("MODELSCOPE_DOMAIN", hub.address)
    adopt(look_up("test/tiny", SECRET), "anna", token=SECRET)
    fetch("test/tiny", token=SECRET)
    assert hub.asked
    assert SECRET not in str(hub.headers)


def test_a_wrong_token_leaves_no_trace(both_hubs: FakeHub) -> None:
    both_hubs.token = SECRET
    seen = look_up("test/tiny", SECRET)
    with pytest.raises(ModelError) as caught:
        adopt(seen, "anna", token="hf_wrong")
    assert "accepted its licence" in caught.value.message("en")
    assert own.find("test/tiny") is None


def test_a_folder_is_copied_so_that_it_may_change_afterwards(place: Path, tiny_files: dict[str, bytes]) -> None:
    folder = put(place / "by-hand" / "mine", tiny_files)
    model = adopt(look_at_folder("mine"), "anna")
    shutil.rmtree(folder)
    local = fetch(model.id)
    assert (local.source, local.origin) == ("folder", "mine")
    assert get_model(model.id).title == "mine"


def test_a_folder_named_again_brings_its_new_files(place: Path, tiny_files: dict[str, bytes]) -> None:
    folder = put(place / "by-hand" / "mine", tiny_files)
    first = adopt(look_at_folder("mine"), "anna")
    (folder / "tokenizer.json").write_bytes(b'{"version": "2.0"}')
    assert adopt(look_at_folder("mine"), "anna") == first
    assert (fetch(first.id).path / "tokenizer.json").read_bytes() == b'{"version": "2.0"}'


def test_files_that_are_gone_are_told(place: Path, tiny_files: dict[str, bytes]) -> None:
    put(place / "by-hand" / "mine", tiny_files)
    model = adopt(look_at_folder("mine"), "anna")
    shutil.rmtree(place / "models" / model.slug)
    with pytest.raises(ModelError) as caught:
        fetch(model.id)
    assert caught.value.code == "model_files_gone"


def test_an_earlier_run_becomes_a_base_model_of_its_owner_only(place: Path, tiny_files: dict[str, bytes]) -> None:
    folder = put(place / "runs" / "20261122-101530-4f2a00000000" / "model", tiny_files)
    model = register_run_model(folder, "20261122-101530-4f2a00000000", "E5 on my letters", E5, "anna")
    assert (model.id, model.pooling, model.prefix, model.licence) == ("run/20261122-101530-4f2a00000000", "mean", "query: ", "MIT")
    assert model.made_from == E5.id
    assert require_usable(model.id, "anna") == model
    with pytest.raises(ModelError) as caught:
        require_usable(model.id, "ben")
    assert caught.value.code == "model_unknown"
    shutil.rmtree(folder)
    assert fetch(model.id).source == "run"


def test_a_run_from_scratch_has_no_languages_and_no_licence(place: Path, tiny_files: dict[str, bytes]) -> None:
    model = register_run_model(put(place / "run", tiny_files), "1", "Mine", None, "anna")
    assert (model.languages, model.licence, model.pooling, model.made_from) == ((), "", "mean", "")


def test_the_command_line_takes_ids_and_folders(both_hubs: FakeHub, place: Path, tiny_files: dict[str, bytes]) -> None:
    assert adopt_named(E5.id, "local") == E5
    assert adopt_named("scratch/bert-tiny", "local").origin == "scratch"
    assert adopt_named(str(put(place / "x", tiny_files)), "local").origin == "folder"
    assert adopt_named("test/tiny", "local").origin == "hub"
    both_hubs.asked.clear()
    assert adopt_named("test/tiny", "local").id == "test/tiny"
    assert not both_hubs.asked


def test_the_files_that_were_taken_in_load_in_transformers(place: Path, tiny_bert: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = register_run_model(tiny_bert, "20261122-101530-4f2a00000000", "Tiny", E5, "anna")
    local = fetch(model.id)
    loaded = AutoModelForSequenceClassification.from_pretrained(local.path, num_labels=2)
    assert sum(weights.numel() for weights in loaded.bert.parameters()) == model.parameters
    assert len(AutoTokenizer.from_pretrained(local.path)("hello")["input_ids"]) > 2
