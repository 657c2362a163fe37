"""Looking at a model somebody names, without downloading it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.errors import ModelError
from playground.models.look import folder_models, look_at_folder, look_at_path, look_up
from tests.models.conftest import FakeHub

CONFIG = {"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 1, "max_position_embeddings": 64}


def codes(seen: Any) -> list[str]:
    return [refusal.code for refusal in seen.refusals]


def put(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("no_parts", [False, True], ids=["parts", "whole files only"])
def test_a_model_of_the_hub_is_described_without_its_weights(both_hubs: FakeHub, no_parts: bool) -> None:
    both_hubs.no_parts = no_parts
    seen = look_up("test/tiny")
    assert seen.model
    assert (seen.model.kind, seen.model.architecture, seen.model.parameters, seen.model.embedding_parameters) == (
        "encoder",
        "bert",
        1000,
        800,
    )
    assert (seen.published.licence, seen.published.languages, seen.published.gated) == ("mit", ("en",), False)
    assert seen.model.size_mb == pytest.approx(sum(map(len, both_hubs.files.values())) / 1e6)
    assert seen.require() == seen.model
    if not no_parts:
        assert all(headers.get("Range") for path, headers in zip(both_hubs.asked, both_hubs.headers, strict=True) if "safetensors" in path)


def test_modelscope_is_asked_where_the_hub_does_not_have_it(hub: FakeHub, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"{hub.address}/nowhere")
    monkeypatch.setenv("MODELSCOPE_DOMAIN", hub.address)
    assert look_up("test/tiny").published.source == "modelscope"


def test_a_model_nobody_has_names_every_hub_that_was_asked(both_hubs: FakeHub) -> None:
    with pytest.raises(ModelError) as caught:
        look_up("test/absent")
    assert caught.value.code == "model_nowhere"
    assert "Hugging Face hub" in caught.value.message("en")
    assert "魔搭" in caught.value.message("zh")


@pytest.mark.parametrize("name", ["", "bert", "../../etc", "a/b/c", "run/20261122", "folder/x", "a/..", "http://a/b", "a /b", "a/\x1b[31m"])
def test_what_is_no_id_is_refused_before_anybody_is_asked(both_hubs: FakeHub, name: str) -> None:
    with pytest.raises(ModelError) as caught:
        look_up(name)
    assert caught.value.code == "model_id_malformed"
    assert not both_hubs.asked


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"config.json": json.dumps(CONFIG | {"auto_map": {"AutoModel": "x.Y"}}).encode()}, "model_runs_code"),
        ({"tokenizer_config.json": b'{"auto_map": {}}'}, "model_runs_code"),
        ({"config.json": json.dumps(CONFIG | {"model_type": "clip"}).encode()}, "model_architecture"),
        ({"config.json": json.dumps(CONFIG | {"quantization_config": {}}).encode()}, "model_quantized_already"),
        ({"model.safetensors": None, "pytorch_model.bin": b"pickle"}, "source_no_safetensors"),
        ({"tokenizer.json": None}, "model_no_tokenizer"),
        ({"config.json": None}, "model_file_missing"),
        ({"config.json": b"[]"}, "model_config_unreadable"),
        ({"model.safetensors": b"\x05\0\0\0\0\0\0\0pickle"}, "model_weights_unreadable"),
        ({"model.safetensors": b"\xff" * 64}, "model_weights_unreadable"),
    ],
    ids=["code", "tokenizer code", "architecture", "quantized", "pickle", "tokenizer", "config", "list", "damaged", "long header"],
)
def test_each_reason_not_to_load_a_model_is_told(both_hubs: FakeHub, change: dict[str, bytes | None], code: str) -> None:
    both_hubs.files = {name: data for name, data in (both_hubs.files | change).items() if data is not None}
    seen = look_up("test/tiny")
    assert codes(seen) == [code]
    for language in ("en", "zh"):
        assert seen.refusals[0].message(language)  # type: ignore[arg-type]
        assert seen.refusals[0].remedy(language)  # type: ignore[arg-type]
    with pytest.raises(ModelError):
        seen.require()


def test_several_reasons_are_told_at_once(both_hubs: FakeHub) -> None:
    both_hubs.files = {"config.json": json.dumps({"model_type": "clip", "auto_map": {}}).encode()}
    assert codes(look_up("test/tiny")) == ["model_runs_code", "model_architecture", "source_no_safetensors", "model_no_tokenizer"]


def test_weights_in_several_files_are_counted_together(both_hubs: FakeHub) -> None:
    whole = both_hubs.files.pop("model.safetensors")
    both_hubs.files |= {
        "model-00001-of-00002.safetensors": whole,
        "model-00002-of-00002.safetensors": whole.replace(b"embeddings", b"embeddingz").replace(b"dense", b"densf"),
        "model.safetensors.index.json": json.dumps(
            {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
        ).encode(),
    }
    seen = look_up("test/tiny")
    assert seen.model
    assert seen.model.parameters == 2000
    assert [fact.name for fact in seen.model.files if fact.required][:2] == sorted(name for name in both_hubs.files if "-of-" in name)


def test_an_index_cannot_name_a_file_elsewhere(both_hubs: FakeHub) -> None:
    del both_hubs.files["model.safetensors"]
    both_hubs.files["model.safetensors.index.json"] = json.dumps({"weight_map": {"a": "../../x.safetensors"}}).encode()
    assert codes(look_up("test/tiny")) == ["source_no_safetensors"]


def test_a_gated_model_asks_for_a_token(both_hubs: FakeHub) -> None:
    both_hubs.token = "hf_good"
    seen = look_up("test/tiny")
    assert codes(seen) == ["source_gated"]
    assert seen.published.gated
    assert look_up("test/tiny", "hf_good").require().gated


def test_pooling_is_that_of_sentence_transformers(both_hubs: FakeHub) -> None:
    both_hubs.files["1_Pooling/config.json"] = b'{"pooling_mode_cls_token": true}'
    assert look_up("test/tiny").require().pooling == "cls"


@pytest.mark.parametrize(
    ("told", "languages"),
    [("zh", ("zh",)), (["en", "zh-CN"], ("en", "zh")), ("multilingual", ("multi",)), (None, ()), (["en", "multilingual"], ("en", "multi"))],
    ids=str,
)
def test_languages_are_those_of_the_models_card(both_hubs: FakeHub, told: Any, languages: tuple[str, ...]) -> None:
    both_hubs.card = {"language": told}
    assert look_up("test/tiny").published.languages == languages
    assert look_up("test/tiny").published.licence == ""


def test_a_model_on_offer_is_known_without_asking(both_hubs: FakeHub) -> None:
    assert look_up("BAAI/bge-small-en-v1.5").require().origin == "catalogue"
    assert not both_hubs.asked


def test_folders_prepared_by_hand_are_offered_by_name(place: Path, tiny_files: dict[str, bytes]) -> None:
    put(place / "by-hand" / "my model", tiny_files)
    put(place / "by-hand" / "org" / "name", tiny_files)
    put(place / "by-hand" / "empty", {})
    assert folder_models() == ("my model", "org/name")
    model = look_at_folder("my model").require()
    assert (model.title, model.origin, model.parameters) == ("my model", "folder", 1000)
    assert look_at_folder("org/name").require().id == "folder/org-name-" + look_at_folder("org/name").require().id[-8:]


@pytest.mark.parametrize("name", ["..", "../by-hand/x", "/", "", "absent"])
def test_no_other_folder_can_be_named(place: Path, tiny_files: dict[str, bytes], name: str) -> None:
    put(place / "secret", tiny_files)
    with pytest.raises(ModelError) as caught:
        look_at_folder(name)
    assert caught.value.code == "model_folder_unknown"


def test_the_command_line_names_any_folder(place: Path, tiny_files: dict[str, bytes]) -> None:
    seen = look_at_path(put(place / "elsewhere", tiny_files))
    assert seen.require().id.startswith("folder/elsewhere-")
    with pytest.raises(ModelError):
        look_at_path(place / "nowhere")


def test_a_damaged_file_in_a_folder_is_told(place: Path, tiny_files: dict[str, bytes]) -> None:
    put(place / "by-hand" / "cut", tiny_files | {"model.safetensors": tiny_files["model.safetensors"][:-5]})
    assert codes(look_at_folder("cut")) == ["model_weights_unreadable"]
