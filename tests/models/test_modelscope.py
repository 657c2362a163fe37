"""ModelScope, spoken to for real on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models.modelscope import ModelScope, files_of
from playground.models.types import Model
from tests.models.conftest import FakeHub


def ignore(done: int, total: int | None) -> None:
    pass


def test_the_files_it_lists_are_downloaded(hub: FakeHub, tiny: Model, tiny_files: dict[str, bytes], tmp_path: Path) -> None:
    assert ModelScope(hub.address).prepare(tiny, tmp_path, ignore) == "test/tiny@master"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == tiny_files


def test_the_host_of_the_environment_is_honoured(hub: FakeHub, tiny: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELSCOPE_DOMAIN", hub.address)
    ModelScope().prepare(tiny, tmp_path, ignore)
    assert hub.asked


def test_its_own_checksum_is_checked_where_the_catalogue_has_none(hub: FakeHub, unknown_facts: Model, tmp_path: Path) -> None:
    hub.wrong_sha256 = {"tokenizer.json": "0" * 64}
    with pytest.raises(ModelError) as caught:
        ModelScope(hub.address).prepare(unknown_facts, tmp_path, ignore)
    assert caught.value.code == "model_file_hash"


def test_a_model_it_does_not_have_is_told(hub: FakeHub, tiny: Model, tmp_path: Path) -> None:
    hub.status = 404
    with pytest.raises(ModelError) as caught:
        ModelScope(hub.address).prepare(tiny, tmp_path, ignore)
    assert caught.value.code == "source_without_model"


def test_folders_in_a_listing_are_not_files() -> None:
    assert list(files_of({"Data": {"Files": [{"Path": "a", "Type": "blob"}, {"Path": "b", "Type": "tree"}]}})) == ["a"]


@pytest.mark.parametrize("answer", [{}, {"Data": None}, [], "login", {"Data": {"Files": [{"Name": "a"}]}}], ids=str)
def test_an_answer_of_another_shape_is_refused(answer: object) -> None:
    with pytest.raises(ValueError, match="unexpected listing"):
        files_of(answer)
